"""What the providers were asked, in order; the proof that something was sent once."""

from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from parley_sandbox.clock import iso

_SECRET_KEYS = frozenset(
    ("token", "access_token", "refresh_token", "id_token", "client_secret", "code", "code_verifier")
)
_SECRET_PREFIXES = ("xoxb-", "xoxe-", "xoxp-", "xapp-", "ya29.", "1//")
ACCEPTED = ("ok", "dropped")
POLLS = ("history.list", "getProfile", "auth.test")


@dataclass(frozen=True, slots=True)
class Record:
    """What a provider says about one call, for the journal.

    `outcome` is `ok`, or the provider's error code. `body` holds the arguments as parsed.
    """

    call: str
    outcome: str
    body: Any = None
    result: Any = None
    mail: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal; `n` counts from 1 and never repeats until a reset."""

    n: int
    at: float
    channel: str
    method: str
    path: str
    record: Record

    @property
    def is_accepted(self) -> bool:
        """Whether the provider did what it was asked (also when the answer was then lost)."""
        return self.record.outcome in ACCEPTED

    @property
    def is_routine(self) -> bool:
        """Whether it is a poll that went well, which would hide everything else from a reader."""
        return self.record.call in POLLS and self.record.outcome == "ok"

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON form, with every token masked."""
        wire = {
            "n": self.n,
            "at": iso(self.at),
            "channel": self.channel,
            "method": self.method,
            "path": self.path,
            "call": self.record.call,
            "body": mask(self.record.body),
            "outcome": self.record.outcome,
            "result": mask(self.record.result),
        }
        return wire | ({"mail": self.record.mail} if self.record.mail else {})


@dataclass
class Journal:
    """The bounded list of entries; the oldest go first."""

    limit: int
    _entries: deque[Entry] = field(init=False)
    _count: int = 0

    def __post_init__(self) -> None:
        self._entries = deque(maxlen=self.limit)

    def add(self, at: float, channel: str, method: str, path: str, record: Record) -> None:
        """Append one call."""
        self._count += 1
        self._entries.append(Entry(self._count, at, channel, method, path, record))

    def reset(self) -> None:
        """Start again at number 1."""
        self._entries.clear()
        self._count = 0

    def newest(self, count: int) -> list[Entry]:
        """Return the last entries, newest first; refused calls too, but no routine polls."""
        shown = (e for e in reversed(self._entries) if not e.is_routine)
        return list(islice(shown, count))

    def entries(
        self, *, after: int = 0, channel: str = "", call: str = "", refused: bool = False
    ) -> list[Entry]:
        """Return entries in order; refused calls only when asked for."""
        return [
            entry
            for entry in self._entries
            if entry.n > after
            and (refused or entry.is_accepted)
            and channel in ("", entry.channel)
            and call in ("", entry.record.call)
        ]


def mask(value: Any) -> Any:
    """Return `value` with every secret replaced by `***`, at any depth."""
    if isinstance(value, dict):
        return {k: "***" if k in _SECRET_KEYS and v else mask(v) for k, v in value.items()}
    if isinstance(value, list):
        return [mask(item) for item in value]
    if isinstance(value, str) and value.startswith(_SECRET_PREFIXES):
        return "***"
    return value
