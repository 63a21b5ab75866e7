"""Records what became of attempts: states, retries, fall-backs, the event log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from parley_kit import crash_points
from parley_orchestrator.domain.changing import changed
from parley_orchestrator.domain.delivery import Delivery, Kind, Outcome, State
from parley_orchestrator.domain.feedback import Status
from parley_orchestrator.domain.pacing import Key, Pace, held_back
from parley_orchestrator.domain.routing import Breakers, has_way, limits_of, shut_by
from parley_orchestrator.domain.verdict import decide
from parley_orchestrator.ports import Lane, Settled, Store, Unit
from parley_orchestrator.use_cases.enqueue import Enqueue, Parcel
from parley_orchestrator.use_cases.keep_breakers import keep_breakers
from parley_orchestrator.use_cases.publish import publish_deliveries

_TOLD = (State.SENT, State.PARKED, State.UNKNOWN, State.DEAD, State.CANCELLED)


class RecordOutcomes:
    """Records a batch of outcomes; what a lane's later holder decided stands."""

    def __init__(self, store: Store, enqueue: Enqueue, chance: Callable[[], float]) -> None:
        self._store = store
        self._enqueue = enqueue
        self._chance = chance

    async def __call__(
        self, lanes: Sequence[Lane], outcomes: Sequence[tuple[Delivery, Outcome]]
    ) -> None:
        """Stores the outcomes of lanes that are still held, and gives the lanes back."""
        chances = [self._chance() for _ in outcomes]
        sessions = {delivery.session_id for delivery, _outcome in outcomes}
        await self._store.transact(
            lambda unit: self._record(unit, lanes, outcomes, chances), sessions
        )
        crash_points.reach("orchestrator.outcomes_recorded")

    def _record(
        self,
        unit: Unit,
        lanes: Sequence[Lane],
        outcomes: Sequence[tuple[Delivery, Outcome]],
        chances: Sequence[float],
    ) -> None:
        held = unit.deliveries.held(lanes)
        ours = [lane for lane in lanes if lane.lane in held]
        kept = [
            (delivery, outcome, chance)
            for (delivery, outcome), chance in zip(outcomes, chances, strict=True)
            if delivery.lane in held
        ]
        breakers = keep_breakers(unit, ours, [(d, outcome) for d, outcome, _chance in kept])
        settled = [self._settled(unit, *one, breakers) for one in kept]
        unit.deliveries.settle(ours, settled)
        for one in settled:
            if one.outcome.learned:
                unit.people.learn(one.delivery.user_id, one.outcome.learned)
        told = [_after(one) for one in settled if _is_news(one)]
        publish_deliveries(unit, told)
        fall_back(
            unit,
            self._enqueue,
            [(one.delivery, one.outcome.code) for one in settled if one.verdict.falls_back],
        )
        self._hold_limits(unit, settled)
        crash_points.reach("orchestrator.recording_outcomes")

    def _settled(
        self, unit: Unit, delivery: Delivery, outcome: Outcome, chance: float, breakers: Breakers
    ) -> Settled:
        shut = shut_by(breakers, delivery.channel, outcome.connection_id)
        is_shut = shut is not None and has_way(
            delivery.route, self._enqueue.facts(), unit.gates.breakers()
        )
        verdict = decide(delivery, outcome, unit.now, chance, is_shut=is_shut)
        return Settled(delivery, outcome, verdict)

    def _hold_limits(self, unit: Unit, settled: Sequence[Settled]) -> None:
        """A provider that said when to come again is asked for nothing of the kind before."""
        told = [one for one in settled if one.outcome.retry_after is not None]
        paces: dict[Key, Pace] = {}
        for one in told:
            limits = limits_of(self._enqueue.facts(), one.delivery.channel)
            paces |= held_back(one.delivery, one.outcome, limits, paces, unit.now)
        unit.gates.set_paces(paces)


def _is_news(one: Settled) -> bool:
    return one.verdict.state in _TOLD


def _after(one: Settled) -> Delivery:
    return changed(one.delivery, state=one.verdict.state, explanation=one.explanation)


def fall_back(
    unit: Unit, enqueue: Enqueue, failed: Sequence[tuple[Delivery, str]]
) -> list[Delivery]:
    """Hands deliveries to the next channel of their routes, each once.

    `failed` are the deliveries with the code of why they failed.
    """
    if not failed:
        return []
    sessions = unit.conversations.sessions({delivery.session_id for delivery, _code in failed})
    ended = _ended_requests(unit, [delivery for delivery, _code in failed])
    users = unit.people.users({delivery.user_id for delivery, _code in failed})
    parcels = [
        Parcel(
            kind=delivery.kind,
            session=sessions[delivery.session_id],
            user=users[delivery.user_id],
            subject_id=delivery.subject_id,
            position=delivery.position,
            order=delivery.route,
            text=delivery.text,
            card_delivery_id=delivery.card_delivery_id,
            fallback_of=delivery.id,
            urgent=delivery.urgent,
            why=f"{delivery.channel} failed ({code or 'no answer'})",
        )
        for delivery, code in failed
        if delivery.subject_id not in ended
    ]
    handed_on = enqueue(unit, parcels)
    if handed_on:
        crash_points.reach("orchestrator.falling_back")
    return handed_on


def _ended_requests(unit: Unit, deliveries: Sequence[Delivery]) -> set[str]:
    cards = {delivery.subject_id for delivery in deliveries if delivery.kind == Kind.CARD}
    requests = unit.feedback.get(cards) if cards else {}
    return {r.id for r in requests.values() if r.status is not Status.PENDING}
