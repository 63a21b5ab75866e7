"""JSON documents to records, by the records' own annotations; members they do not know are left."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from parley_client.errors import ParleyError

T = TypeVar("T")
_HINTS: dict[type[Any], dict[str, Any]] = {}  # reading annotations costs more than decoding


def decode(kind: type[T], document: Any) -> T:
    """A record from a JSON object.

    Raises:
        ParleyError: A member is missing or not of its type.
    """
    if not isinstance(document, dict):
        raise _unreadable(f"a {kind.__name__} that is no object")
    given = {name: document[name] for name in _hints(kind) if name in document}
    try:
        return kind(**{name: _value(_hints(kind)[name], raw) for name, raw in given.items()})
    except (TypeError, ValueError) as error:
        raise _unreadable(f"a {kind.__name__} with {error}") from error


def decode_list(kind: type[T], document: Any, member: str) -> list[T]:
    """The records in one member of a JSON object."""
    listed = document.get(member) if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise _unreadable(f"no list of {member}")
    return [decode(kind, each) for each in listed]


def _unreadable(what: str) -> ParleyError:
    return ParleyError("unreadable_answer", f"The server is of another version: it sent {what}.")


def _hints(kind: type[Any]) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind)
    return _HINTS[kind]


def _value(hint: Any, raw: Any) -> Any:
    if raw is None:
        return None
    if get_origin(hint) is UnionType:  # only `X | None` is used
        hint = get_args(hint)[0]
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], each) for each in raw)
    if hint is datetime:
        return datetime.fromisoformat(raw)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return decode(hint, raw)
    return raw
