"""Whoever was known by e-mail alone is known by their account, once a channel vouches for both."""

from dataclasses import replace

import pytest

from parley_orchestrator.domain.feedback import Status
from parley_orchestrator.domain.inbound import Choice, Text
from parley_orchestrator.domain.people import Sender
from parley_orchestrator.use_cases.oversee import GetOverview

SLACK = {"slack_user_id": "U7", "slack_team_id": "T1"}
BOTH = {**SLACK, "email": "Ann@Example.com"}


@pytest.fixture
async def mailed(shop):
    """Ann, of whom nothing but the e-mail address is known."""
    new = replace(shop.ann, slack_user_id="", slack_team_id="")
    shop.ann = await shop.create_user(shop.agent, new)
    shop.session = await shop.create_session(shop.agent, [shop.ann.id], "Release", "")
    await shop.put_preferences_of("slack")
    return shop


async def hear(shop, content, addresses, assurance=3):
    values = {"channel": "slack", "inbound_id": "m1", "addresses": addresses}
    return await shop._heard(values | {"assurance": assurance}, content)


async def known(shop):
    found = await shop.store.read(lambda u: u.people.users([shop.ann.id]))
    return found[shop.ann.id].slack_user_id, found[shop.ann.id].slack_team_id


@pytest.mark.parametrize("content", [Text("Hi", can_ask=True), Choice("gmail", "")])
async def test_a_stranger_may_be_heard_again_with_their_e_mail_address(mailed, content):
    first = await hear(mailed, content, SLACK)
    assert first.is_sender_unknown
    second = await hear(mailed, content, BOTH)
    assert (second.verdict.name, second.is_sender_unknown) == ("ACCEPTED", False)
    assert await known(mailed) == ("U7", "T1")
    assert (await hear(mailed, content, BOTH)).verdict.name == "DUPLICATE"


async def test_the_overview_knows_them_from_then_on(mailed):
    see = GetOverview(mailed.store, mailed.channels)
    await mailed.ask()
    assert not (await see(Sender(SLACK, 3))).is_known
    assert (await see(Sender(BOTH, 3))).open_count == 1
    assert (await see(Sender(SLACK, 3))).open_count == 1
    assert not (await see(Sender({**SLACK, "slack_team_id": "T2"}, 3))).is_known


@pytest.mark.parametrize(
    ("addresses", "assurance"),
    [
        ({**BOTH, "email": "eve@example.com"}, 3),
        ({**BOTH, "email": ""}, 3),
        (BOTH, 0),
    ],
)
async def test_who_is_not_vouched_for_is_not_learned(mailed, addresses, assurance):
    await hear(mailed, Text("Hi", can_ask=True), addresses, assurance)
    assert await known(mailed) == ("", "")


async def test_an_e_mail_address_does_not_stand_in_for_another_account(shop):
    """Somebody in another workspace may have it in their profile."""
    heard = await hear(shop, Text("Hi", can_ask=True), BOTH)
    assert heard.is_sender_unknown
    assert await known(shop) == ("U0", "T1")


async def test_an_answer_that_outruns_the_news_of_its_card_waits_for_it(mailed):
    """It is not known yet whom the channel found by that e-mail address."""
    asked = await mailed.ask()
    work = await mailed.claim("slack", 100, 10)
    (card,) = await mailed.cards(asked)
    click = {"addresses": SLACK, "inbound_id": "c1"}
    assert (await mailed.click(card, **click)).verdict.name == "LATER"
    reply = {"channel": "slack", "addresses": SLACK, "assurance": 3, "inbound_id": "m2"}
    assert (await mailed.reply(card, "Which one?", **reply)).verdict.name == "LATER"
    outcomes = await mailed.slack.deliver(work.to_send)
    learned = [replace(outcome, learned=SLACK) for outcome in outcomes]
    sent = [(job.delivery, o) for job, o in zip(work.to_send, learned, strict=True)]
    await mailed.record(work.lanes, sent)
    stranger = {"addresses": {**SLACK, "slack_user_id": "U8"}, "inbound_id": "c2"}
    assert (await mailed.click(card, **stranger)).verdict.name == "REFUSED"
    assert (await mailed.reply(card, "Which one?", **reply)).verdict.name == "UNCLEAR"
    assert (await mailed.click(card, **click)).verdict.name == "ACCEPTED"
    assert (await mailed.request(asked)).status is Status.ANSWERED


async def _claimed(shop):
    """A card that is on its way, and how to end that."""
    asked = await shop.ask(delivery="all")
    work = await shop.claim("slack", 100, 10)
    (card,) = [card for card in await shop.cards(asked) if card.channel == "slack"]

    async def end(**outcome):
        outcomes = await shop.slack.deliver(work.to_send)
        ended = [replace(each, **outcome) for each in outcomes]
        both = [(job.delivery, each) for job, each in zip(work.to_send, ended, strict=True)]
        await shop.record(work.lanes, both)

    return asked, card, end


@pytest.mark.parametrize(
    ("where", "verdict"), [("D1:1.1", "ACCEPTED"), ("D2:2.2", "REFUSED"), ("", "ACCEPTED")]
)
async def test_a_place_that_the_channel_could_not_compare_is_compared_later(shop, where, verdict):
    asked, card, end = await _claimed(shop)
    click = {"inbound_id": "c1", "unconfirmed_at": where}
    if where:
        assert (await shop.click(card, **click)).verdict.name == "LATER"
    await end(provider_ref="D1:1.1")
    assert (await shop.click(card, **click)).verdict.name == verdict
    status = Status.ANSWERED if verdict == "ACCEPTED" else Status.PENDING
    assert (await shop.request(asked)).status is status
    if verdict == "REFUSED":
        assert await shop.answers() == [(False, '"approved"', "ERROR_REASON_UNKNOWN_ID")]
