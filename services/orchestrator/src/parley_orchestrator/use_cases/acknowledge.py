"""What people's clients acknowledge, and what follows when they do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from parley_kit import crash_points
from parley_orchestrator.domain.delivery import Attempt, Delivery, Result, State
from parley_orchestrator.domain.routing import WEBSOCKET
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.enqueue import Enqueue
from parley_orchestrator.use_cases.publish import publish_deliveries
from parley_orchestrator.use_cases.record_outcomes import fall_back

_SILENT = "the person's client did not acknowledge it in time"


class Acknowledge:
    """Marks websocket deliveries as delivered, and how far a person has read."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, acknowledged: Sequence[tuple[str, str, int]]) -> None:
        """Takes (user id, session id, seq); a user who does not take part changes nothing."""

        def command(unit: Unit) -> None:
            delivered: list[Delivery] = []
            for user_id, session_id, seq in acknowledged:
                if unit.conversations.mark_read(user_id, session_id, seq):
                    delivered += unit.deliveries.acknowledge(user_id, session_id, seq)
            shown = [_attempt(delivery, unit.now, Result.SENT) for delivery in delivered]
            unit.deliveries.keep_attempts(WEBSOCKET, shown)
            publish_deliveries(unit, delivered)

        await self._store.transact(command, {session_id for _, session_id, _ in acknowledged})
        crash_points.reach("orchestrator.acknowledged")


def _attempt(delivery: Delivery, now: datetime, result: Result, next_step: str = "") -> Attempt:
    is_shown = result is Result.SENT
    return Attempt(
        delivery_id=delivery.id,
        number=delivery.attempts + 1,
        started_at=delivery.started_at or delivery.created_at,
        finished_at=now,
        outcome=result,
        code="" if is_shown else "no_acknowledgement",
        detail="acknowledged by the person's client" if is_shown else _SILENT,
        next_step=next_step,
        connection_id="",
    )


class GiveUpOnSilentClients:
    """Websocket deliveries that nobody acknowledged in time go to the next channel."""

    def __init__(self, store: Store, enqueue: Enqueue) -> None:
        self._store = store
        self._enqueue = enqueue

    async def __call__(self, limit: int = 100) -> int:
        """How many were given up."""
        return await self._store.transact(lambda unit: self._give_up(unit, limit))

    def _give_up(self, unit: Unit, limit: int) -> int:
        overdue = unit.deliveries.unacknowledged(limit)
        moving = [delivery for delivery in overdue if delivery.route]
        staying = [delivery for delivery in overdue if not delivery.route]
        dead = unit.deliveries.set_state(
            [delivery.id for delivery in moving],
            State.DEAD,
            "no acknowledgement in time; another channel takes over",
            among=[State.SENT],
        )
        parked = unit.deliveries.set_state(
            [delivery.id for delivery in staying],
            State.PARKED,
            "no acknowledgement in time",
            among=[State.SENT],
        )
        unit.deliveries.keep_attempts(
            WEBSOCKET, [_unseen(delivery, unit.now) for delivery in (*dead, *parked)]
        )
        publish_deliveries(unit, [*dead, *parked])
        fall_back(unit, self._enqueue, [(d, "no_acknowledgement") for d in dead])
        if overdue:
            crash_points.reach("orchestrator.giving_up_on_silence")
        return len(overdue)


def _unseen(delivery: Delivery, now: datetime) -> Attempt:
    """It may have been seen all the same: nobody said so."""
    route = delivery.route
    next_step = f"fall back to {route[0]}" if route else "wait until the person connects again"
    return _attempt(delivery, now, Result.AMBIGUOUS, next_step)


class Arrive:
    """People come and go; what was parked for them flows when they come."""

    def __init__(self, store: Store, ack_seconds: float, presence_seconds: float) -> None:
        self._store = store
        self._ack = timedelta(seconds=ack_seconds)
        self._presence_seconds = presence_seconds

    async def come(self, user_ids: Iterable[str], gateway_id: str) -> None:
        """Marks users as present; repeat it before the presence runs out."""
        users = set(user_ids)

        def command(unit: Unit) -> None:
            new = unit.live.arrive(users, gateway_id, self._presence_seconds)
            if new:
                shown = unit.deliveries.show_parked(new, unit.now + self._ack)
                publish_deliveries(unit, shown)

        if users:
            await self._store.transact(command)

    async def go(self, user_ids: Iterable[str] | None, gateway_id: str) -> None:
        """Ends presence on a gateway, of some users or of all."""
        users = None if user_ids is None else set(user_ids)
        await self._store.transact(lambda unit: unit.live.leave(users, gateway_id))


class EndStalePresence:
    """People whose gateway crashed are not there any more once their presence has run out."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self) -> int:
        """How many presences ended."""
        return await self._store.transact(lambda unit: unit.live.expire())
