"""Pacing by GCRA, the leaky bucket as a virtual clock: one time a limit and key, nothing to refill.

The theoretical arrival time (TAT) is when the next delivery would be due if all went out evenly.
One may go while the TAT is no further ahead than the burst allows.
Source: ITU-T I.371, Generic Cell Rate Algorithm, virtual scheduling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from parley_orchestrator.domain.delivery import Delivery, Outcome, Result

AWAKE = timedelta(minutes=10)
"""How long a dormant limit holds after the provider asked to wait."""


class Scope(StrEnum):
    """What shares a limit."""

    CONNECTION = "connection"
    RECIPIENT = "recipient"


@dataclass(frozen=True)
class Limit:
    """One of a provider's limits.

    Attributes:
        interval: Between two deliveries; zero when only the provider's own retry time is held.
        burst: So many may go at once when nothing went lately.
        kinds: The kinds of delivery that it counts; empty for all.
        is_dormant: Held only for a while after the provider asked to wait.
    """

    name: str
    scope: Scope
    count: int
    period: timedelta
    burst: int = 1
    kinds: frozenset[str] = frozenset()
    is_dormant: bool = False

    @property
    def interval(self) -> timedelta:
        """Between two deliveries that go out evenly."""
        return self.period / self.count if self.count else timedelta(0)

    @property
    def tolerance(self) -> timedelta:
        """How far the TAT may run ahead."""
        return self.interval * (self.burst - 1)

    def counts(self, kind: str) -> bool:
        """Whether deliveries of this kind use it up."""
        return not self.kinds or kind in self.kinds


RETRY_TIME = Limit("the provider's retry time", Scope.CONNECTION, 0, timedelta(0), is_dormant=True)
"""Held for channels that tell no limits of their own."""


@dataclass(frozen=True)
class Key:
    """One counter: a limit, and the connection or person that shares it."""

    channel: str
    limit: str
    subject: str


@dataclass(frozen=True)
class Pace:
    """Where a counter stands.

    Attributes:
        tat: The theoretical arrival time.
        awake_until: Until then a dormant limit holds.
    """

    tat: datetime
    awake_until: datetime | None = None


Paces = Mapping[Key, Pace]
ENDLESS = 2**31


@dataclass(frozen=True)
class Admitted:
    """What may go out of a lane now.

    Attributes:
        count: So many of the lane's deliveries, the first ones.
        wait_until: When the next one may go; None when all may go.
        why: The limit that the next one waits for.
    """

    count: int
    paces: Paces
    wait_until: datetime | None = None
    why: str = ""


def key_of(limit: Limit, delivery: Delivery, connection_id: str) -> Key:
    """The counter that a delivery uses of a limit."""
    is_shared = limit.scope is Scope.CONNECTION
    return Key(delivery.channel, limit.name, connection_id if is_shared else delivery.user_id)


def free_at(limit: Limit, pace: Pace | None, now: datetime) -> datetime:
    """When the next delivery may go; `now` when it may go at once."""
    if pace is None or not _holds(limit, pace, now):
        return now
    return max(now, pace.tat - limit.tolerance)


def room(limit: Limit, pace: Pace | None, now: datetime) -> int:
    """How many may go at once now."""
    if free_at(limit, pace, now) > now:
        return 0
    if pace is None or not _holds(limit, pace, now):
        pace = Pace(now)
    if not limit.interval:
        return ENDLESS
    return (limit.tolerance - (max(pace.tat, now) - now)) // limit.interval + 1


def spent(limit: Limit, pace: Pace | None, now: datetime) -> Pace:
    """The counter after one more delivery."""
    pace = pace or Pace(now)
    if not _holds(limit, pace, now):
        return pace
    return replace(pace, tat=max(pace.tat, now) + limit.interval)


def admit(
    deliveries: Sequence[Delivery],
    connection_id: str,
    limits: Sequence[Limit],
    paces: Paces,
    now: datetime,
) -> Admitted:
    """How many of a lane's deliveries, from the first on, the limits let go now."""
    now_at = dict(paces)
    for count, delivery in enumerate(deliveries):
        counted = [
            (limit, key_of(limit, delivery, connection_id))
            for limit in limits
            if limit.counts(delivery.kind)
        ]
        times = [(free_at(limit, now_at.get(key), now), limit.name) for limit, key in counted]
        at, name = max(times, default=(now, ""))
        if at > now:
            return Admitted(count, now_at, at, name)
        for limit, key in counted:
            if not limit.is_dormant or key in now_at:
                now_at[key] = spent(limit, now_at.get(key), now)
    return Admitted(len(deliveries), now_at)


def held_back(
    delivery: Delivery, outcome: Outcome, limits: Iterable[Limit], paces: Paces, now: datetime
) -> Paces:
    """The counters after a provider said when to come again: none of its kind goes before.

    The limit that was met is not named. One of the connection's waits for all of them, the one
    that lets the fewest go at once: a long one, such as a day's, would otherwise lose the burst that
    it still has, and slow everything down for hours. The others, and the person's, are awake.
    """
    if outcome.result is not Result.NOT_SENT or outcome.retry_after is None:
        return {}
    connection_id = outcome.connection_id or delivery.connection_id
    counted = [limit for limit in limits if limit.counts(delivery.kind)]
    shared = [limit for limit in counted if limit.scope is Scope.CONNECTION]
    waits = min(shared, key=lambda limit: limit.tolerance, default=None)
    changed = {}
    for limit in counted:
        key = key_of(limit, delivery, connection_id)
        known = paces.get(key) or Pace(now)
        tat = now + outcome.retry_after + limit.tolerance if limit is waits else now
        changed[key] = Pace(max(tat, known.tat), now + AWAKE)
    return changed


def _holds(limit: Limit, pace: Pace, now: datetime) -> bool:
    if not limit.is_dormant:
        return True
    return pace.awake_until is not None and now < pace.awake_until
