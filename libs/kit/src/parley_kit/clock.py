"""The only place that reads the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from google.protobuf.timestamp_pb2 import Timestamp

Clock = Callable[[], datetime]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc_now() -> datetime:
    """The time now, aware, UTC."""
    return datetime.now(UTC)  # noqa: TID251  # this is the clock


def monotonic_seconds() -> float:
    """Seconds that never run backwards, for measuring spans."""
    return time.monotonic()


def to_timestamp(moment: datetime | None) -> Timestamp | None:
    """A protobuf timestamp; None stays None, which leaves the field unset."""
    if moment is None:
        return None
    since = moment - _EPOCH  # the library's own FromDatetime takes five times as long
    return Timestamp(seconds=since.days * 86_400 + since.seconds, nanos=since.microseconds * 1000)


def from_timestamp(stamp: Timestamp) -> datetime:
    """An aware datetime from a protobuf timestamp, which may come from anybody.

    Raises:
        ValueError: It is outside the years 1 to 9999.
    """
    try:
        return _EPOCH + timedelta(seconds=stamp.seconds, microseconds=stamp.nanos // 1000)
    except OverflowError as error:
        raise ValueError(f"{stamp.seconds} seconds are no date") from error


def rfc3339(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, e.g. ``2026-01-02T03:04:05.678Z``."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"  # without +00:00


def local_time(moment: datetime, timezone: str) -> str:
    """For people, e.g. ``Tue 24 Nov 2026, 14:05 CET``; UTC where the zone is not known."""
    try:
        zone = ZoneInfo(timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    return moment.astimezone(zone).strftime("%a %-d %b %Y, %H:%M %Z")
