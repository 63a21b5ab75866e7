"""Long polls: answered when there is news, not before, and not much later."""

import asyncio
import time

import pytest
from tests.orchestrator.running import agent_caller, orchestrator, user_caller

from parley.common.v1.feedback_pb2 import FEEDBACK_STATUS_ANSWERED, FEEDBACK_STATUS_PENDING
from parley_kit.errors import InvalidArgumentError


@pytest.fixture
async def parley():
    async with orchestrator() as running:
        running.owner = agent_caller((await running.agent()).agent.id)
        running.ann = await running.user(running.owner)
        running.talk = await running.session(running.owner, running.ann)
        yield running


async def timed(awaitable):
    began = time.monotonic()
    return await awaitable, time.monotonic() - began


async def test_what_is_there_already_is_answered_at_once(parley):
    events, seconds = await timed(parley.events(parley.talk, wait_seconds=20))
    assert [event.kind for event in events] == ["session.created"]
    assert seconds < 5


async def test_a_wait_ends_with_the_first_event(parley):
    waiting = asyncio.create_task(timed(parley.events(parley.talk, after_seq=1, wait_seconds=20)))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await parley.send(parley.owner, parley.talk)
    events, seconds = await waiting
    assert [event.kind for event in events] == ["message.created"]
    assert 0.15 < seconds < 4


async def test_a_wait_without_news_ends_empty(parley):
    events, seconds = await timed(parley.events(parley.talk, after_seq=1, wait_seconds=0.3))
    assert events == []
    assert 0.25 < seconds < 3


async def test_news_of_another_session_ends_no_wait(parley):
    other = await parley.session(parley.owner, parley.ann)
    waiting = asyncio.create_task(parley.events(parley.talk, after_seq=1, wait_seconds=0.5))
    await asyncio.sleep(0.1)
    await parley.send(parley.owner, other)
    assert await waiting == []


async def test_a_wait_for_a_decision_ends_with_it(parley):
    asked = await parley.ask(parley.owner, parley.talk)
    waiting = [
        asyncio.create_task(timed(parley.request(asked, by=parley.owner, wait_seconds=20)))
        for _ in range(20)
    ]
    await asyncio.sleep(0.2)
    await parley.send(parley.owner, parley.talk, "not a decision")
    await asyncio.sleep(0.1)
    assert not any(task.done() for task in waiting)
    await parley.answer(user_caller(parley.ann.id), asked)
    for found, seconds in await asyncio.gather(*waiting):
        assert found.status == FEEDBACK_STATUS_ANSWERED
        assert found.response.value_json == '"approved"'
        assert seconds < 4


async def test_a_wait_for_a_decision_that_does_not_come_ends_pending(parley):
    asked = await parley.ask(parley.owner, parley.talk)
    found = await parley.request(asked, by=parley.owner, wait_seconds=0.3)
    assert found.status == FEEDBACK_STATUS_PENDING


async def test_a_request_that_runs_out_of_time_ends_the_wait(parley):
    asked = await parley.ask(parley.owner, parley.talk, expires_in_seconds=1)
    found, seconds = await timed(parley.request(asked, by=parley.owner, wait_seconds=20))
    assert found.status not in (FEEDBACK_STATUS_PENDING, FEEDBACK_STATUS_ANSWERED)
    assert seconds < 4


@pytest.mark.parametrize("seconds", [-1, 60.1, float("nan"), float("inf")])
async def test_no_one_waits_for_ever(parley, seconds):
    asked = await parley.ask(parley.owner, parley.talk)
    for wait in (
        parley.events(parley.talk, wait_seconds=seconds),
        parley.request(asked, wait_seconds=seconds),
    ):
        with pytest.raises(InvalidArgumentError):
            await wait


@pytest.mark.postgres
async def test_a_wait_at_one_replica_ends_with_an_answer_at_another(postgres):
    """Two orchestrators on one PostgreSQL: the news travels by NOTIFY."""
    url = postgres.new_database()
    async with orchestrator(url) as first, orchestrator(url) as second:
        owner = agent_caller((await first.agent()).agent.id)
        ann = await first.user(owner)
        talk = await second.session(owner, ann)
        asked = await first.ask(owner, talk)
        waiting = asyncio.create_task(timed(first.request(asked, by=owner, wait_seconds=20)))
        await asyncio.sleep(0.3)
        await second.answer(user_caller(ann.id), asked)
        found, seconds = await waiting
        assert found.status == FEEDBACK_STATUS_ANSWERED
        assert seconds < 2, "sooner than a poll would have found it"
