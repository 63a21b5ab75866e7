"""Times in the reader's own time zone, and times that people picked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

_PICKER_RANGE = range(10**9, 10**10)  # Slack's datetimepicker takes ten digits


def reader_time(moment: datetime) -> str:
    """Slack's date form with an UTC fallback (docs.slack.dev, "formatting dates")."""
    fallback = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def day_of(text: Any) -> str:
    """An ISO date as it is; empty for anything else."""
    try:
        return date.fromisoformat(str(text)).isoformat()
    except ValueError:
        return ""


def unix_seconds(text: Any) -> int | None:
    """The seconds of an RFC 3339 time, where Slack's picker can show them."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    seconds = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    return seconds if seconds in _PICKER_RANGE else None


def rfc3339(seconds: Any) -> str:
    """Picked seconds as RFC 3339, UTC.

    Raises:
        ValueError: They are no time.
    """
    try:
        return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, OSError, TypeError):
        raise ValueError("This is no time.") from None
