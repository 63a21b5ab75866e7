"""News that no log keeps: presence, how far people read, typing; on one orchestrator and on two."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
import contextlib

import pytest
from tests.orchestrator.lines import line, until_present
from tests.orchestrator.running import ADMIN, agent_caller, orchestrator, user_caller

from parley.orchestrator.v1 import sessions_pb2, stream_pb2
from parley_kit.errors import NotFoundError, PermissionDeniedError


async def furnished(parley):
    parley.agent_caller = agent_caller((await parley.agent()).agent.id)
    parley.ann = await parley.user(parley.agent_caller)
    parley.bob = await parley.user(parley.agent_caller, "Bob")
    parley.talk = await parley.session(parley.agent_caller, parley.ann, parley.bob)
    return parley


@pytest.fixture
async def parley():
    async with orchestrator() as running:
        yield await furnished(running)


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
async def pair(request):
    """Two doors: the same orchestrator in memory, two of them on one PostgreSQL."""
    async with contextlib.AsyncExitStack() as stack:
        if request.param == "memory":
            one = two = await stack.enter_async_context(orchestrator())
        else:
            url = request.getfixturevalue("postgres").new_database()
            one = await stack.enter_async_context(orchestrator(url))
            two = await stack.enter_async_context(orchestrator(url))
        await furnished(one)
        yield one, two


async def note_typing(parley, caller, session):
    request = sessions_pb2.NoteTypingRequest(caller=caller, session_id=session.id)
    return await parley.stubs.SessionService.NoteTyping(request)


async def people_of(parley):
    found = await parley.stubs.SessionService.GetSession(
        sessions_pb2.GetSessionRequest(caller=parley.agent_caller, session_id=parley.talk.id)
    )
    return {each.name: each for each in found.session.participants}


def told(field):
    """Reads frames until one tells something of this kind; answers all of it so far."""
    return lambda frames: [each for frame in frames for each in getattr(frame, field)]


def presences(user, is_present):
    """Reads frames until one tells that somebody came, or left."""
    return lambda frames: [
        each
        for each in told("presence")(frames)
        if (each.user_id, each.is_present) == (user.id, is_present)
    ]


async def test_typing_of_people_and_agents_crosses_orchestrators(pair):
    one, two = pair
    async with line(one, "g1", [one.ann]) as anns, line(two, "g2", [one.bob]) as bobs:
        await until_present(one, one.bob)
        typing = stream_pb2.Typing(session_id=one.talk.id, user_id=one.ann.id)
        await anns.say(typing=[typing])
        [heard] = await bobs.until(told("typing"))
        assert (heard.typing.name, heard.typing.kind) == ("Ann", "user")
        bobs.frames.clear()
        await note_typing(two, one.agent_caller, one.talk)
        for each in (anns, bobs):
            [heard] = await each.until(told("typing"))
            assert (heard.typing.name, heard.typing.kind) == ("Deploy agent", "agent")


async def test_a_stranger_does_not_type(parley):
    stranger = agent_caller((await parley.agent("Stranger")).agent.id)
    with pytest.raises(NotFoundError):
        await note_typing(parley, stranger, parley.talk)
    with pytest.raises(PermissionDeniedError):
        await note_typing(parley, ADMIN, parley.talk)


async def test_an_agent_hears_typing_while_it_waits_for_events(parley):
    last = (await parley.events(parley.talk))[-1].seq
    asked = sessions_pb2.ListEventsRequest(
        caller=parley.agent_caller,
        session_id=parley.talk.id,
        after_seq=last,
        wait_seconds=10,
        with_typing=True,
    )
    waiting = asyncio.ensure_future(parley.stubs.SessionService.ListEvents(asked, timeout=15))
    while not parley.orchestrator._news._waiting:
        await asyncio.sleep(0.01)
    await note_typing(parley, parley.agent_caller, parley.talk)  # its own is no news to it
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await note_typing(parley, user_caller(parley.ann.id), parley.talk)
    answer = await waiting
    assert [(each.kind, each.name) for each in answer.typing] == [("user", "Ann")]
    assert not answer.events


async def test_typing_ends_no_wait_that_does_not_ask_for_it(parley):
    last = (await parley.events(parley.talk))[-1].seq
    waiting = asyncio.ensure_future(
        parley.events(parley.talk, parley.agent_caller, after_seq=last, wait_seconds=1.5)
    )
    await asyncio.sleep(0.1)
    await note_typing(parley, user_caller(parley.ann.id), parley.talk)
    await asyncio.sleep(0.1)
    assert not waiting.done()
    assert await waiting == []


async def test_how_far_somebody_read_reaches_their_other_tabs_and_stays(pair):
    one, two = pair
    async with line(one, "g1", [one.ann]) as desk, line(two, "g2", [one.ann]) as phone:
        await until_present(one, one.ann)
        message = await one.send(one.agent_caller, one.talk)
        ack = stream_pb2.Acknowledgement(
            user_id=one.ann.id, session_id=one.talk.id, seq=message.seq
        )
        await desk.say(acknowledgements=[ack])
        for each in (desk, phone):
            heard = await each.until(told("reads"))
            assert heard[-1].read == ack
            assert list(heard[-1].user_ids) == [one.ann.id]
        older = stream_pb2.Acknowledgement(user_id=one.ann.id, session_id=one.talk.id, seq=1)
        await phone.say(acknowledgements=[older])
        await asyncio.sleep(0.2)
    people = await people_of(one)
    assert (people["Ann"].read_seq, people["Bob"].read_seq) == (message.seq, 0)


async def test_who_comes_and_goes_is_told_to_those_they_talk_with(pair):
    one, two = pair
    stranger = await one.user(one.agent_caller, "Mallory")
    async with line(one, "g1", [one.ann, stranger]) as anns:
        await until_present(one, one.ann)
        async with line(two, "g2", [one.bob]):
            [heard] = await anns.until(told("presence"))
            assert (heard.user_id, heard.is_present) == (one.bob.id, True)
            assert list(heard.user_ids) == [one.ann.id]
            assert (await people_of(one))["Bob"].is_present
        await anns.until(lambda fs: [p for p in told("presence")(fs) if not p.is_present])
    assert not (await people_of(one))["Bob"].is_present


async def test_one_of_two_tabs_that_closes_is_no_departure(parley):
    async with line(parley, "g1", [parley.ann]) as anns, line(parley, "g2", [parley.bob]):
        await anns.until(told("presence"))
        anns.frames.clear()
        async with line(parley, "g3", [parley.bob]):
            await asyncio.sleep(0.3)
        await parley.send(parley.agent_caller, parley.talk)
        await anns.events("message.created")
        assert told("presence")(anns.frames) == []


async def test_a_crashed_gateways_people_leave_when_their_presence_runs_out():
    """Nobody says goodbye: the row of a process that was killed stays until its time."""
    async with orchestrator(presence_seconds=1.5) as running:
        parley = await furnished(running)
        async with line(parley, "g1", [parley.ann]) as anns:
            await until_present(parley, parley.ann)
            await parley.orchestrator._streams._arrive.come([parley.bob.id], "g2-killed")
            for is_present in (True, False):
                told_of = await anns.until(presences(parley.bob, is_present))
                assert list(told_of[0].user_ids) == [parley.ann.id]


async def test_a_gateway_that_does_not_keep_up_is_told_that_news_are_missing(parley, monkeypatch):
    monkeypatch.setattr("parley_orchestrator.sync.subscriber.MAX_WAITING_EVENTS", 5)
    async with line(parley, present=[parley.ann]) as ours:
        await until_present(parley, parley.ann)
        sent = [parley.send(parley.agent_caller, parley.talk, str(n)) for n in range(60)]
        await asyncio.gather(*sent)
        await ours.until(lambda frames: any(frame.is_incomplete for frame in frames))


async def test_long_texts_come_in_answers_that_fit(parley):
    """A line takes at most 4 MiB at once; forty of these have more."""
    async with line(parley, present=[parley.ann]) as ours:
        await until_present(parley, parley.ann)
        text = "\N{SNOWMAN}" * 40_000
        sent = await asyncio.gather(
            *(parley.send(parley.agent_caller, parley.talk, text) for _ in range(40))
        )
        await ours.events("message.created", 40)
    after, seqs = 0, []
    while after < sent[-1].seq:
        page = await parley.stubs.SessionService.ListEvents(
            sessions_pb2.ListEventsRequest(
                caller=parley.agent_caller, session_id=parley.talk.id, after_seq=after
            )
        )
        seqs += [event.seq for event in page.events]
        assert page.has_more == (seqs[-1] < sent[-1].seq)
        after = seqs[-1]
    assert seqs == list(range(1, seqs[-1] + 1))
