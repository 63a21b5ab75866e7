"""Gmail's quota units: so many a mailbox in any minute.

Source: developers.google.com/workspace/gmail/api/reference/quota, for projects since May 2026.
"""

from collections import defaultdict, deque

from parley_sandbox.clock import Clock, iso
from parley_sandbox.google.errors import GoogleError

_USUAL_COST = 5
_COSTS = {
    "getProfile": 1,
    "history.list": 2,
    "labels.list": 1,
    "messages.get": 20,
    "messages.list": 5,
    "messages.send": 100,
    "messages.delete": 10,
    "threads.get": 40,
    "drafts.create": 10,
    "drafts.update": 15,
    "drafts.delete": 10,
    "drafts.send": 100,
    "watch": 100,
    "stop": 50,
}
_WINDOW_SECONDS = 60.0


class Quota:
    """The units that each mailbox has spent lately; a limit of 0 counts and refuses nothing."""

    def __init__(self, clock: Clock, units_per_minute: int) -> None:
        self._clock = clock
        self._limit = units_per_minute
        self._spent: defaultdict[str, deque[tuple[float, int]]] = defaultdict(deque)

    def spend(self, email: str, call: str) -> None:
        """Count a call; raises GoogleError 403 with the time to come back in its message."""
        if not self._limit:
            return
        now, cost, spent = self._clock.now(), _COSTS.get(call, _USUAL_COST), self._spent[email]
        while spent and spent[0][0] <= now - _WINDOW_SECONDS:
            spent.popleft()
        if sum(units for _, units in spent) + cost > self._limit:
            again = iso(spent[0][0] + _WINDOW_SECONDS) if spent else iso(now)
            raise quota_error(403, "userRateLimitExceeded", again)
        spent.append((now, cost))

    def reset(self) -> None:
        """Forget what was spent."""
        self._spent.clear()


def quota_error(status: int, reason: str, again: str) -> GoogleError:
    """Return Gmail's refusal; the time stands in the message only, never in a header."""
    message = f"User-rate limit exceeded.  Retry after {again}"
    return GoogleError(status, message, reason, domain="usageLimits")
