"""The action of a request as fields to change, and what was made of it. Pure."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ActionKind = Literal["text", "number", "boolean", "json"]
PREFIX = "action."
WHOLE = "action"
MAX_BYTES = 32 * 1024
_MOST_ROWS = 20
_LONG_TEXT = 60


class ActionError(ValueError):
    """What was written is no value; the message says what would be."""


@dataclass(frozen=True)
class ActionField:
    """One property of the action, to be changed; the whole action where it is no flat object."""

    name: str
    input_name: str
    kind: ActionKind
    is_long: bool
    raw: str
    error: str = ""


@dataclass(frozen=True)
class Edited:
    """What somebody made of the action."""

    value: Any = None
    is_changed: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


def parsed(text: str) -> Any:
    """JSON text as a value.

    Raises:
        ActionError: It is none, or holds numbers that JSON does not know.
    """
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ActionError('Write JSON, for example {"to": "staging"}.') from None


def _no_constant(_name: str) -> Any:
    raise ValueError("not a number of JSON")


def fields_of(
    action: Any,
    posted: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[ActionField]:
    """A field for each property of an object, else one for all; with what was posted, if it was."""
    given, wrong = posted or {}, errors or {}
    if not isinstance(action, dict) or len(action) > _MOST_ROWS:
        raw = given.get(WHOLE, json.dumps(action, indent=2, ensure_ascii=False))
        return [ActionField("", WHOLE, "json", is_long=True, raw=raw, error=wrong.get("", ""))]
    return [_field(name, value, given, wrong.get(name, "")) for name, value in action.items()]


def _field(name: str, value: Any, posted: Mapping[str, str], error: str) -> ActionField:
    kind = _kind(value)
    own = _raw(value, kind)
    raw = own
    if posted:
        raw = posted.get(PREFIX + name, "" if kind == "boolean" else own)
    is_long = kind == "json" or "\n" in own or len(own) > _LONG_TEXT
    return ActionField(name, PREFIX + name, kind, is_long, raw, error)


def _kind(value: Any) -> ActionKind:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "json"


def _raw(value: Any, kind: ActionKind) -> str:
    if kind == "text":
        return str(value)
    if kind == "boolean":
        return "on" if value else ""
    return json.dumps(value, indent=2, ensure_ascii=False)


def edited(action: Any, posted: Mapping[str, str]) -> Edited:
    """What was made of the action in its fields; kinds stay, nothing is added or left out."""
    if not isinstance(action, dict) or len(action) > _MOST_ROWS:
        return _whole(action, posted)
    value: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for each in fields_of(action, posted):
        try:
            value[each.name] = _read(each, action[each.name])
        except ActionError as error:
            errors[each.name] = str(error)
    return Edited(value, _is_other(value, action), errors)


def _whole(action: Any, posted: Mapping[str, str]) -> Edited:
    raw = posted.get(WHOLE)
    if raw is None:
        return Edited(action)
    try:
        value = parsed(raw)
    except ActionError as error:
        return Edited(errors={"": str(error)})
    return Edited(value, _is_other(value, action))


def _is_other(value: Any, action: Any) -> bool:
    """Compared as text, because for Python 1, 1.0 and True are equal."""
    return json.dumps(value) != json.dumps(action)


def _read(each: ActionField, original: Any) -> Any:
    raw = each.raw.replace("\r\n", "\n")
    if raw == _raw(original, each.kind).replace("\r\n", "\n"):
        return original
    return _READERS[each.kind](raw)


def _number(raw: str) -> int | float:
    value = None
    with contextlib.suppress(ActionError):
        value = parsed(raw.strip().replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ActionError("Write a number, for example 12.5.")
    return value


_READERS = {
    "text": lambda raw: raw,
    "number": _number,
    "boolean": lambda raw: raw == "on",
    "json": parsed,
}


def as_posted(action: Any, value: Any) -> dict[str, str]:
    """What the fields would hold to make this value of the action."""
    return {each.input_name: each.raw for each in _fields_with(action, value)}


def _fields_with(action: Any, value: Any) -> list[ActionField]:
    if not isinstance(action, dict) or not isinstance(value, dict) or value.keys() != action.keys():
        raw = json.dumps(value, indent=2, ensure_ascii=False)
        return [ActionField("", WHOLE, "json", is_long=True, raw=raw)]
    return [
        ActionField(
            name,
            PREFIX + name,
            _kind(action[name]),
            is_long=False,
            raw=_raw(one, _kind(action[name])),
        )
        for name, one in value.items()
    ]
