"""How soon work is taken up again after a death, read from the attempts that the API shows."""

from datetime import UTC, datetime

from tests.chaos.fleet import LEASE_SECONDS

RECOVERY_SECONDS = LEASE_SECONDS + 5


def moments_after(moment, delivery):
    """When attempts and look-ups ended, after a moment."""
    finished = (_time(attempt["finished_at"]) for attempt in delivery["attempts"])
    return [at for at in finished if at > moment]


def created_at(delivery):
    return _time(delivery["created_at"])


def figures_of(waits):
    """How long it took each time, in seconds."""
    slowest = round(max(waits, default=0), 1)
    return {
        "measured": len(waits),
        "slowest_seconds": slowest,
        "allowed_seconds": RECOVERY_SECONDS,
    }


def _time(text):
    return datetime.fromisoformat(text).astimezone(UTC)
