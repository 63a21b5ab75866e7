"""The delivery loop of one channel: claim, send, record, as long as there is work.

One batch is in flight; the next begins when it returns, so that what gathers meanwhile goes out
together. A batch that takes longer than its turn no longer holds up the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from parley_kit import crash_points
from parley_kit.errors import ServiceError
from parley_kit.logs import get_logger
from parley_orchestrator.domain.delivery import Delivery, Outcome, Result
from parley_orchestrator.ports import ChannelPort, Job, Standing, Store
from parley_orchestrator.use_cases.claim_work import ClaimWork, Work
from parley_orchestrator.use_cases.record_outcomes import RecordOutcomes

log = get_logger(__name__)
LANES_AT_ONCE = 100
PER_LANE = 10
MAX_BATCHES = 16
TURN_SECONDS = 0.05
POLL_SECONDS = 1.0
OUTAGE_SECONDS = 0.5
MIN_IDLE_SECONDS = 0.01
"""What is due just now is asked for no more often than this."""


class Dispatcher:
    """Delivers what is due on one channel.

    Args:
        renew_seconds: How often the leases of a slow batch are renewed.
    """

    def __init__(
        self,
        channel: str,
        port: ChannelPort,
        store: Store,
        claim: ClaimWork,
        record: RecordOutcomes,
        *,
        renew_seconds: float,
    ) -> None:
        self._channel = channel
        self._port = port
        self._store = store
        self._claim = claim
        self._record = record
        self._renew_seconds = renew_seconds
        self._wake = asyncio.Event()
        self._batches: set[asyncio.Task[None]] = set()
        self._next: Standing[Work] | None = None
        self._until_due: timedelta | None = None
        self._stopping = asyncio.Event()
        store.on_commit(self.on_hints)

    def on_hints(self, hints: frozenset[str]) -> None:
        """Wakes the loop when something of its channel may be due."""
        if f"due:{self._channel}" in hints or "*" in hints:
            self._wake.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Works until told to stop, then lets running batches end."""
        self._stopping = stopping
        while not stopping.is_set():
            try:
                await self._turn()
            except ServiceError as error:
                log.warning("the queue waits", channel=self._channel, reason=error.message)
                await asyncio.sleep(OUTAGE_SECONDS)
            except Exception:
                log.exception("a turn failed", channel=self._channel)
                await asyncio.sleep(OUTAGE_SECONDS)
        if self._next is not None and not self._next.withdraw():
            await self._begin(await self._next.result)
        if self._batches:
            await asyncio.wait(self._batches)

    async def _turn(self) -> None:
        """Looks for work, unless a claim stands by already; then works, or waits to be called."""
        standing, self._next = self._next, None
        if standing is None:
            self._wake.clear()
            work: Work | None = await self._claim(self._channel, LANES_AT_ONCE, PER_LANE)
        else:
            work = await self._called(standing)
        if work is not None and work.lanes:
            await self._begin(work)
        elif work is not None:
            self._next, self._until_due = self._stand_by(), work.wait

    def _stand_by(self) -> Standing[Work]:
        return self._claim.stand_by(self._channel, LANES_AT_ONCE, PER_LANE)

    async def _called(self, standing: Standing[Work]) -> Work | None:
        """What was claimed as it was stored; None when it is time to look again."""
        wait, until_due = POLL_SECONDS, self._until_due
        if until_due is not None:
            wait = min(wait, max(MIN_IDLE_SECONDS, until_due.total_seconds()))
        woken = [asyncio.create_task(e.wait()) for e in (self._wake, self._stopping)]
        first: list[asyncio.Future[Any]] = [standing.result, *woken]
        try:
            await asyncio.wait(first, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
        finally:
            is_free = standing.withdraw()
            for task in woken:
                task.cancel()
        return None if is_free else await standing.result

    async def _begin(self, work: Work) -> None:
        """Lets a batch go; returns when it went out, or when it is the next one's turn."""
        crash_points.reach("orchestrator.work_claimed")
        gone: asyncio.Future[Standing[Work]] = asyncio.get_running_loop().create_future()
        batch = asyncio.create_task(self._deliver(work, gone))
        self._batches.add(batch)
        batch.add_done_callback(self._batches.discard)
        await asyncio.wait([gone], timeout=TURN_SECONDS)
        if not gone.cancel():
            self._next, self._until_due = gone.result(), None
        while len(self._batches) >= MAX_BATCHES:
            await asyncio.wait(self._batches, return_when=asyncio.FIRST_COMPLETED)

    async def _deliver(self, work: Work, gone: asyncio.Future[Standing[Work]]) -> None:
        renewing = asyncio.create_task(self._renew(work))
        try:
            sent, looked_up = await asyncio.gather(
                _with_deliveries(self._port.deliver, work.to_send),
                _with_deliveries(self._port.look_up, work.to_look_up),
            )
        finally:
            renewing.cancel()
        crash_points.reach("orchestrator.work_done")
        if not gone.done() and not self._stopping.is_set():
            self._wake.clear()
            gone.set_result(self._stand_by())  # the next claim shares the commit of this record
        await self._record_surely(work, [*sent, *looked_up, *work.broken])

    async def _renew(self, work: Work) -> None:
        while True:
            await asyncio.sleep(self._renew_seconds)
            try:
                await self._claim.renew(work.lanes)
            except ServiceError as error:
                log.warning("leases wait", channel=self._channel, reason=error.message)

    async def _record_surely(
        self, work: Work, outcomes: Sequence[tuple[Delivery, Outcome]]
    ) -> None:
        """Tries until it is stored; what a later holder of the lane decided stands anyway."""
        while True:
            try:
                await self._record(work.lanes, outcomes)
            except ServiceError as error:
                log.warning("outcomes wait", channel=self._channel, reason=error.message)
                await asyncio.sleep(OUTAGE_SECONDS)
            else:
                return


async def _with_deliveries(
    act: Callable[[Sequence[Job]], Awaitable[list[Outcome]]], jobs: Sequence[Job]
) -> list[tuple[Delivery, Outcome]]:
    if not jobs:
        return []
    try:
        return list(zip([job.delivery for job in jobs], await act(jobs), strict=True))
    except Exception as error:
        log.exception("a channel's port failed", jobs=len(jobs))
        if len(jobs) == 1:
            return [(jobs[0].delivery, Outcome(Result.AMBIGUOUS, "defect", type(error).__name__))]
    return await _one_by_one(act, jobs)


async def _one_by_one(
    act: Callable[[Sequence[Job]], Awaitable[list[Outcome]]], jobs: Sequence[Job]
) -> list[tuple[Delivery, Outcome]]:
    """So that one poisonous job spoils no other; a channel answers a repeated id as the first."""
    found: list[tuple[Delivery, Outcome]] = []
    failed_lanes: set[str] = set()
    for job in jobs:
        if job.delivery.lane in failed_lanes:
            found.append((job.delivery, Outcome(Result.SKIPPED)))
            continue
        [one] = await _with_deliveries(act, [job])
        found.append(one)
        if one[1].code == "defect":
            failed_lanes.add(job.delivery.lane)
    return found
