"""Opaque, time-ordered ids: a prefix, 48 bits of milliseconds, 80 bits of chance, in base32hex (RFC 4648)."""

from __future__ import annotations

import base64
import secrets
import threading
from datetime import datetime

_CHANCE_BITS = 80
_BYTES = 16


class _Last:
    """The newest number of this process, so that ids of one millisecond are in order too."""

    number = 0
    lock = threading.Lock()


def new_id(prefix: str, now: datetime) -> str:
    """An id like ``msg_06eh…``; a later one sorts later, which keeps indexes flat and lists right.

    Within a process always, between processes by the millisecond.
    """
    number = int(now.timestamp() * 1000) << _CHANCE_BITS | secrets.randbits(_CHANCE_BITS)
    with _Last.lock:
        is_same_time = number >> _CHANCE_BITS == _Last.number >> _CHANCE_BITS
        if is_same_time and number <= _Last.number:
            number = _Last.number + 1 + secrets.randbits(_CHANCE_BITS // 2)
        _Last.number = number
    return _written(prefix, number)


def first_id(prefix: str, moment: datetime) -> str:
    """What sorts before every id of this moment, and behind every earlier one."""
    return _written(prefix, int(moment.timestamp() * 1000) << _CHANCE_BITS)


def _written(prefix: str, number: int) -> str:
    digits = base64.b32hexencode(number.to_bytes(_BYTES)).decode()  # sorts like the number
    return f"{prefix}_{digits.rstrip('=').lower()}"
