"""How long to wait before the next try: exponential, full jitter, capped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Backoff:
    """A retry policy.

    Attributes:
        base_seconds: The bound of the first wait.
        cap_seconds: The bound of every wait.
        max_tries: After so many failed tries the policy is exhausted.
    """

    base_seconds: float
    cap_seconds: float
    max_tries: int

    def delay(self, failed_tries: int, chance: float) -> timedelta:
        """A wait between 0 and the bound for this many failures; chance is in [0, 1)."""
        bound = min(self.cap_seconds, self.base_seconds * 2 ** min(failed_tries - 1, 30))
        return timedelta(seconds=bound * chance)

    def is_exhausted(self, failed_tries: int) -> bool:
        """Whether no further try is left."""
        return failed_tries >= self.max_tries


WITH_ALTERNATIVE = Backoff(base_seconds=1.0, cap_seconds=4.0, max_tries=4)
"""A person waits on the other side, and another channel reaches them sooner than patience does."""
LAST_CHANNEL = Backoff(base_seconds=1.0, cap_seconds=300.0, max_tries=60)
"""About two and a half hours of tries."""
WEBHOOK = Backoff(base_seconds=5.0, cap_seconds=3_600.0, max_tries=60)
"""About a day: a receiver may be deployed again meanwhile."""
POISON = Backoff(base_seconds=1.0, cap_seconds=30.0, max_tries=5)
_LAST = {"webhook": WEBHOOK}


def policy_of(channel: str, *, has_alternative: bool) -> Backoff:
    """The cap and the budget of tries on a channel."""
    return WITH_ALTERNATIVE if has_alternative else _LAST.get(channel, LAST_CHANNEL)
