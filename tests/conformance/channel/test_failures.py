"""Trouble at the provider comes back as the class that says what follows."""

import asyncio

import pytest

from parley.channel.v1 import channel_pb2, outcome_pb2

NOT_SENT = outcome_pb2.FAILURE_CLASS_NOT_SENT
AMBIGUOUS = outcome_pb2.FAILURE_CLASS_AMBIGUOUS


async def _warm(channel):
    """Lets the channel learn what it caches, so that the fault meets the send itself."""
    assert (await channel.send(channel.message())).HasField("sent")


async def test_a_rate_limit_is_handed_on_with_its_time(sandboxed):
    await _warm(sandboxed)
    sandboxed.fault(kind="rate_limit", seconds=9, count=1)
    request = sandboxed.message()
    failure = (await sandboxed.send(request)).failure
    assert failure.failure_class == NOT_SENT
    assert failure.code
    assert 1 <= failure.retry_after.seconds <= 10
    sandboxed.calm()
    assert (await sandboxed.send(request)).HasField("sent")


@pytest.mark.parametrize("kind", ["error", "down"])
async def test_a_provider_in_trouble_is_never_a_success_nor_a_defect(sandboxed, kind):
    await _warm(sandboxed)
    before = sandboxed.accepted("")
    sandboxed.fault(kind=kind)
    failure = (await sandboxed.send(sandboxed.message())).failure
    assert failure.failure_class in {NOT_SENT, AMBIGUOUS}
    assert failure.message
    sandboxed.calm()
    assert sandboxed.accepted("") == before


async def test_a_line_dropped_after_acceptance_is_looked_up_and_never_sent_again(sandboxed):
    await _warm(sandboxed)
    before = sandboxed.accepted("")
    call = {"slack": "chat.postMessage", "gmail": "drafts.send"}[sandboxed.target.name]
    sandboxed.fault(kind="drop_after_accept", call=call, count=1)
    request = sandboxed.message()
    for _ in range(3):
        outcome = await sandboxed.send(request)
        assert outcome.failure.failure_class == AMBIGUOUS
    async with asyncio.timeout(60):
        found = await sandboxed.look_up(request)
        while found.verdict == channel_pb2.LOOK_UP_VERDICT_INCONCLUSIVE:
            await asyncio.sleep(1)
            found = await sandboxed.look_up(request)
    assert found.verdict == channel_pb2.LOOK_UP_VERDICT_FOUND
    assert (await sandboxed.send(request)).sent == found.sent
    assert sandboxed.accepted("") == before + 1


async def test_trouble_with_one_recipient_spares_the_others(channel):
    nobody = channel.recipient(fax="none")
    bad, good = await channel.batch([channel.message(recipient=nobody), channel.message()])
    assert bad.HasField("failure")
    assert good.HasField("sent")
