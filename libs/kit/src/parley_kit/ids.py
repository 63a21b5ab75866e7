"""Opaque, time-ordered ids: a prefix, 48 bits of milliseconds, 80 bits of chance, in base32."""

from __future__ import annotations

import secrets
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's, lower case: sorts like the number
_CHANCE_BITS = 80
_LENGTH = 26


def new_id(prefix: str, now: datetime) -> str:
    """An id like ``msg_06eh…``; ids of later milliseconds sort later, which keeps indexes flat."""
    number = int(now.timestamp() * 1000) << _CHANCE_BITS | secrets.randbits(_CHANCE_BITS)
    digits = []
    for _ in range(_LENGTH):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return f"{prefix}_{''.join(reversed(digits))}"
