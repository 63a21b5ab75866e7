"""The delivery loop itself: it never stops, never waits for the slow, never loses its leases."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
import contextlib
from datetime import timedelta

import pytest
from tests.migrated import migrate
from tests.orchestrator.fake_port import WENT_OUT, FakePort
from tests.orchestrator.workshop import Workshop

from parley_kit.clock import utc_now
from parley_kit.errors import UnavailableError
from parley_kit.store import Database
from parley_orchestrator.bootstrap import MIGRATIONS
from parley_orchestrator.dispatch import loop as loop_module
from parley_orchestrator.dispatch.housekeeping import keep_house
from parley_orchestrator.dispatch.loop import Dispatcher
from parley_orchestrator.domain.delivery import Result, State
from parley_orchestrator.use_cases.claim_work import ClaimWork


@pytest.fixture
async def shop():
    """A workshop by the real clock."""
    database = Database("sqlite:///:memory:")
    await migrate(database, MIGRATIONS)
    made = Workshop(database, utc_now)
    await made.begin(channels=("gmail", "slack"))
    yield made
    await database.close()


@contextlib.asynccontextmanager
async def dispatching(shop, port=None, claim=None, renew_seconds=5.0):
    """A dispatcher for Gmail, until the block ends; it must then stop by itself."""
    dispatcher = Dispatcher(
        "gmail",
        port or shop.gmail,
        shop.store,
        claim or shop.claim,
        shop.record,
        renew_seconds=renew_seconds,
    )
    stopping = asyncio.Event()
    task = asyncio.create_task(dispatcher.run(stopping))
    try:
        yield dispatcher
    finally:
        stopping.set()
        await asyncio.wait_for(task, 10)


async def until(shop, message, *states, seconds=10):
    async with asyncio.timeout(seconds):
        while (found := await shop.of(message))[0].state not in states:
            await asyncio.sleep(0.005)
        return found[0]


async def test_what_is_said_goes_out_without_delay(shop, monkeypatch):
    monkeypatch.setattr(loop_module, "POLL_SECONDS", 60)  # a hint wakes it, not the poll
    async with dispatching(shop):
        await asyncio.sleep(0.1)
        await until(shop, await shop.say(), State.SENT)


async def test_a_retry_comes_at_its_time(shop):
    shop.chance = 0.1
    shop.gmail.script.append(Result.NOT_SENT)
    async with dispatching(shop):
        sent = await until(shop, await shop.say(), State.SENT)
    assert await shop.attempts(sent) == ["not_sent", "sent"]


async def test_a_slow_batch_holds_up_no_other_conversation(shop):
    """One lane waits for its provider; the other goes out meanwhile."""
    ann, bob = await shop.begin(channels=("gmail",), people=2)
    slow, gate = FakePort("gmail"), asyncio.Event()
    deliver = slow.deliver

    async def deliver_slowly(jobs):
        if any(job.user.id == ann.id for job in jobs):
            await gate.wait()
        return await deliver(jobs)

    slow.deliver = deliver_slowly
    async with dispatching(shop, slow):
        await shop.say("to Bob", caller=shop.as_user(ann))
        first = await shop.say("to Ann", caller=shop.as_user(bob))
        await asyncio.sleep(0.2)
        second = await shop.say("to Bob again", caller=shop.as_user(ann))
        await until(shop, second, State.SENT)
        assert (await shop.of(first))[0].state is State.SENDING
        gate.set()
        await until(shop, first, State.SENT)


async def test_a_slow_batch_keeps_its_leases(shop):
    """It takes longer than the lease: nobody else sends, nobody else looks."""
    claim = ClaimWork(shop.store, shop.keys, shop.enqueue, 0.3)
    shop.gmail.may_answer.clear()
    async with dispatching(shop, claim=claim, renew_seconds=0.05):
        message = await shop.say()
        await shop.gmail.begun.wait()
        await asyncio.sleep(0.8)
        assert (await shop.of(message))[0].state is State.SENDING
        shop.gmail.may_answer.set()
        sent = await until(shop, message, State.SENT)
    assert await shop.attempts(sent) == ["sent"]
    assert shop.gmail.accepted.total() == 1
    assert shop.gmail.asked == []


async def test_a_lost_lease_is_looked_up_by_the_next_worker(shop):
    """The batch hangs for good, its lease runs out: another worker asks and finds it."""
    claim = ClaimWork(shop.store, shop.keys, shop.enqueue, 0.3)
    stuck = FakePort("gmail")
    stuck.may_answer.clear()
    helper = FakePort("gmail")
    helper.accepted = stuck.accepted
    async with dispatching(shop, stuck, claim, renew_seconds=60):
        message = await shop.say()
        await stuck.begun.wait()
        async with dispatching(shop, helper):
            sent = await until(shop, message, State.SENT)
        stuck.may_answer.set()
    assert await shop.attempts(sent) == ["found"]
    assert (stuck.accepted.total(), helper.tried) == (1, [])
    assert [*stuck.asked, *helper.asked] == [sent.id], "by whichever worker is free"
    assert (await shop.of(message))[0].attempts == 1, "the late outcome was fenced off"


async def test_a_port_that_breaks_is_taken_for_an_unknown_outcome(shop):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("parley_orchestrator.domain.verdict.LOOK_UP_DELAYS", (_SHORTLY,) * 3)
        shop.gmail.script.append(ZeroDivisionError())
        async with dispatching(shop):
            sent = await until(shop, await shop.say(), State.SENT)
    assert await shop.attempts(sent) == ["ambiguous", "not_found", "sent"]


_SHORTLY = timedelta(milliseconds=50)


async def test_one_job_that_breaks_the_port_spoils_no_other(shop):
    """The batch is tried again one by one; only the poisonous one stays unknown."""
    ann, bob = await shop.begin(channels=("gmail",), people=2)
    deliver = shop.gmail.deliver

    async def break_at_ann(jobs):
        if any(job.user.id == ann.id for job in jobs):
            raise ZeroDivisionError
        return await deliver(jobs)

    shop.gmail.deliver = break_at_ann
    message = await shop.say()
    async with dispatching(shop):
        async with asyncio.timeout(10):
            while await by_user(shop, message, bob) != (State.SENT, ["sent"]):
                await asyncio.sleep(0.01)
    assert await by_user(shop, message, ann) == (State.SENDING, ["ambiguous"])


async def by_user(shop, message, user):
    [one] = [d for d in await shop.of(message) if d.user_id == user.id]
    return one.state, await shop.attempts(one)


async def test_an_ambiguous_send_is_looked_up_by_the_loop(shop):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("parley_orchestrator.domain.verdict.LOOK_UP_DELAYS", (_SHORTLY,) * 3)
        shop.gmail.script.append(WENT_OUT)
        async with dispatching(shop):
            sent = await until(shop, await shop.say(), State.SENT)
    assert (await shop.attempts(sent), shop.gmail.tried) == (["ambiguous", "found"], [sent.id])


class Failing:
    """A use case that fails some times first."""

    def __init__(self, inner, errors):
        self.inner, self.errors, self.calls = inner, list(errors), 0

    def __getattr__(self, name):
        return getattr(self.inner, name)

    async def __call__(self, *arguments):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return await self.inner(*arguments)


@pytest.mark.parametrize("error", [UnavailableError("the database is away"), KeyError("a defect")])
async def test_the_loop_outlives_a_failing_claim(shop, error, monkeypatch):
    monkeypatch.setattr(loop_module, "OUTAGE_SECONDS", 0.02)
    claim = Failing(shop.claim, [error] * 3)
    async with dispatching(shop, claim=claim):
        await until(shop, await shop.say(), State.SENT)
    assert claim.calls > 3


async def test_outcomes_are_kept_until_the_database_takes_them(shop, monkeypatch):
    """It went out, and the database is away: the outcome waits, nothing is sent twice."""
    monkeypatch.setattr(loop_module, "OUTAGE_SECONDS", 0.02)
    shop.record = Failing(shop.record, [UnavailableError("away")] * 5)
    async with dispatching(shop):
        sent = await until(shop, await shop.say(), State.SENT)
    assert (shop.record.calls, shop.gmail.accepted[sent.id]) == (6, 1)


async def test_leases_are_renewed_again_after_an_outage(shop, monkeypatch):
    claim = ClaimWork(shop.store, shop.keys, shop.enqueue, 0.4)
    renew, failures = claim.renew, [UnavailableError("away")] * 2

    async def renew_or_fail(lanes):
        if failures:
            raise failures.pop()
        await renew(lanes)

    claim.renew = renew_or_fail
    shop.gmail.may_answer.clear()
    async with dispatching(shop, claim=claim, renew_seconds=0.05):
        message = await shop.say()
        await shop.gmail.begun.wait()
        await asyncio.sleep(0.8)
        shop.gmail.may_answer.set()
        sent = await until(shop, message, State.SENT)
    assert await shop.attempts(sent) == ["sent"]


async def test_stopping_lets_what_runs_end(shop):
    shop.gmail.may_answer.clear()
    async with dispatching(shop):
        message = await shop.say()
        await shop.gmail.begun.wait()
        asyncio.get_running_loop().call_later(0.2, shop.gmail.may_answer.set)
    assert (await shop.of(message))[0].state is State.SENT


async def test_waiting_neither_stops_nor_heats_the_loop(shop):
    """Due times and waits are the database's: the worker's clock has no part in them."""
    shop.chance = 0.3
    shop.gmail.script.extend([Result.NOT_SENT] * 2)
    claim = Failing(shop.claim, [])
    async with dispatching(shop, claim=claim):
        await until(shop, await shop.say(), State.SENT)
        await shop.say("next")
        shop.gmail.script.append(Result.NOT_SENT)
        await asyncio.sleep(0.5)
    assert claim.calls < 300


async def test_chores_are_done_again_and_again_whatever_they_do():
    done = []

    def chore(name, *results):
        waiting = list(results)

        async def act():
            done.append(name)
            result = waiting.pop(0) if waiting else 0
            if isinstance(result, Exception):
                raise result
            return result

        return act

    task = asyncio.create_task(
        keep_house([chore("a", UnavailableError("x"), KeyError("y")), chore("b", 1, 1, 1)], 0.01)
    )
    async with asyncio.timeout(5):
        while done.count("b") < 6:
            await asyncio.sleep(0.005)
    task.cancel()
    assert abs(done.count("a") - done.count("b")) <= 1
