"""The live line: presence, events, acknowledgements, typing, and what a dropped one leaves."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio

import grpc
import pytest
from tests.orchestrator.lines import Line, channel_of, line, until_present
from tests.orchestrator.running import agent_caller, orchestrator, user_caller

from parley.orchestrator.v1 import access_pb2, messages_pb2, stream_pb2
from parley_kit.errors import UnavailableError


@pytest.fixture
async def parley():
    async with orchestrator() as running:
        yield await furnished(running)


async def furnished(running):
    running.agent_caller = agent_caller((await running.agent()).agent.id)
    running.ann = await running.user(running.agent_caller)
    running.bob = await running.user(running.agent_caller, "Bob")
    running.talk = await running.session(running.agent_caller, running.ann, running.bob)
    return running


async def test_events_reach_the_people_who_are_present(parley):
    async with line(parley, present=[parley.ann]) as ours:
        await until_present(parley, parley.ann)
        message = await parley.send(parley.agent_caller, parley.talk, "Hello")
        events = await ours.until(
            lambda frames: [
                e for f in frames for e in f.events if message.id.encode() in e.event.data_json
            ]
        )
        assert list(events[0].user_ids) == [parley.ann.id]
        assert events[0].event.seq == message.seq
        assert await channel_of(parley, parley.bob) == ("websocket", "parked")


async def test_events_come_in_order_without_gaps_once_they_come(parley):
    async with line(parley, present=[parley.ann]) as ours:
        await until_present(parley, parley.ann)
        await asyncio.gather(
            *(parley.send(parley.agent_caller, parley.talk, str(n)) for n in range(60))
        )
        events = await ours.events("message.created", 60)
        seqs = [e.event.seq for f in ours.frames for e in f.events]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
        assert len(events) >= 60


async def test_several_events_of_one_commit_come_all_in_a_conversation_that_was_quiet(parley):
    """Else each socket reads the rest from the log by itself."""
    async with line(parley, present=[parley.ann]) as ours:
        said = messages_pb2.SendMessageRequest(
            caller=parley.agent_caller, session_id=parley.talk.id, text="One of five"
        )
        while not any(each.users for each in parley.orchestrator._fanout._subscribers):
            await asyncio.sleep(0.01)
        request = messages_pb2.SendMessagesRequest(messages=[said] * 5)
        stored = await parley.stubs.MessageService.SendMessages(request)
        await ours.events("message.created")
        told = [event.event.seq for frame in ours.frames for event in frame.events]
        assert told == [result.message.seq for result in stored.results]


async def test_more_news_than_one_reading_takes_comes_all_the_same(parley):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("parley_orchestrator.sync.fanout._READ_AT_ONCE", 3)
        async with line(parley, present=[parley.ann]) as ours:
            await until_present(parley, parley.ann)
            sent = await asyncio.gather(
                *(parley.send(parley.agent_caller, parley.talk, str(n)) for n in range(40))
            )
            last = max(one.seq for one in sent)
            await ours.until(lambda fs: any(e.event.seq >= last for f in fs for e in f.events))


async def test_a_line_ends_where_an_acknowledgement_cannot_be_stored(parley):
    """Then its gateway begins another one, and tells it again."""
    with pytest.MonkeyPatch.context() as patch:

        async def no_database(*_):
            raise UnavailableError("The database does not answer.")

        async with line(parley, present=[parley.ann]) as ours:
            await until_present(parley, parley.ann)
            patch.setattr(parley.orchestrator._streams, "_acknowledge", no_database)
            acknowledged = stream_pb2.Acknowledgement(
                user_id=parley.ann.id, session_id=parley.talk.id, seq=1
            )
            await ours.say(acknowledgements=[acknowledged])
            assert await ours.until(lambda frames: frames and frames[-1] is grpc.aio.EOF)


async def test_an_acknowledgement_delivers(parley):
    async with line(parley, present=[parley.ann]) as ours:
        await until_present(parley, parley.ann)
        message = await parley.send(parley.agent_caller, parley.talk)
        await ours.say(
            acknowledgements=[
                stream_pb2.Acknowledgement(
                    user_id=parley.ann.id, session_id=parley.talk.id, seq=message.seq
                )
            ]
        )
        async with asyncio.timeout(10):
            while True:
                found = await parley.deliveries(message_id=message.id)
                if {d.user_id: d.state for d in found}[parley.ann.id] == "delivered":
                    break
                await asyncio.sleep(0.02)
        await ours.events("delivery.updated")


async def test_who_leaves_is_no_longer_present(parley):
    async with line(parley, present=[parley.ann]) as ours:
        await until_present(parley, parley.ann)
        await ours.say(absent_user_ids=[parley.ann.id])
        await until_present(parley, parley.ann, "parked")


async def test_a_dropped_line_ends_presence_and_a_new_one_resumes(parley):
    async with line(parley, present=[parley.ann]):
        await until_present(parley, parley.ann)
    await until_present(parley, parley.ann, "parked")
    missed = await parley.send(parley.agent_caller, parley.talk, "while you were away")
    async with line(parley, present=[parley.ann]):
        async with asyncio.timeout(10):
            while True:
                found = await parley.deliveries(message_id=missed.id)
                if {d.user_id: d.state for d in found}[parley.ann.id] == "sent":
                    break
                await asyncio.sleep(0.02)
        after = await parley.events(
            parley.talk, by=user_caller(parley.ann.id), after_seq=missed.seq - 1
        )
        assert b"while you were away" in after[0].data_json


async def test_the_end_of_an_old_line_does_not_take_the_new_ones_people(parley):
    """A gateway connects again before the server noticed that its first line is dead."""
    async with line(parley, present=[parley.ann]) as old:
        await until_present(parley, parley.ann)
        async with line(parley, present=[parley.ann]) as new:
            await parley.send(parley.agent_caller, parley.talk)
            await new.events("message.created")
            old.call.cancel()
            async with asyncio.timeout(10):
                while len(parley.orchestrator._fanout._subscribers) > 1:
                    await asyncio.sleep(0.01)  # then the end of its presence is in the queue
            assert await channel_of(parley, parley.ann) == ("websocket", "sent")


async def test_presence_lasts_as_long_as_the_line():
    """Longer than presence holds by itself: it is renewed."""
    async with orchestrator(presence_seconds=1.5) as running:
        parley = await furnished(running)
        async with line(parley, present=[parley.ann]):
            await until_present(parley, parley.ann)
            await asyncio.sleep(1.8)
            await until_present(parley, parley.ann)


async def test_typing_reaches_the_others_only(parley):
    async with (
        line(parley, "g1", present=[parley.ann]) as anns,
        line(parley, "g2", present=[parley.bob]) as bobs,
    ):
        await until_present(parley, parley.bob)
        for user_id in ("usr_stranger", parley.ann.id):
            typing = stream_pb2.Typing(session_id=parley.talk.id, user_id=user_id, name="Ann")
            await anns.say(typing=[typing])
        heard = await bobs.until(lambda fs: [t for f in fs for t in f.typing])
        assert [(t.typing.user_id, list(t.user_ids)) for t in heard] == [
            (parley.ann.id, [parley.bob.id])
        ]
        assert not [t for f in anns.frames for t in f.typing]


async def test_a_revocation_reaches_every_line(parley):
    async with line(parley, "g1", [parley.ann]) as one, line(parley, "g2", [parley.bob]) as two:
        await until_present(parley, parley.bob)
        await parley.stubs.AccessService.RevokeUserTokens(
            access_pb2.RevokeUserTokensRequest(caller=parley.agent_caller, user_id=parley.ann.id)
        )
        for each in (one, two):
            revoked = await each.until(lambda fs: [u for f in fs for u in f.revoked_user_ids])
            assert revoked == [parley.ann.id]


async def test_lines_end_at_once_when_the_orchestrator_stops():
    async with orchestrator() as parley:
        made = Line(parley, "g1")
        await made.say()
        await asyncio.sleep(0.1)
        parley.orchestrator._streams.stop()
        async with asyncio.timeout(3):
            while await made.call.read():
                pass
