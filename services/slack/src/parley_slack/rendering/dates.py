"""Times in the reader's own time zone."""

from __future__ import annotations

from datetime import UTC, datetime


def reader_time(moment: datetime) -> str:
    """Slack's date form with an UTC fallback (docs.slack.dev, "formatting dates")."""
    fallback = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"
