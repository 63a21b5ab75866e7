"""What waits behind an open breaker goes to the next channel, where one can be used now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parley_orchestrator.domain.breaker import Breaker
from parley_orchestrator.domain.delivery import Delivery, State
from parley_orchestrator.domain.routing import choose
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.enqueue import Enqueue
from parley_orchestrator.use_cases.publish import publish_deliveries
from parley_orchestrator.use_cases.record_outcomes import fall_back

AT_ONCE = 200


class HandOn:
    """Clears the queues behind breakers once each time they open.

    What is queued later is routed around them; what nobody else can carry waits.
    """

    def __init__(self, store: Store, enqueue: Enqueue) -> None:
        self._store = store
        self._enqueue = enqueue

    async def __call__(self) -> int:
        """How many were handed on."""
        breakers = await self._store.read(lambda unit: list(unit.gates.breakers().values()))
        return sum([await self._clear(one) for one in breakers if not one.is_cleared])

    async def again(self) -> int:
        """The same for all open breakers, when another channel returned."""
        breakers = await self._store.read(lambda unit: list(unit.gates.breakers().values()))
        return sum([await self._clear(one) for one in breakers])

    async def _clear(self, breaker: Breaker) -> int:
        handed_on, after = 0, ""
        while True:
            found = await self._step(breaker, after)
            if found is None:
                return handed_on
            after, count = found
            handed_on += count

    async def _step(self, breaker: Breaker, after: str) -> tuple[str, int] | None:
        at = breaker.channel, breaker.connection_id

        def command(unit: Unit) -> tuple[str, int] | None:
            waiting = unit.deliveries.behind(*at, AT_ONCE, after)
            if waiting:
                return waiting[-1].id, len(self._moved(unit, breaker, waiting))
            current = unit.gates.lock_breakers([at]).get(at)
            if current is not None and not current.is_cleared:
                unit.gates.set_breaker(replace(current, is_cleared=True))
            return None

        return await self._store.transact(command)

    def _moved(
        self, unit: Unit, breaker: Breaker, waiting: Sequence[Delivery]
    ) -> Sequence[Delivery]:
        going = self._with_a_way(unit, waiting)
        left = unit.deliveries.set_state(
            [delivery.id for delivery in going],
            State.DEAD,
            f"the breaker of {breaker.channel} is open; another channel takes over",
            among=[State.QUEUED],
        )
        sessions = unit.conversations.sessions({delivery.session_id for delivery in left})
        publish_deliveries(unit, left, sessions)
        fall_back(
            unit, self._enqueue, [(d, f"breaker open, {breaker.code}") for d in left], sessions
        )
        return left

    def _with_a_way(self, unit: Unit, waiting: Sequence[Delivery]) -> list[Delivery]:
        facts, breakers = self._enqueue.facts(), unit.gates.breakers()
        users = unit.people.users({delivery.user_id for delivery in waiting})
        open_channels = {channel for channel, _connection in breakers}
        going = []
        for delivery in waiting:
            order = [name for name in delivery.route if name in facts]
            route = choose(
                users[delivery.user_id], order, facts, is_present=False, breakers=breakers
            )
            if route is not None and not route.is_parked and route.channel not in open_channels:
                going.append(delivery)
        return going
