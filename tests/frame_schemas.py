"""Frames of the WebSocket, held to the schemas of the AsyncAPI document that describes them."""

from typing import Any

from jsonschema import Draft202012Validator

Json = dict[str, Any]


class FrameSchemas:
    """The messages of one document; `check` fails with what is wrong with a frame."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self.seen: set[str] = set()
        self._validators = {
            name: Draft202012Validator(
                message["payload"] | {"components": document["components"]},
                format_checker=Draft202012Validator.FORMAT_CHECKER,
            )
            for name, message in document["components"]["messages"].items()
        }

    def sent(self, frame: Json) -> None:
        """A frame of a client's."""
        self._check(frame["type"], frame)

    def heard(self, frame: Json) -> None:
        """A frame of the server's."""
        name = frame["type"]
        name = {"event": f"event.{frame.get('kind')}", "typing": "typing.others"}.get(name, name)
        self._check(name, frame)

    def _check(self, name: str, frame: Json) -> None:
        assert name in self._validators, f"no message {name!r} in the document"
        problems = [
            f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
            for error in self._validators[name].iter_errors(frame)
        ]
        assert not problems, f"{name}: {problems}"
        self.seen.add(name)
