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
LAST_CHANNEL = Backoff(base_seconds=1.0, cap_seconds=300.0, max_tries=60)
"""About four hours of tries."""
