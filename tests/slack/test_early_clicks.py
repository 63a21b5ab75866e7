"""A card may be used before we know that Slack took it: nothing is lost, and nothing assumed."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio

import pytest

from parley.channel.v1 import outcome_pb2


@pytest.fixture
async def lost(suite):
    """A card whose acceptance we did not hear of, and the outcome that we told."""
    await suite.send("first")  # opens the conversation
    await suite.control(
        "/faults", channel="slack", kind="drop_after_accept", call="chat.postMessage", count=1
    )
    card = suite.card()
    outcome = await suite.ask(card)
    assert outcome.failure.failure_class == outcome_pb2.FAILURE_CLASS_AMBIGUOUS
    return card, outcome


async def _place(suite):
    posted = (await suite.journal("chat.postMessage"))[-1]
    return f"{posted['body']['channel']}:{posted['result']['ts']}"


async def _refused(suite):
    async with asyncio.timeout(20):
        while not suite.orchestrator.refused():
            await asyncio.sleep(0.02)
    return suite.orchestrator.refused()


async def test_a_click_is_handed_in_with_where_it_was(suite, lost):
    card, outcome = lost
    await suite.control("/slack/click", request=card.request_id, value="approve")
    (item,) = await suite.orchestrator.heard()
    assert item.answer.card_delivery_id == outcome.delivery_id
    assert item.answer.digest == card.digest
    assert item.answer.unconfirmed_at == await _place(suite)


async def test_so_is_a_modal_that_was_opened_there(suite, lost):
    card, outcome = lost
    await suite.control("/slack/click", request=card.request_id, value="Reject with comment")
    await suite.control("/slack/submit", inputs={"text": "no"})
    (item,) = await suite.orchestrator.heard()
    assert (item.answer.card_delivery_id, item.answer.comment) == (outcome.delivery_id, "no")
    assert item.answer.unconfirmed_at == await _place(suite)


async def test_where_it_is_known_the_place_is_compared_here(suite, lost):
    card, _ = lost
    await suite.control("/slack/click", request=card.request_id, value="approve")
    payload = suite.interactions()[-1]
    settled = await suite.ask(other := suite.card())
    block = f"parley.{other.request_id}|{settled.delivery_id}"
    digest = other.digest[:16]
    payload["actions"][0] |= {
        "block_id": block,
        "value": f"{other.request_id}|{digest}|approved",
        "action_ts": "1795000000.000009",
    }
    await suite.interaction(payload)  # in the message of the first card
    (refused,) = await _refused(suite)
    assert refused.answer.request_id == other.request_id
    assert len(suite.orchestrator.answers()) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"block_id": "parley.fbr_1|dlv_other"},
        {"block_id": "dlv_2"},
        {"block_id": ""},
        {"value": "fbr_1|ffffffffffffffff|approved"},
    ],
)
async def test_what_does_not_agree_with_what_was_sent_is_refused(suite, lost, change):
    card, _ = lost
    await suite.control("/slack/click", request=card.request_id, value="approve")
    await suite.orchestrator.heard()
    payload = suite.interactions()[-1]
    payload["actions"][0] |= {"action_ts": "1795000000.000009"} | change
    await suite.interaction(payload)
    await _refused(suite)
    assert len(suite.orchestrator.answers()) == 1
