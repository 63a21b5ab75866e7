"""A channel can be used again: what waited for it, or could go there instead, flows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parley_kit import crash_points
from parley_orchestrator.domain.delivery import Delivery, State
from parley_orchestrator.domain.people import User
from parley_orchestrator.domain.routing import ChannelFacts, choose
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.enqueue import Enqueue
from parley_orchestrator.use_cases.publish import publish_deliveries
from parley_orchestrator.use_cases.record_outcomes import fall_back

AT_ONCE = 500


class WakeParked:
    """Wakes every delivery at most once a call, so that what is parked again waits again."""

    def __init__(self, store: Store, enqueue: Enqueue) -> None:
        self._store = store
        self._enqueue = enqueue

    async def __call__(self, channel: str) -> int:
        """How many flow now."""
        facts = self._enqueue.facts()[channel]
        woken, after = 0, ""
        while ids := await self._requeued(facts, after):
            woken, after = woken + len(ids), ids[-1]
        after = ""
        while step := await self._moved(facts, after):
            after, moved = step
            woken += moved
        return woken

    async def _requeued(self, facts: ChannelFacts, after: str) -> list[str]:
        users = None if facts.has_shared_connection else sorted(facts.connected_users)

        def command(unit: Unit) -> list[str]:
            ids = unit.deliveries.parked(facts.name, users, AT_ONCE, after)
            woken = unit.deliveries.requeue(ids, f"{facts.name} is usable again") if ids else []
            publish_deliveries(unit, woken)
            if woken:
                crash_points.reach("orchestrator.waking_parked")
            return ids

        return await self._store.transact(command)

    async def _moved(self, facts: ChannelFacts, after: str) -> tuple[str, int] | None:
        def command(unit: Unit) -> tuple[str, int] | None:
            ahead = unit.deliveries.parked_ahead_of(facts.name, AT_ONCE, after)
            if not ahead:
                return None
            users = unit.people.users({delivery.user_id for delivery in ahead})
            going = [d for d in ahead if _is_reached(users[d.user_id], facts)]
            return ahead[-1].id, len(self._move(unit, going, facts.name))

        return await self._store.transact(command)

    def _move(self, unit: Unit, going: Sequence[Delivery], channel: str) -> list[Delivery]:
        routes = {delivery.id: delivery.route for delivery in going}
        left = unit.deliveries.set_state(
            routes, State.DEAD, f"{channel} is usable again and takes over", among=[State.PARKED]
        )
        publish_deliveries(unit, left)
        moved = [replace(d, route=_from(channel, routes[d.id])) for d in left]
        return fall_back(unit, self._enqueue, [(d, "not_reachable") for d in moved])


def _is_reached(user: User, facts: ChannelFacts) -> bool:
    route = choose(user, [facts.name], {facts.name: facts}, is_present=False)
    return route is not None and not route.is_parked


def _from(channel: str, route: Sequence[str]) -> tuple[str, ...]:
    return (channel, *(name for name in route if name != channel))
