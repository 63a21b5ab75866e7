"""The mark that our messages carry in Slack's metadata, to be found again by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

EVENT_TYPE = "parley_delivery"


@dataclass(frozen=True)
class Mark:
    """Which delivery a message is of, and which part; visible to anyone in the workspace."""

    delivery_id: str
    part: int = 1
    parts: int = 1


def metadata(mark: Mark) -> dict[str, Any]:
    """The ``metadata`` argument of ``chat.postMessage``."""
    payload: dict[str, Any] = {"delivery_id": mark.delivery_id}
    if mark.parts > 1:
        payload |= {"part": mark.part, "parts": mark.parts}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def mark_of(message: dict[str, Any]) -> Mark | None:
    """The mark of a message from Slack's history, if it is one of ours."""
    found = message.get("metadata")
    if not isinstance(found, dict) or found.get("event_type") != EVENT_TYPE:
        return None
    payload = found.get("event_payload")
    if not isinstance(payload, dict) or not isinstance(payload.get("delivery_id"), str):
        return None
    part, parts = payload.get("part", 1), payload.get("parts", 1)
    is_whole = isinstance(part, int) and isinstance(parts, int)
    return Mark(payload["delivery_id"], part, parts) if is_whole else None
