"""Quiet hours in the person's own time zone, across midnight and clock changes."""

from datetime import UTC, datetime

import pytest

from parley_orchestrator.domain.people import Preferences, QuietHours, User
from parley_orchestrator.domain.quiet_hours import explain, quiet_until


def user(start, end, timezone="Europe/Vienna"):
    quiet = QuietHours(start, end) if start else None
    preferences = Preferences((), quiet)
    created = datetime(2026, 1, 1, tzinfo=UTC)
    return User("usr_1", "Ann", "", "", "", timezone, preferences, "", created)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "now", "until"),
    [
        ("22:00", "07:00", "2026-01-10T20:59", None),
        ("22:00", "07:00", "2026-01-10T21:00", "2026-01-11T06:00"),
        ("22:00", "07:00", "2026-01-11T05:59", "2026-01-11T06:00"),
        ("22:00", "07:00", "2026-01-11T06:00", None),
        ("12:00", "13:30", "2026-01-10T11:00", "2026-01-10T12:30"),
        ("12:00", "13:30", "2026-01-10T12:30", None),
        ("00:00", "00:00", "2026-01-10T11:00", None),
        ("", "", "2026-01-10T23:00", None),
        # Summer time begins at 02:00 on 29 March 2026 and ends at 03:00 on 25 October.
        ("22:00", "07:00", "2026-03-28T22:00", "2026-03-29T05:00"),
        ("22:00", "07:00", "2026-10-24T21:00", "2026-10-25T06:00"),
        ("01:00", "02:30", "2026-03-29T00:30", "2026-03-29T01:30"),
    ],
)
def test_when_quiet_hours_end(start, end, now, until):
    assert quiet_until(user(start, end), utc(now)) == (utc(until) if until else None)


@pytest.mark.parametrize(
    ("timezone", "is_quiet"),
    [("", False), ("Asia/Tokyo", True), ("America/New_York", False), ("Pacific/Auckland", True)],
)
def test_they_are_the_persons_own(timezone, is_quiet):
    """At 15:00 UTC it is midnight in Tokyo and four in the morning in Auckland."""
    quiet = quiet_until(user("22:00", "07:00", timezone), utc("2026-01-10T15:00"))
    assert (quiet is not None) is is_quiet


def test_the_reason_names_the_persons_time():
    ann = user("22:00", "07:00")
    until = quiet_until(ann, utc("2026-01-10T23:00"))
    assert explain(ann, until) == "quiet hours until 07:00 (Europe/Vienna)"
