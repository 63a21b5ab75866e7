"""How many frames a client may send."""

from __future__ import annotations

FRAMES_A_SECOND = 50.0
BURST = 100.0


class TokenBucket:
    """A bucket that fills steadily; each frame takes one token."""

    __slots__ = ("_at", "_tokens")

    def __init__(self, now: float) -> None:
        self._tokens = BURST
        self._at = now

    def takes(self, now: float) -> bool:
        """Whether a frame at this time (seconds, monotonic) is within the rate."""
        self._tokens = min(BURST, self._tokens + (now - self._at) * FRAMES_A_SECOND)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
