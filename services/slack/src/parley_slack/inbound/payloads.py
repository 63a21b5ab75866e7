"""Reads Slack's JSON, which may lack or bend anything, without raising."""

from __future__ import annotations

from typing import Any

Payload = dict[str, Any]


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
