"""The sandbox's own time, which a test can move forward."""

import time
from datetime import UTC, datetime


class Clock:
    """Wall-clock time plus an offset: the outside world keeps time apart from the suite."""

    def __init__(self) -> None:
        self._offset_seconds = 0.0

    def now(self) -> float:
        """Return seconds since the Unix epoch."""
        # The sandbox plays the outside world, so it must not share the suite's clock.
        return time.time() + self._offset_seconds  # noqa: TID251

    def advance(self, seconds: float) -> None:
        """Move time by `seconds`, so that tokens, codes and triggers expire at once."""
        self._offset_seconds += seconds


def iso(seconds: float) -> str:
    """Return RFC 3339 UTC with milliseconds, e.g. `2026-01-02T03:04:05.678Z`."""
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
