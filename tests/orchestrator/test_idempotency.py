"""A request that comes again with its key makes nothing new."""

import asyncio

import pytest
from tests.orchestrator.running import ADMIN, agent_caller, orchestrator

from parley.orchestrator.v1 import sessions_pb2, users_pb2
from parley_kit.errors import AlreadyExistsError


@pytest.fixture
async def parley(engine_url):
    async with orchestrator(engine_url) as running:
        running.me = agent_caller((await running.agent()).agent.id)
        yield running


async def user(parley, key, caller=None, name="Ann"):
    made = await parley.stubs.UserService.CreateUser(
        users_pb2.CreateUserRequest(
            caller=caller or parley.me, user=users_pb2.User(name=name), idempotency_key=key
        )
    )
    return made.user


async def session(parley, key, *people, title="Release"):
    made = await parley.stubs.SessionService.CreateSession(
        sessions_pb2.CreateSessionRequest(
            caller=parley.me,
            user_ids=[person.id for person in people],
            title=title,
            idempotency_key=key,
        )
    )
    return made.session


async def test_the_same_key_answers_the_same(parley):
    ann = await user(parley, "k1")
    assert await user(parley, "k1") == ann
    first = await session(parley, "k2", ann)
    assert await session(parley, "k2", ann) == first


async def test_without_a_key_each_is_new(parley):
    assert (await user(parley, "")).id != (await user(parley, "")).id


async def test_many_at_once_make_one(parley):
    made = await asyncio.gather(*(user(parley, "k1") for _ in range(12)))
    assert len({one.id for one in made}) == 1
    ann = made[0]
    sessions = await asyncio.gather(*(session(parley, "k2", ann) for _ in range(12)))
    assert len({one.id for one in sessions}) == 1
    assert len(await parley.events(sessions[0])) == 1


async def test_another_body_or_another_use_is_refused(parley):
    ann = await user(parley, "k1")
    with pytest.raises(AlreadyExistsError, match="another body"):
        await user(parley, "k1", name="Bob")
    with pytest.raises(AlreadyExistsError, match="another body"):
        await session(parley, "k1", ann)


async def test_keys_are_each_callers_own(parley):
    other = agent_caller((await parley.agent("Other")).agent.id)
    ids = {(await user(parley, "k1", caller)).id for caller in (parley.me, other, ADMIN)}
    assert len(ids) == 3
