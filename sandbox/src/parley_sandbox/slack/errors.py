"""How Slack says no."""

from typing import Any


class SlackError(Exception):
    """A refusal with Slack's error code; `extra` goes into the JSON body."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON body of the refusal."""
        return {"ok": False, "error": self.code, **self.extra}


def invalid(code: str, *messages: str) -> SlackError:
    """Return a refusal that explains itself in `response_metadata.messages`."""
    return SlackError(code, response_metadata={"messages": [f"[ERROR] {m}" for m in messages]})
