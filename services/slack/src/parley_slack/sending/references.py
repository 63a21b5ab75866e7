"""Handles of messages and threads, opaque to everyone else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_HANDLE = re.compile(r"(?P<channel>[^\s:/|]{1,64}):(?P<ts>\d{1,12}\.\d{1,9})")


@dataclass(frozen=True)
class Handle:
    """A message by its channel and timestamp; as a thread, its first message."""

    channel: str
    ts: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.ts}"


def parse_handle(text: str) -> Handle | None:
    """The handle in a `provider_ref` or `thread_ref`, or None."""
    found = _HANDLE.fullmatch(text)
    return Handle(found["channel"], found["ts"]) if found else None


def reference(connection_id: str, handle: Handle) -> str:
    """How inbound payloads name a message: installation, channel and timestamp.

    The installation stands for the team; one in a whole organisation has many.
    """
    return f"{connection_id}/{handle.channel}/{handle.ts}"


def moment_of(ts: str) -> datetime:
    """The time that a Slack timestamp stands for.

    Raises:
        ValueError: It is not a timestamp.
    """
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(f"{ts!r} is not a timestamp") from error
