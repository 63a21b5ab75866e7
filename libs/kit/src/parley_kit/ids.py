"""Opaque, time-ordered ids: a prefix, 48 bits of milliseconds, 80 bits of chance, in base32hex (RFC 4648)."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

_CHANCE_BITS = 80
_BYTES = 16


def new_id(prefix: str, now: datetime) -> str:
    """An id like ``msg_06eh…``; ids of later milliseconds sort later, which keeps indexes flat."""
    number = int(now.timestamp() * 1000) << _CHANCE_BITS | secrets.randbits(_CHANCE_BITS)
    digits = base64.b32hexencode(number.to_bytes(_BYTES)).decode()  # sorts like the number
    return f"{prefix}_{digits.rstrip('=').lower()}"
