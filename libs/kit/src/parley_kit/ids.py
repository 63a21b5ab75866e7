"""Opaque, time-ordered ids: a prefix, 48 bits of milliseconds, 80 bits of chance, in base32hex (RFC 4648)."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime

_CHANCE_BITS = 80
_STEP_BITS = 40
_PAD_BITS = 2  # 128 bits fill 26 digits of 5 bits but for two
_DIGITS = "0123456789abcdefghijklmnopqrstuv"  # sorts like the numbers
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]
_PLACES = range(120, -1, -10)


class _Last:
    """The newest number of this process, so that ids of one millisecond are in order too."""

    number = 0
    lock = threading.Lock()


def new_id(prefix: str, now: datetime) -> str:
    """An id like ``msg_06eh…``; a later one sorts later, which keeps indexes flat and lists right.

    Within a process always, between processes by the millisecond.
    """
    milliseconds = int(now.timestamp() * 1000)
    with _Last.lock:
        if milliseconds == _Last.number >> _CHANCE_BITS:
            number = _Last.number + 1 + secrets.randbits(_STEP_BITS)
        else:
            number = milliseconds << _CHANCE_BITS | secrets.randbits(_CHANCE_BITS)
        _Last.number = number
    return f"{prefix}_{_encoded(number)}"


def first_id(prefix: str, moment: datetime) -> str:
    """What sorts before every id of this moment, and behind every earlier one."""
    return f"{prefix}_{_encoded(int(moment.timestamp() * 1000) << _CHANCE_BITS)}"


def _encoded(number: int) -> str:
    """What `base64.b32hexencode` makes of it, in lower case and unpadded, in a sixth of the time."""
    padded = number << _PAD_BITS
    return "".join([_PAIRS[padded >> place & 1023] for place in _PLACES])
