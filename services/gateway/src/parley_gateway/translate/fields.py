"""Fields that several views show alike. Pure."""

from __future__ import annotations

from typing import Any

import orjson
from google.protobuf.message import Message as ProtoMessage

from parley_kit.clock import from_timestamp, rfc3339

Json = dict[str, Any]


def moment(owner: ProtoMessage, field: str) -> str | None:
    """A timestamp field as RFC 3339; None when it is not set."""
    return rfc3339(from_timestamp(getattr(owner, field))) if owner.HasField(field) else None


def json_text(text: str) -> orjson.Fragment | None:
    """JSON text that goes into a document as it is; None for empty text."""
    return orjson.Fragment(text) if text else None


def metadata(text: str) -> orjson.Fragment:
    """JSON text that goes into a document as it is; an empty object for empty text."""
    return orjson.Fragment(text or "{}")
