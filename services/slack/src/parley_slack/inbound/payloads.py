"""Reads Slack's JSON, which may lack or bend anything, without raising."""

from __future__ import annotations

import re
from typing import Any

Payload = dict[str, Any]
_ID = re.compile(r"[!-~]{1,100}")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # no database and no protobuf takes these


def cleaned(payload: Payload) -> Payload:
    """The payload, its texts rid in place of what cannot be stored."""
    todo: list[Any] = [payload]
    while todo:  # not by recursion: nesting may be as deep as a parser allows
        holder = todo.pop()
        for key, value in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            if isinstance(value, str):
                holder[key] = _UNSTORABLE.sub("", value)
            elif isinstance(value, dict | list):
                todo.append(value)
    return payload


def id_at(payload: Any, *path: str) -> str:
    """The id at a path of keys; empty when it is missing or cannot be one of Slack's."""
    found = text_at(payload, *path)
    return found if _ID.fullmatch(found) else ""


def text_at(payload: Any, *path: str) -> str:
    """The text at a path of keys; empty when it is missing or something else."""
    for key in path:
        payload = payload.get(key) if isinstance(payload, dict) else None
    return payload if isinstance(payload, str) else ""


def number_at(payload: Any, key: str) -> float:
    """The number under a key; 0 when it is missing or something else."""
    value = payload.get(key) if isinstance(payload, dict) else None
    return float(value) if isinstance(value, int | float) else 0.0


def object_at(payload: Any, *path: str) -> Payload:
    """The object at a path of keys; empty when it is missing or something else."""
    for key in path:
        payload = payload.get(key) if isinstance(payload, dict) else None
    return payload if isinstance(payload, dict) else {}


def objects_at(payload: Any, key: str) -> list[Payload]:
    """The objects in the list under a key."""
    value = payload.get(key) if isinstance(payload, dict) else None
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
