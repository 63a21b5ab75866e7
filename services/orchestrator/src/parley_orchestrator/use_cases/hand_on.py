"""What waits for what does not work goes to the next channel, where one can be used now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from parley_orchestrator.domain.breaker import WHOLE_CHANNEL, Breaker
from parley_orchestrator.domain.delivery import Delivery, State
from parley_orchestrator.domain.routing import choose
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.enqueue import Enqueue
from parley_orchestrator.use_cases.publish import publish_deliveries
from parley_orchestrator.use_cases.record_outcomes import fall_back

AT_ONCE = 200
GRACE = timedelta(seconds=8)


class HandOn:
    """Clears the queues behind breakers, and those of channels whose service is silent, once each time.

    What is queued later is routed around them; what nobody else can carry waits.
    """

    def __init__(self, store: Store, enqueue: Enqueue, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._enqueue = enqueue
        self._clock = clock
        self._left: dict[str, datetime] = {}

    async def __call__(self) -> int:
        """How many were handed on."""
        breakers = await self._store.read(lambda unit: list(unit.gates.breakers().values()))
        moved = sum([await self._clear(one) for one in breakers if not one.is_cleared])
        return moved + sum([await self._leave(name) for name in self._newly_silent()])

    def _newly_silent(self) -> list[str]:
        """A restart is no outage: a channel is left when it was silent for some seconds."""
        silent = {
            name: facts.silent_since
            for name, facts in self._enqueue.facts().items()
            if facts.silent_since is not None and self._clock() - facts.silent_since > GRACE
        }
        newly = [name for name, since in silent.items() if self._left.get(name) != since]
        self._left = silent
        return newly

    async def _leave(self, channel: str) -> int:
        return await self._all_steps((channel, WHOLE_CHANNEL), "its service does not answer")

    async def again(self) -> int:
        """The same for all open breakers, when another channel returned."""
        breakers = await self._store.read(lambda unit: list(unit.gates.breakers().values()))
        return sum([await self._clear(one) for one in breakers])

    async def _clear(self, breaker: Breaker) -> int:
        at = breaker.channel, breaker.connection_id
        moved = await self._all_steps(at, f"breaker open, {breaker.code}")
        await self._store.transact(lambda unit: _keep_cleared(unit, at))
        return moved

    async def _all_steps(self, at: tuple[str, str], why: str) -> int:
        handed_on, after = 0, ""
        while step := await self._step(at, why, after):
            after, count = step
            handed_on += count
        return handed_on

    async def _step(self, at: tuple[str, str], why: str, after: str) -> tuple[str, int] | None:
        def command(unit: Unit) -> tuple[str, int] | None:
            waiting = unit.deliveries.behind(*at, AT_ONCE, after)
            if not waiting:
                return None
            return waiting[-1].id, len(self._moved(unit, waiting, why))

        return await self._store.transact(command)

    def _moved(self, unit: Unit, waiting: Sequence[Delivery], why: str) -> Sequence[Delivery]:
        going = self._with_a_way(unit, waiting)
        left = unit.deliveries.set_state(
            [delivery.id for delivery in going],
            State.DEAD,
            f"{waiting[0].channel}: {why}; another channel takes over",
            among=[State.QUEUED],
        )
        publish_deliveries(unit, left)
        fall_back(unit, self._enqueue, [(d, why) for d in left])
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


def _keep_cleared(unit: Unit, at: tuple[str, str]) -> None:
    current = unit.gates.lock_breakers([at]).get(at)
    if current is not None and not current.is_cleared:
        unit.gates.set_breaker(replace(current, is_cleared=True))
