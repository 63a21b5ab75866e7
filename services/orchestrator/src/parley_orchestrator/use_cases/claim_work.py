"""Claims due lanes, and loads all that their deliveries need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from parley_kit.logs import get_logger
from parley_orchestrator.domain.breaker import probing
from parley_orchestrator.domain.claiming import Plan, Rules, plan_claims, talk_keys
from parley_orchestrator.domain.delivery import Delivery, Outcome, Result, State
from parley_orchestrator.domain.pacing import Limit
from parley_orchestrator.domain.routing import limits_of
from parley_orchestrator.ports import Job, Lane, Standing, Store, TokenSigner, Unit
from parley_orchestrator.use_cases.enqueue import Enqueue
from parley_orchestrator.use_cases.hold_back import hold_back, holding
from parley_orchestrator.use_cases.job_shelf import JobShelf
from parley_orchestrator.use_cases.publish import publish_deliveries
from parley_orchestrator.use_cases.record_outcomes import fall_back

log = get_logger(__name__)
REST = timedelta(seconds=1)
"""Between two looks at a channel whose service is silent; its return is told besides."""


@dataclass(frozen=True)
class Work:
    """Claimed lanes, and the jobs in them, in order within each lane.

    Attributes:
        broken: Deliveries that could not even be prepared, with what that means for them.
        wait: How long until there may be work, when there is none now; by the database's clock.
    """

    lanes: tuple[Lane, ...] = ()
    to_send: tuple[Job, ...] = ()
    to_look_up: tuple[Job, ...] = ()
    broken: tuple[tuple[Delivery, Outcome], ...] = ()
    wait: timedelta | None = None


class ClaimWork:
    """Takes work for one channel."""

    def __init__(
        self,
        store: Store,
        signer: TokenSigner,
        enqueue: Enqueue,
        lease_seconds: float,
    ) -> None:
        self._store = store
        self._signer = signer
        self._enqueue = enqueue
        self._lease_seconds = lease_seconds

    async def __call__(self, channel: str, lanes: int, per_lane: int) -> Work:
        """What is due now, under a lease; nothing while the channel's service does not answer."""
        return await self._store.transact(lambda unit: self._claim(unit, channel, lanes, per_lane))

    def stand_by(self, channel: str, lanes: int, per_lane: int) -> Standing[Work]:
        """The same, within the transaction that first makes something of the channel due."""
        return self._store.stand_by(
            f"due:{channel}", lambda unit: self._claim(unit, channel, lanes, per_lane)
        )

    def _claim(self, unit: Unit, channel: str, lanes: int, per_lane: int) -> Work:
        facts = self._enqueue.facts().get(channel)
        if facts is not None and facts.silent_since is not None:
            return Work(wait=REST)
        limits = holding(unit, channel, limits_of(self._enqueue.facts(), channel))
        plan = _plan(unit, channel, limits, lanes, per_lane)
        taken = self._take(unit, channel, plan)
        work, held_until = self._loaded(unit, taken, limits) if taken else (Work(), [])
        if work.lanes:
            return work
        times = [at for at in (plan.next_at, *held_until) if at is not None]
        return Work(wait=min(times) - unit.now if times else None)

    async def renew(self, lanes: Sequence[Lane]) -> None:
        """Keeps lanes whose jobs take longer."""
        await self._store.transact(lambda unit: unit.deliveries.renew(lanes, self._lease_seconds))

    def _take(self, unit: Unit, channel: str, plan: Plan) -> list[Lane]:
        taken: list[Lane] = []
        for take in plan.takes:
            found = unit.deliveries.lease(channel, take, self._lease_seconds)
            if found and take.probes is not None:
                unit.gates.set_breaker(probing(take.probes, unit.now))
            taken += found
        return taken

    def _loaded(
        self, unit: Unit, lanes: Sequence[Lane], limits: Sequence[Limit]
    ) -> tuple[Work, list[datetime]]:
        """The work in these lanes, and until when others of them were held back."""
        shelf = JobShelf(unit, [d for lane in lanes for d in lane.deliveries], self._signer)
        useful = _without_pointless(unit, lanes, shelf)
        found = hold_back(unit, useful, shelf.users, limits)
        unit.deliveries.hold(found.held)
        self._leave(unit, found.leaving)
        work = _prepared(unit.deliveries.begin(found.going), shelf)
        return work, [one.until for one in found.held]

    def _leave(self, unit: Unit, leaving: Sequence[tuple[Delivery, str]]) -> None:
        """What would wait too long for a limit goes to the next channel."""
        left = [
            (one, f"paced: {why}")
            for delivery, why in leaving
            for one in unit.deliveries.set_state(
                [delivery.id],
                State.DEAD,
                f"would wait long: {why}; another channel takes over",
                among=[State.QUEUED],
            )
        ]
        publish_deliveries(unit, [one for one, _why in left])
        fall_back(unit, self._enqueue, left)


def _plan(unit: Unit, channel: str, limits: Sequence[Limit], lanes: int, per_lane: int) -> Plan:
    breakers = unit.gates.breakers(channel)
    if breakers:
        breakers = unit.gates.lock_breakers(breakers)
    gates = unit.deliveries.gates(channel)
    keys = talk_keys(channel, gates, limits)
    rules = Rules(channel, breakers, limits, unit.gates.paces(keys) if keys else {})
    return plan_claims(gates, rules, unit.now, lanes=lanes, per_lane=per_lane)


def _without_pointless(unit: Unit, lanes: Sequence[Lane], shelf: JobShelf) -> list[Lane]:
    pointless = [d.id for lane in lanes for d in lane.deliveries if shelf.is_pointless(d)]
    if not pointless:
        return list(lanes)
    cancelled = unit.deliveries.set_state(
        pointless,
        State.CANCELLED,
        "the request ended, or its card never went out",
        among=(State.QUEUED, State.SENDING),
    )
    publish_deliveries(unit, cancelled)
    gone = set(pointless)
    return [
        replace(lane, deliveries=tuple(d for d in lane.deliveries if d.id not in gone))
        for lane in lanes
    ]


def _prepared(lanes: Sequence[Lane], shelf: JobShelf) -> Work:
    to_send: list[Job] = []
    to_look_up: list[Job] = []
    broken: list[tuple[Delivery, Outcome]] = []
    for lane in lanes:
        for place, delivery in enumerate(lane.deliveries):
            try:
                job = shelf.job(lane, delivery)
            except Exception as error:
                log.exception("a delivery cannot be prepared", delivery=delivery.id)
                broken.append((delivery, Outcome(Result.DEFECT, "defect", type(error).__name__)))
                broken += [(d, Outcome(Result.SKIPPED)) for d in lane.deliveries[place + 1 :]]
                break
            (to_send if delivery.state == State.QUEUED else to_look_up).append(job)
    return Work(tuple(lanes), tuple(to_send), tuple(to_look_up), tuple(broken))
