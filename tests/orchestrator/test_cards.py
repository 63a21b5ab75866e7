"""Every card follows its request: shown once, changed when it ends, never left looking open."""

import pytest
from tests.orchestrator.test_delivering import states

from parley_kit.errors import (
    FailedPreconditionError,
)
from parley_orchestrator.domain.delivery import Kind, Result, State
from parley_orchestrator.domain.feedback import Status, Step


async def test_an_answer_decides_and_every_card_that_is_out_is_changed(shop):
    asked = await shop.ask(delivery="all")
    await shop.flow()
    answered = await shop.answer(asked)
    assert answered.status is Status.ANSWERED
    assert answered.response.value == "approved"
    assert (answered.response.channel, answered.response.assurance) == ("websocket", 4)
    await shop.flow()
    by_channel = {card.channel: card for card in (await shop.request(asked)).cards}
    assert by_channel["gmail"].update_state == "sent"
    assert by_channel["slack"].update_state == "sent"
    assert by_channel["websocket"].state == "cancelled"
    updates = [job for job in shop.gmail.jobs if job.delivery.kind is Kind.UPDATE]
    assert len(updates) == 1
    assert updates[0].card.provider_ref == f"ref-{updates[0].card.id}"
    assert updates[0].request.response.user_name == "Ann"
    kinds = await shop.kinds()
    assert kinds.count("feedback.requested") == kinds.count("feedback.resolved") == 1


async def test_a_card_that_waits_is_never_shown_once_the_request_ended(shop):
    asked = await shop.ask()
    await shop.answer(asked)
    await shop.flow()
    assert states(await shop.cards(asked)) == [("gmail", "cancelled")]
    assert shop.gmail.jobs == []


async def test_a_card_on_its_way_when_the_request_ends_is_changed_after_it(shop):
    """It was claimed, the answer came, then it went out."""
    asked = await shop.ask()
    work = await shop.claim("gmail", 100, 10)
    await shop.answer(asked)
    outcomes = await shop.gmail.deliver(work.to_send)
    await shop.record(
        work.lanes, [(j.delivery, o) for j, o in zip(work.to_send, outcomes, strict=True)]
    )
    await shop.flow()
    card = (await shop.request(asked)).cards[0]
    assert (card.state, card.update_state) == ("sent", "sent")
    assert [job.delivery.kind for job in shop.gmail.jobs] == [Kind.CARD, Kind.UPDATE]


async def test_a_card_on_its_way_that_fails_is_not_tried_again_after_the_end(shop):
    shop.gmail.script.append(Result.NOT_SENT)
    asked = await shop.ask()
    work = await shop.claim("gmail", 100, 10)
    await shop.answer(asked)
    outcomes = await shop.gmail.deliver(work.to_send)
    await shop.record(
        work.lanes, [(j.delivery, o) for j, o in zip(work.to_send, outcomes, strict=True)]
    )
    shop.clock.pass_by(minutes=1)
    await shop.flow()
    card = (await shop.request(asked)).cards[0]
    assert (card.state, card.update_state) == ("cancelled", "cancelled")
    assert len(shop.gmail.jobs) == 1


async def test_an_ended_card_does_not_fall_back(shop):
    shop.gmail.script.append(Result.PERMANENT)
    asked = await shop.ask()
    work = await shop.claim("gmail", 100, 10)
    await shop.answer(asked)
    outcomes = await shop.gmail.deliver(work.to_send)
    await shop.record(
        work.lanes, [(j.delivery, o) for j, o in zip(work.to_send, outcomes, strict=True)]
    )
    await shop.flow()
    assert states(await shop.cards(asked)) == [("gmail", "dead")]
    assert shop.slack.jobs == []


async def test_an_update_that_fails_is_tried_again(shop):
    asked = await shop.ask()
    await shop.flow()
    shop.gmail.script.extend([Result.NOT_SENT, Result.AMBIGUOUS])
    await shop.answer(asked)
    for _ in range(4):
        await shop.flow()
        shop.clock.pass_by(seconds=10)
    assert (await shop.request(asked)).cards[0].update_state == "sent"


async def test_expiry_and_cancel_change_the_cards_too(shop):
    expiring, withdrawn = await shop.ask(expires_in_seconds=60), await shop.ask()
    await shop.flow()
    shop.clock.pass_by(seconds=61)
    await shop.expire()
    await shop.cancel_feedback(shop.agent, withdrawn.id)
    await shop.flow()
    for one, status in ((expiring, Status.EXPIRED), (withdrawn, Status.CANCELLED)):
        now = await shop.request(one)
        assert (now.status, now.response) == (status, None)
        assert [card.update_state for card in now.cards] == ["sent"]
    with pytest.raises(FailedPreconditionError) as refused:
        await shop.cancel_feedback(shop.agent, expiring.id)
    assert refused.value.metadata == {"status": "expired"}
    assert (await shop.cancel_feedback(shop.agent, withdrawn.id)).status is Status.CANCELLED


async def test_silence_goes_to_the_next_channel(shop):
    await shop.begin(channels=("gmail",))
    asked = await shop.ask(escalation=(Step(60, "slack"), Step(120, "gmail")))
    await shop.flow()
    assert await shop.escalate() == 0
    shop.clock.pass_by(seconds=60)
    assert await shop.escalate() == 1
    assert await shop.escalate() == 0
    await shop.flow()
    assert sorted(states(await shop.cards(asked))) == [("gmail", "sent"), ("slack", "sent")]
    shop.clock.pass_by(seconds=60)
    assert await shop.escalate() == 1, "but a card is there already"
    assert len(await shop.cards(asked)) == 2


async def test_an_answered_request_does_not_escalate(shop):
    asked = await shop.ask(escalation=(Step(60, "slack"),))
    await shop.answer(asked)
    shop.clock.pass_by(seconds=61)
    assert await shop.escalate() == 0


async def test_a_card_falls_back_like_a_message(shop):
    shop.gmail.script.append(Result.PERMANENT)
    asked = await shop.ask()
    await shop.flow()
    assert states(await shop.cards(asked)) == [("gmail", "dead"), ("slack", "sent")]
    assert (await shop.of(asked))[1].state is State.SENT
