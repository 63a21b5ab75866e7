"""Replies whose writer is not known: they do nothing, and the person who was asked hears of them."""

import pytest

from parley_orchestrator.domain.delivery import Kind
from parley_orchestrator.domain.feedback import Status

STRANGER = {"addresses": {"email": "eve@example.com"}}
UNVOUCHED = {"assurance": 0}
DOUBTS = [
    (STRANGER, "from another address than yours"),
    ({"addresses": {}}, "from another address than yours"),
    ({**STRANGER, **UNVOUCHED}, "from another address than yours"),
    (UNVOUCHED, "did not vouch for it (DMARC)"),
]


async def asked(shop, **more):
    request = await shop.ask(**more)
    await shop.flow()
    return request, (await shop.cards(request))[0]


def notices(shop):
    return [job for job in shop.gmail.jobs if job.delivery.kind is Kind.NOTICE]


@pytest.mark.parametrize(("more", "says"), DOUBTS)
async def test_the_person_who_was_asked_is_told_at_their_own_address_with_the_page(
    shop, more, says
):
    request, card = await asked(shop)
    heard = await shop.reply(card, "approve", decision="approved", **more)
    assert heard.verdict.name == "REFUSED"
    await shop.flow()
    (notice,) = notices(shop)
    assert says in notice.delivery.text
    assert "answer on the page" in notice.delivery.text
    assert (notice.user.id, notice.user.email) == (shop.ann.id, "ann@example.com")
    assert notice.link_token
    assert (await shop.request(request)).status is Status.PENDING
    page = {"link_token": notice.link_token, "channel": ""}
    await shop.answer(request, **page)
    assert (await shop.request(request)).response.user_id == shop.ann.id


async def test_who_replies_by_token_from_elsewhere_is_no_better(shop):
    """Somebody to whom the mail was forwarded has the token."""
    request, _card = await asked(shop)
    token = shop.gmail.jobs[0].reply_token
    heard = await shop.reply(text="approve", reply_token=token, decision="approved", **STRANGER)
    assert heard.verdict.name == "REFUSED"
    await shop.flow()
    assert [notice.user.email for notice in notices(shop)] == ["ann@example.com"]
    assert (await shop.request(request)).status is Status.PENDING


async def test_a_hundred_forgeries_are_answered_three_times(shop):
    request, card = await asked(shop)
    for _ in range(100):
        await shop.reply(card, "approve", decision="approved", **UNVOUCHED)
    await shop.flow()
    assert len(notices(shop)) == 3
    assert (await shop.request(request)).status is Status.PENDING


async def test_nobody_is_told_of_a_doubtful_reply_to_what_is_decided(shop):
    request, card = await asked(shop)
    await shop.answer(request)
    await shop.reply(card, "reject", decision="rejected", **UNVOUCHED)
    await shop.flow()
    assert notices(shop) == []
    assert (await shop.request(request)).response.value == "approved"


async def test_a_doubtful_reply_to_a_message_is_told_without_a_page(shop):
    """There is none, but what was written must not vanish silently."""
    message = await shop.say()
    await shop.flow()
    (delivery,) = await shop.of(message)
    assert (await shop.reply(delivery, "Stop it!", **UNVOUCHED)).verdict.name == "REFUSED"
    await shop.flow()
    (notice,) = notices(shop)
    assert "write from your own address, or in the web chat" in notice.delivery.text
    assert notice.link_token == ""
    assert notice.reply_token


async def test_mail_of_strangers_out_of_nowhere_is_not_answered(shop):
    await shop.say()
    await shop.flow()
    for more in (STRANGER, UNVOUCHED, {"addresses": {}}):
        assert (await shop.reply(text="hello", **more)).verdict.name == "UNROUTED"
    await shop.flow()
    assert notices(shop) == []
