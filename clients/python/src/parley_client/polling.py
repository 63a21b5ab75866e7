"""Long polls: asked again and again until there is enough, or the time is up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from parley_client.retrying import Patience, call
from parley_client.wire import Request, Steps

T = TypeVar("T")
LONGEST_SECONDS = 50.0  # below the server's limit, and below most proxies'
_EARLY_SECONDS = 0.5  # a stopping server answers at once; it is not asked at once again
_OUTAGE_SECONDS = 600.0


@dataclass(frozen=True)
class Poll(Generic[T]):
    """What is asked, how the answer is read, and when it is enough."""

    request: Request
    read: Callable[[Any], T]
    is_enough: Callable[[T], bool]


def polled(
    poll: Poll[T], seconds: float, chance: Callable[[], float], patience: Patience
) -> Steps[T]:
    """The last answer, enough or not. Outlasts a restart of the server while there is time.

    Raises:
        ParleyError: Refused, or no answer for longer than there is time.
    """
    left, delay = seconds, 0.0
    while True:
        asked = min(max(left, 0.0), LONGEST_SECONDS)
        lasting = max(patience.total_seconds, min(left, _OUTAGE_SECONDS))
        given = yield from call(
            _waiting(poll.request, asked), chance, replace(patience, total_seconds=lasting), delay
        )
        found = poll.read(given.document)
        left -= given.took_seconds
        if poll.is_enough(found) or left <= 0:
            return found
        was_early = given.took_seconds - delay < min(asked, _EARLY_SECONDS)
        delay = _EARLY_SECONDS if was_early else 0.0


def _waiting(request: Request, seconds: float) -> Request:
    query = {**request.query, "wait_seconds": round(seconds, 3)}
    return replace(request, query=query, wait_seconds=seconds)
