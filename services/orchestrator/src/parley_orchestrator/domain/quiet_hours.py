"""Quiet hours: a daily time, in the person's own time zone, in which nothing disturbs them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from parley_orchestrator.domain.delivery import Kind
from parley_orchestrator.domain.people import User

DISTURBING = (Kind.MESSAGE, Kind.CARD, Kind.REMINDER)
"""What waits until they are over; a notice answers what the person did, an update is silent."""

QUIET = "quiet hours until"
"""What the explanation of each that waits for their end says."""


def quiet_until(user: User, now: datetime) -> datetime | None:
    """When the quiet hours that reign now end; None when none do.

    A wall-clock time that a change to summer time skips ends them when the clocks jump.
    """
    quiet = user.preferences.quiet_hours
    if quiet is None or quiet.start == quiet.end:
        return None
    zone = ZoneInfo(user.timezone) if user.timezone else UTC
    local = now.astimezone(zone)
    start, end = _time(quiet.start), _time(quiet.end)
    at = local.time().replace(tzinfo=None)
    if not _is_within(at, start, end):
        return None
    day = local.date() + timedelta(days=int(at >= end))
    return datetime.combine(day, end, zone).astimezone(UTC)


def explain(user: User, until: datetime) -> str:
    """Why a delivery waits, for people."""
    zone = user.timezone or "UTC"
    local = until.astimezone(ZoneInfo(user.timezone) if user.timezone else UTC)
    return f"{QUIET} {local:%H:%M} ({zone})"


def _is_within(at: time, start: time, end: time) -> bool:
    return start <= at < end if start < end else at >= start or at < end


def _time(text: str) -> time:
    hours, minutes = text.split(":")
    return time(int(hours), int(minutes))
