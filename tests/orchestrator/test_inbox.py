"""What channels hear: each item once, judged by who wrote, never by what it claims."""

import pytest

from parley_kit.errors import InvalidArgumentError
from parley_orchestrator.domain.delivery import Kind
from parley_orchestrator.domain.feedback import Status
from parley_orchestrator.domain.inbound import Choice, ConnectionChanged, Item
from parley_orchestrator.domain.people import Sender

ANN = {"email": "ann@example.com"}


async def said(shop):
    """What people and agents said in the session, in order."""
    found = await shop.store.read(
        lambda u: u.conversations.messages_after(shop.session.id, 0, 1_000)
    )
    return [(m.author.kind, m.channel, m.text) for m in found]


async def sent(shop, make):
    """Something that went out by mail, and its delivery."""
    made = await make()
    await shop.flow()
    return made, (await shop.of(made))[0]


async def test_a_reply_joins_its_conversation(shop):
    _message, delivery = await sent(shop, shop.say)
    heard = await shop.reply(delivery, "Thanks")
    assert heard.verdict.name == "ACCEPTED"
    assert await said(shop) == [("agent", "api", "Hello"), ("user", "gmail", "Thanks")]


async def test_a_reply_is_told_to_the_others_only(shop):
    ann, bob = await shop.begin(channels=("gmail",), people=2)
    message = await shop.say()
    await shop.flow()
    delivery = next(d for d in await shop.of(message) if d.user_id == ann.id)
    await shop.reply(delivery, "Thanks")
    await shop.flow()
    to = [(job.user.id, job.message.text) for job in shop.gmail.jobs if job.message.text != "Hello"]
    assert to == [(bob.id, "Thanks")]


async def test_a_reply_is_found_by_its_token(shop):
    _message, delivery = await sent(shop, shop.say)
    token = shop.gmail.jobs[0].reply_token
    assert (await shop.reply(text="by token", reply_token=token.upper())).verdict.name == "ACCEPTED"
    assert (await shop.reply(text="bad", reply_token="x" * 32)).verdict.name == "ACCEPTED"
    assert [text for _kind, _channel, text in await said(shop)] == ["Hello", "by token", "bad"]
    assert delivery.user_id == shop.ann.id


async def test_a_mail_out_of_nowhere_goes_to_the_persons_newest_conversation(shop):
    await sent(shop, shop.say)
    assert (await shop.reply(text="By the way")).verdict.name == "ACCEPTED"
    assert (await said(shop))[-1] == ("user", "gmail", "By the way")


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({"addresses": {"email": "eve@example.com"}}, "REFUSED"),
        ({"addresses": {}}, "REFUSED"),
        ({"assurance": 0}, "REFUSED"),
    ],
)
async def test_a_reply_by_somebody_else_is_refused(shop, more, verdict):
    """Forged, forwarded, or not certain: nothing is said, nothing is decided."""
    asked, card = await sent(shop, shop.ask)
    heard = await shop.reply(card, "approve", decision="approved", **more)
    assert heard.verdict.name == verdict
    assert await said(shop) == []
    assert (await shop.request(asked)).status is Status.PENDING


@pytest.mark.parametrize(
    "more",
    [{"addresses": {"email": "eve@example.com"}}, {"assurance": 0}, {"addresses": {}}],
)
async def test_a_mail_of_nobody_known_is_unrouted(shop, more):
    await sent(shop, shop.say)
    heard = await shop.reply(text="buy now", **more)
    assert heard.verdict.name == "UNROUTED"
    assert len(await said(shop)) == 1


async def test_a_clear_reply_decides(shop):
    asked, card = await sent(shop, shop.ask)
    heard = await shop.reply(card, "Approve\nlooks fine", decision="approved")
    assert heard.verdict.name == "ACCEPTED"
    response = (await shop.request(asked)).response
    assert (response.value, response.channel, response.assurance) == ("approved", "gmail", 2)
    assert response.comment == "Approve\nlooks fine"
    assert (await said(shop))[-1] == ("user", "gmail", "Approve\nlooks fine")


async def test_a_written_yes_is_not_enough_for_what_is_hard_to_undo(shop):
    asked, card = await sent(shop, lambda: shop.ask(dangerous=True))
    heard = await shop.reply(card, "Approve", decision="approved")
    assert heard.verdict.name == "UNCLEAR"
    assert (await shop.request(asked)).status is Status.PENDING
    await shop.flow()
    notice = shop.gmail.jobs[-1]
    assert "asks once more" in notice.delivery.text
    assert notice.link_token
    await shop.reply(card, "Reject", decision="rejected")
    assert (await shop.request(asked)).response.value == "rejected"


async def test_an_unclear_reply_is_kept_and_the_person_told_how_to_answer(shop):
    asked, card = await sent(shop, shop.ask)
    heard = await shop.reply(card, "Hm, what does it change?")
    assert heard.verdict.name == "UNCLEAR"
    assert (await shop.request(asked)).status is Status.PENDING
    await shop.flow()
    notice = shop.gmail.jobs[-1]
    assert notice.delivery.kind is Kind.NOTICE
    assert "single word **approve** or **reject**" in notice.delivery.text
    assert notice.link_token
    assert notice.reply_token
    for _ in range(5):
        await shop.reply(card, "Hm")
    await shop.flow()
    assert sum(job.delivery.kind is Kind.NOTICE for job in shop.gmail.jobs) == 3


async def test_a_reply_to_a_notice_decides_too(shop):
    asked, card = await sent(shop, shop.ask)
    await shop.reply(card, "Hm")
    await shop.flow()
    notice = shop.gmail.jobs[-1].delivery
    assert (await shop.reply(notice, "reject", decision="rejected")).verdict.name == "ACCEPTED"
    assert (await shop.request(asked)).response.value == "rejected"


@pytest.mark.parametrize(
    ("more", "text", "value"),
    [
        ({"kind": "text"}, " on Monday \n", "on Monday"),
        ({"kind": "choice", "options": (("b", "Blue"), ("r", "Red"))}, "Red.\n-- Ann", "r"),
    ],
)
async def test_other_kinds_are_answered_by_mail(shop, more, text, value):
    asked, card = await sent(shop, lambda: shop.ask(**more))
    assert (await shop.reply(card, text)).verdict.name == "ACCEPTED"
    assert (await shop.request(asked)).response.value == value


ANSWERABLE = [
    ({}, "approve"),
    ({"kind": "text"}, "on Monday"),
    ({"kind": "choice", "options": (("b", "Blue"), ("r", "Red"))}, "Red"),
]


@pytest.mark.parametrize(("more", "text"), ANSWERABLE)
async def test_what_was_only_passed_on_is_kept_and_the_person_told_how_to_answer(shop, more, text):
    asked, card = await sent(shop, lambda: shop.ask(**more))
    heard = await shop.reply(card, text, decision="approved", decides_nothing=True)
    assert heard.verdict.name == "UNCLEAR"
    assert (await shop.request(asked)).status is Status.PENDING
    assert (await said(shop))[-1] == ("user", "gmail", text)
    await shop.flow()
    assert "To answer, reply with" in shop.gmail.jobs[-1].delivery.text


@pytest.mark.parametrize(("more", "text"), ANSWERABLE)
async def test_what_a_mailing_list_sends_on_is_kept_decides_nothing_and_is_not_answered(
    shop, more, text
):
    asked, card = await sent(shop, lambda: shop.ask(**more))
    listed = {"decision": "approved", "decides_nothing": True, "is_from_list": True}
    assert (await shop.reply(card, text, **listed)).verdict.name == "ACCEPTED"
    assert (await shop.reply(card, text, assurance=0, **listed)).verdict.name == "REFUSED"
    assert (await shop.request(asked)).status is Status.PENDING
    assert await said(shop) == [("user", "gmail", text)]
    await shop.flow()
    assert [job.delivery.kind for job in shop.gmail.jobs] == [Kind.CARD]


async def test_a_late_reply_is_kept_and_told_who_won(shop):
    asked, card = await sent(shop, shop.ask)
    await shop.answer(asked)
    heard = await shop.reply(card, "reject", decision="rejected")
    assert heard.verdict.name == "LATE"
    assert (await shop.request(asked)).response.value == "approved"
    assert (await said(shop))[-1][2] == "reject"


async def test_a_reply_to_a_webhook_or_to_nothing_breaks_nothing(shop):
    await shop.begin(channels=("gmail",), webhook_url="https://example.com/hook")
    await shop.say()
    hook = next(d for d in await shop.deliveries() if d.kind is Kind.WEBHOOK)
    await shop.flow("gmail")
    assert (await shop.reply(hook, "hello?")).verdict.name == "ACCEPTED"
    assert (await shop.report(hook, "bounced_hard")).verdict.name == "UNROUTED"


async def test_what_is_not_passed_on_is_said(shop):
    _message, delivery = await sent(shop, shop.say)
    await shop.reply(delivery, "See attached", omitted="1 file: plan.pdf")
    await shop.reply(delivery, "", omitted="1 file: plan.pdf")
    await shop.reply(delivery, "")
    assert [text for _k, _c, text in (await said(shop))[1:]] == [
        "See attached\n\n*(not shown here: 1 file: plan.pdf)*",
        "*(not shown here: 1 file: plan.pdf)*",
    ]


async def test_an_item_is_heard_once(shop):
    _message, delivery = await sent(shop, shop.say)
    verdicts = [
        (await shop.reply(delivery, "Thanks", inbound_id="m1")).verdict.name for _ in range(3)
    ]
    assert verdicts == ["ACCEPTED", "DUPLICATE", "DUPLICATE"]
    assert len(await said(shop)) == 2


async def test_the_same_item_twice_in_one_batch_is_heard_once(shop):
    item = Item("slack", "Ev1", Sender({}), ConnectionChanged("con_1"))
    heard = await shop.ingest_items([item, item])
    assert [one.verdict.name for one in heard] == ["ACCEPTED", "DUPLICATE"]


@pytest.mark.parametrize("items", [0, 101])
async def test_a_batch_has_its_limits(shop, items):
    item = Item("slack", "Ev1", Sender({}), ConnectionChanged("con_1"))
    with pytest.raises(InvalidArgumentError):
        await shop.ingest_items([item] * items)
    with pytest.raises(InvalidArgumentError):
        await shop.ingest_items([Item("", "Ev1", Sender({}), ConnectionChanged(""))])


async def chosen(shop, channel="slack", session_id="", addresses=ANN, assurance=2):
    item = Item(
        "gmail",
        f"c{channel}{session_id}",
        Sender(addresses, assurance),
        Choice(channel, session_id),
    )
    return (await shop.ingest_items([item]))[0].verdict.name


async def test_a_person_chooses_a_channel_for_everything(shop):
    assert await chosen(shop, "slack") == "ACCEPTED"
    message = await shop.say()
    assert (await shop.of(message))[0].channel == "slack"
    assert "preferences.updated" in await shop.kinds()


async def test_a_person_chooses_a_channel_for_one_session(shop):
    assert await chosen(shop, "slack", shop.session.id) == "ACCEPTED"
    assert (await shop.of(await shop.say()))[0].channel == "slack"
    assert "channel.switched" in await shop.kinds()


@pytest.mark.parametrize(
    "more",
    [
        {"channel": "fax"},
        {"addresses": {"email": "eve@example.com"}},
        {"assurance": 0},
        {"session_id": "ses_other"},
    ],
)
async def test_a_choice_that_is_not_the_persons_is_refused(shop, more):
    assert await chosen(shop, **more) == "REFUSED"
    assert (await shop.of(await shop.say()))[0].channel == "gmail"
