"""A text outside any thread: it goes where it clearly belongs, else the person is asked."""

from dataclasses import replace

import pytest

from parley_orchestrator.domain.inbound import Click, Text
from parley_orchestrator.domain.people import Sender
from parley_orchestrator.ports import Page, Viewer
from parley_orchestrator.use_cases.send_messages import NewMessage

ANN = {"slack_user_id": "U0", "slack_team_id": "T1"}


@pytest.fixture
async def two(shop):
    """Two conversations of Ann's; the one that `shop` began with, and another."""
    shop.other = await shop.create_session(shop.agent, [shop.ann.id], "Other", "")
    return shop


async def tell(shop, session, text="News"):
    """The agent says something that goes out in Slack."""
    new = NewMessage(shop.agent, session.id, text, channel="slack")
    await shop.send_messages([new])
    await shop.flow()


async def write(shop, text="Hi", *, number=1, addresses=ANN, assurance=3, **more):
    content = Text(text, **({"can_ask": True} | more))
    values = {
        "channel": "slack",
        "inbound_id": f"m{number}",
        "addresses": addresses,
        "assurance": assurance,
    }
    return await shop._heard(values, content)


async def said(shop, session):
    found = await shop.store.read(lambda u: u.conversations.messages_after(session.id, 0, 100))
    return [m.text for m in found if m.author.kind == "user"]


async def test_the_only_conversation_is_not_asked_for(shop):
    heard = await write(shop)
    assert (heard.verdict.name, heard.session_id) == ("ACCEPTED", shop.session.id)
    assert await said(shop, shop.session) == ["Hi"]


async def test_the_only_one_that_was_on_this_channel_is_not_asked_for(two):
    await tell(two, two.other)
    heard = await write(two)
    assert heard.session_id == two.other.id


async def test_between_two_the_person_is_asked_and_nothing_is_stored(two):
    await tell(two, two.session)
    two.clock.pass_by(minutes=1)
    await tell(two, two.other)
    for _ in range(2):
        heard = await write(two)
        assert heard.verdict.name == "CHOOSE"
        assert [t.session_id for t in heard.choices] == [two.other.id, two.session.id]
        assert [t.title for t in heard.choices] == ["Other", "Release"]
        assert heard.choices[0].agent_name == "Deploy agent"
    assert await said(two, two.session) == await said(two, two.other) == []


async def test_the_chosen_one_gets_it_once(two):
    await tell(two, two.session)
    await tell(two, two.other)
    await write(two)
    heard = await write(two, session_id=two.session.id)
    assert (heard.verdict.name, heard.session_id) == ("ACCEPTED", two.session.id)
    again = await write(two, session_id=two.other.id)
    assert again.verdict.name == "DUPLICATE"
    assert (await said(two, two.session), await said(two, two.other)) == (["Hi"], [])


async def test_what_follows_goes_on_until_another_interrupts(two):
    await tell(two, two.session)
    await tell(two, two.other)
    two.clock.pass_by(minutes=1)
    await write(two, session_id=two.session.id, number=1)
    two.clock.pass_by(minutes=5)
    assert (await write(two, "and", number=2)).session_id == two.session.id
    await tell(two, two.session, "Fine")
    two.clock.pass_by(minutes=5)
    assert (await write(two, "also", number=3)).session_id == two.session.id
    two.clock.pass_by(minutes=5)
    await tell(two, two.other, "By the way")
    assert (await write(two, "hm", number=4)).verdict.name == "CHOOSE"


async def test_one_that_is_under_way_is_clear(two):
    await tell(two, two.session)
    two.clock.pass_by(hours=9)
    await tell(two, two.other)
    assert (await write(two)).session_id == two.other.id
    two.clock.pass_by(hours=9)
    assert (await write(two, number=2)).verdict.name == "CHOOSE"


async def test_an_open_question_keeps_a_conversation_under_way(two):
    await tell(two, two.other)
    await two.ask(delivery="all")
    await two.flow()
    two.clock.pass_by(hours=20)
    assert (await write(two)).session_id == two.session.id
    found = await two.store.read(lambda u: u.feedback.listed(Viewer(), "pending", "", Page(5)))
    await two.answer(found[0])
    two.clock.pass_by(hours=20)
    assert (await write(two, number=2)).verdict.name == "CHOOSE"


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({"addresses": {"slack_user_id": "U0", "slack_team_id": "T2"}}, "UNROUTED"),
        ({"addresses": {"slack_user_id": "U9", "slack_team_id": "T1"}}, "UNROUTED"),
        ({"assurance": 0}, "UNROUTED"),
    ],
)
async def test_a_stranger_is_shown_no_conversation(two, more, verdict):
    await tell(two, two.session)
    heard = await write(two, **more)
    assert (heard.verdict.name, heard.choices) == (verdict, ())
    assert heard.tells_sender is ("assurance" not in more)


async def test_nobody_chooses_a_conversation_of_others(two):
    bob = await two.person(1, "ann@example.com", ())
    theirs = await two.create_session(two.agent, [bob.id], "Theirs", "")
    for number, session_id in enumerate((theirs.id, "ses_none", "x" * 300)):
        heard = await write(two, session_id=session_id, number=number)
        assert heard.verdict.name == "REFUSED"
    assert await said(two, theirs) == []


async def test_a_thread_says_more_than_a_choice(two):
    await tell(two, two.session)
    delivery = (await two.deliveries(session_id=two.session.id))[0]
    heard = await write(two, delivery_id=delivery.id, session_id=two.other.id)
    assert heard.session_id == two.session.id


async def test_a_channel_that_cannot_ask_gets_its_newest_conversation(two):
    await tell(two, two.other)
    await tell(two, two.session)
    heard = await write(two, can_ask=False)
    assert heard.session_id == two.session.id


async def _overview_click(shop, asked, **more):
    values = {
        "request_id": asked.id,
        "value": "approved",
        "comment": "",
        "card_delivery_id": "",
        "digest": asked.digest,
        "is_from_overview": True,
    }
    sender = {"addresses": more.pop("addresses", ANN), "assurance": more.pop("assurance", 3)}
    item = {"channel": "slack", "inbound_id": f"o{next(shop._numbers)}", **sender}
    return await shop._heard(item, Click(**(values | more)))


async def test_a_request_without_a_card_here_is_answered_from_the_overview(shop):
    await shop.put_preferences_of("gmail")
    asked = await shop.ask()
    await shop.flow()
    assert await shop.of(asked) != []
    assert {d.channel for d in await shop.of(asked)} == {"gmail"}
    heard = await _overview_click(shop, asked)
    assert heard.verdict.name == "ACCEPTED"
    response = (await shop.request(asked)).response
    assert (response.user_id, response.channel, response.assurance) == (shop.ann.id, "slack", 3)


@pytest.mark.parametrize(
    "more",
    [
        {"addresses": {"slack_user_id": "U9", "slack_team_id": "T1"}},
        {"addresses": {"slack_user_id": "U0", "slack_team_id": "T2"}},
        {"assurance": 0},
        {"digest": ""},
        {"digest": "0" * 64},
        {"request_id": "fbr_none"},
        {"refusal": "it is in another message"},
    ],
)
async def test_an_overview_answers_for_its_own_person_only(shop, more):
    asked = await shop.ask()
    heard = await _overview_click(shop, asked, **more)
    assert heard.verdict.name == "REFUSED"
    assert (await shop.request(asked)).response is None
    kept = await shop.answers()
    assert len(kept) == (0 if "request_id" in more else 1)
    assert not any(is_accepted for is_accepted, *_ in kept)


async def test_a_gesture_that_the_channel_refuses_is_kept_and_decides_nothing(shop):
    asked = await shop.ask(delivery="all")
    await shop.flow()
    card = next(d for d in await shop.cards(asked) if d.channel == "slack")
    click = Click(asked.id, "approved", "", card.id, asked.digest, refusal="foreign team")
    item = {"channel": "slack", "inbound_id": "x", "addresses": ANN, "assurance": 3}
    heard = await shop._heard(item, click)
    assert (heard.verdict.name, heard.detail) == ("REFUSED", "foreign team")
    assert not heard.tells_sender
    assert [(ok, refusal) for ok, _, refusal in await shop.answers()] == [
        (False, "ERROR_REASON_UNKNOWN_ID")
    ]
    ok = await shop._heard({**item, "inbound_id": "y"}, replace(click, refusal=""))
    assert ok.verdict.name == "ACCEPTED"


def test_a_sender_of_an_organisation_is_known_by_it():
    from parley_orchestrator.domain.people import Preferences, User, is_same_person  # noqa: PLC0415

    def user(team):
        return User("usr_1", "Ann", "", "U1", team, "", Preferences(), "", None)

    given = Sender({"slack_user_id": "U1", "slack_team_id": "T2", "slack_enterprise_id": "E1"}, 3)
    assert [is_same_person(user(t), given) for t in ("T2", "E1", "", "T1", "E2")] == [
        True, True, True, False, False,
    ]  # fmt: skip
