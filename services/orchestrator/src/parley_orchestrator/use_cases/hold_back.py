"""Holds back, of what was claimed, what must wait: quiet hours reign, or a limit is used up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from parley_orchestrator.domain.changing import changed
from parley_orchestrator.domain.delivery import Delivery, State
from parley_orchestrator.domain.pacing import Key, Limit, Pace, admit, key_of
from parley_orchestrator.domain.people import User
from parley_orchestrator.domain.quiet_hours import DISTURBING, explain, quiet_until
from parley_orchestrator.domain.verdict import PATIENCE
from parley_orchestrator.ports import Hold, Lane, Unit

_WORTH_TELLING = timedelta(seconds=2)


@dataclass(frozen=True)
class Sorted:
    """Lanes that go on with what may go out, and those that are given back.

    Attributes:
        leaving: The first deliveries of lanes that are given back, which would wait too long for
            a limit and have another channel, with the reason.
    """

    going: list[Lane]
    held: list[Hold]
    leaving: list[tuple[Delivery, str]]


def hold_back(
    unit: Unit, lanes: Sequence[Lane], users: Mapping[str, User], limits: Sequence[Limit]
) -> Sorted:
    """What may go out now; counters of the limits are spent in the same transaction."""
    before = unit.gates.paces(_keys(lanes, limits)) if limits else {}
    paces: Mapping[Key, Pace] = before
    found = Sorted([], [], [])
    for lane in lanes:
        if not lane.deliveries or lane.deliveries[0].state is State.SENDING:
            found.going.append(lane)  # a look-up disturbs nobody and sends nothing
            continue
        quiet = _quiet(lane.deliveries, users, unit.now)
        admitted = admit(lane.deliveries[: quiet.count], lane.gate, limits, paces, unit.now)
        paces = admitted.paces
        if admitted.count:
            found.going.append(changed(lane, deliveries=lane.deliveries[: admitted.count]))
        elif admitted.wait_until is None:
            found.held.append(Hold(lane, quiet.until, quiet.why, lane.deliveries[0].id))
        elif lane.deliveries[0].route and admitted.wait_until - unit.now > PATIENCE:
            found.leaving.append((lane.deliveries[0], admitted.why))
            found.held.append(Hold(lane, unit.now, ""))
        else:
            found.held.append(_paced(lane, admitted.wait_until, admitted.why, unit.now))
    unit.gates.set_paces({key: pace for key, pace in paces.items() if before.get(key) != pace})
    return found


def holding(unit: Unit, channel: str, limits: Sequence[Limit]) -> list[Limit]:
    """The limits that hold now: dormant ones cost nothing while nobody was asked to wait."""
    is_awake = any(limit.is_dormant for limit in limits) and unit.gates.is_awake(channel)
    return [limit for limit in limits if is_awake or not limit.is_dormant]


def _keys(lanes: Sequence[Lane], limits: Sequence[Limit]) -> set[Key]:
    return {
        key_of(limit, delivery, lane.gate)
        for lane in lanes
        for delivery in lane.deliveries
        for limit in limits
        if limit.counts(delivery.kind)
    }


@dataclass(frozen=True)
class _Quiet:
    count: int
    until: datetime
    why: str = ""


def _quiet(deliveries: Sequence[Delivery], users: Mapping[str, User], now: datetime) -> _Quiet:
    """How many go out before one that quiet hours hold."""
    for count, delivery in enumerate(deliveries):
        user = users.get(delivery.user_id)
        if user is None or delivery.urgent or delivery.kind not in DISTURBING:
            continue
        until = quiet_until(user, now)
        if until is not None:
            return _Quiet(count, until, explain(user, until))
    return _Quiet(len(deliveries), now)


def _paced(lane: Lane, until: datetime, limit: str, now: datetime) -> Hold:
    """Short waits are not written to the delivery: they are over before anybody reads them."""
    told = lane.deliveries[0].id if until - now > _WORTH_TELLING else ""
    return Hold(lane, until, f"paced: {limit}; goes at {until:%H:%M:%S} UTC", told)
