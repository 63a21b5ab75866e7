"""Sending: once an id, an outcome each, in order."""

import asyncio

import pytest

from parley.channel.v1 import channel_pb2, outcome_pb2
from parley_kit.errors import InvalidArgumentError, ResourceExhaustedError

FOUND = channel_pb2.LOOK_UP_VERDICT_FOUND
NOT_SENT = channel_pb2.LOOK_UP_VERDICT_NOT_SENT


def _is_complete(outcome, request):
    sent = outcome.sent
    assert outcome.delivery_id == request.delivery_id
    assert outcome.HasField("sent"), outcome.failure
    assert sent.provider_ref
    assert sent.thread_ref
    assert sent.connection_id
    assert sent.HasField("sent_at")


async def test_a_message_is_sent(channel):
    request = channel.message("Hello **there**, `code` and [a link](https://example.com).")
    _is_complete(await channel.send(request), request)


async def test_a_repeated_id_answers_the_same_and_sends_nothing(channel):
    request = channel.message()
    first = await channel.send(request)
    before = channel.accepted("") if channel.target.sandbox else 0
    again = await asyncio.gather(*(channel.send(request) for _ in range(5)))
    assert all(outcome == first for outcome in again)
    assert (channel.accepted("") if channel.target.sandbox else 0) == before


async def test_one_id_many_times_at_once_is_one_send(sandboxed):
    before = sandboxed.accepted("")
    request = sandboxed.message()
    outcomes = await asyncio.gather(*(sandboxed.send(request) for _ in range(8)))
    assert any(outcome.HasField("sent") for outcome in outcomes)
    failed = {o.failure.failure_class for o in outcomes if o.HasField("failure")}
    assert failed <= {outcome_pb2.FAILURE_CLASS_AMBIGUOUS}
    assert sandboxed.accepted("") == before + 1


async def test_a_batch_has_an_outcome_each_in_order(channel):
    nobody = channel.recipient(fax="no such address")
    requests = [channel.message(f"number {n}") for n in range(4)]
    requests.insert(2, channel.message("for nobody", recipient=nobody))
    outcomes = await channel.batch(requests)
    assert [o.delivery_id for o in outcomes] == [r.delivery_id for r in requests]
    for number, (outcome, request) in enumerate(zip(outcomes, requests, strict=True)):
        if number == 2:
            assert outcome.failure.failure_class == outcome_pb2.FAILURE_CLASS_PERMANENT
            assert outcome.failure.code
            assert outcome.failure.message
        else:
            _is_complete(outcome, request)


async def test_one_conversation_goes_out_in_one_thread(channel):
    session = channel.new_id("ses")
    requests = [
        channel.message(f"{n}", conversation=channel.conversation(session_id=session))
        for n in range(3)
    ]
    outcomes = await channel.batch(requests)
    assert all(outcome.HasField("sent") for outcome in outcomes)
    last = channel.message("3", conversation=channel.conversation(outcomes[-1].sent, session))
    assert (await channel.send(last)).HasField("sent")
    assert len({outcome.sent.provider_ref for outcome in outcomes}) == 3


async def test_after_a_failure_the_rest_of_a_conversation_is_skipped(channel):
    session = channel.new_id("ses")
    nobody = channel.recipient(fax="no such address")
    requests = [
        channel.message(
            f"{n}", recipient=nobody, conversation=channel.conversation(session_id=session)
        )
        for n in range(2)
    ]
    first, second = await channel.batch(requests)
    assert first.failure.failure_class == outcome_pb2.FAILURE_CLASS_PERMANENT
    assert second.failure.failure_class == outcome_pb2.FAILURE_CLASS_NOT_SENT
    assert second.failure.code == "skipped"


async def test_a_batch_has_bounds(channel):
    largest = channel.description.max_batch_size
    for requests in ([], [channel.message() for _ in range(largest + 1)], [channel.message()] * 2):
        with pytest.raises(InvalidArgumentError):
            await channel.batch(requests)


async def test_what_was_sent_is_found(channel):
    request = channel.message()
    outcome = await channel.send(request)
    found = await channel.look_up(request)
    assert found.verdict == FOUND
    assert found.sent == outcome.sent


async def test_what_was_never_begun_was_not_sent(channel):
    found = await channel.look_up(channel.message())
    assert found.verdict == NOT_SENT
    assert found.detail


@pytest.mark.parametrize("text", ["x", "word " * 1_500, "# T\n\n```\ncode\n```\n" * 20])
async def test_texts_of_every_size_are_taken(channel, text):
    request = channel.message(text[: channel.description.max_text_characters])
    _is_complete(await channel.send(request), request)


async def test_a_text_beyond_the_maximum_is_refused_or_split_never_a_defect(channel):
    text = "long " * (channel.description.max_text_characters // 5 + 100)
    if len(text.encode()) > 3_000_000:
        pytest.skip("longer than a call may be")
    outcome = await channel.send(channel.message(text))
    if outcome.HasField("failure"):
        assert outcome.failure.failure_class == outcome_pb2.FAILURE_CLASS_REJECTED


async def test_a_call_beyond_the_size_limit_is_refused_whole(channel):
    with pytest.raises(ResourceExhaustedError):
        await channel.send(channel.message("x" * 5_000_000))
