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


def _time(text):
    return datetime.fromisoformat(text).astimezone(UTC)
