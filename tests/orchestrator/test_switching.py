"""A conversation moves: who moved it is told, and the new channel begins with what was said."""

import pytest

from parley_kit.errors import NotFoundError
from parley_orchestrator.domain.delivery import Kind, State
from parley_orchestrator.domain.inbound import Choice
from parley_orchestrator.domain.people import Sender
from parley_orchestrator.use_cases.hear_choice import hear_choice
from parley_orchestrator.use_cases.ingest import Item


@pytest.fixture
async def talk(shop):
    """Ann is connected to the web chat, which is her first choice."""
    await shop.put_preferences_of("websocket", "gmail", "slack")
    await shop.arrive.come([shop.ann.id], "g1")
    return shop


async def switch(talk, channel, caller=None):
    return await talk.switch_channel(caller or talk.as_user(), talk.session.id, channel)


async def switched(talk):
    """What the log says of moves."""
    found = await talk.store.read(lambda u: u.conversations.events_after(talk.session.id, 0, 1_000))
    return [event.data for event in found if event.kind == "channel.switched"]


async def notices(talk):
    """(channel, text) of notices, oldest first."""
    return [(d.channel, d.text) for d in await talk.deliveries() if d.kind is Kind.NOTICE]


async def test_the_log_names_who_moved_it_and_from_where(talk):
    await switch(talk, "slack")
    await switch(talk, "gmail", talk.agent)
    await switch(talk, "gmail", talk.agent)
    ann = {"kind": "user", "id": talk.ann.id, "name": "Ann"}
    agent = {"kind": "agent", "id": talk.agent.id, "name": "Deploy agent"}
    assert await switched(talk) == [
        {"channel": "slack", "from": None, "by": ann},
        {"channel": "gmail", "from": "slack", "by": agent},
    ]


async def test_the_new_channel_begins_with_what_was_said(talk):
    await talk.say("Shall I deploy 1.4?")
    await talk.say("After lunch, please.", talk.as_user(), origin="websocket")
    await switch(talk, "slack")
    [(channel, text)] = await notices(talk)
    assert channel == "slack"
    assert "**Deploy agent:** Shall I deploy 1.4?\n- **You:** After lunch, please." in text
    await talk.say("Good.")
    await talk.flow()
    assert [job.delivery.kind for job in talk.slack.jobs] == [Kind.NOTICE, Kind.MESSAGE]


async def test_without_words_there_is_no_recap(talk):
    await switch(talk, "slack")
    assert await notices(talk) == []


async def test_it_is_not_repeated(talk):
    await talk.say("Shall I deploy 1.4?")
    for channel in ("slack", "gmail", "slack", "gmail"):
        await switch(talk, channel)
    assert [channel for channel, _text in await notices(talk)] == ["slack", "gmail"]


async def test_only_what_was_missed_there_is_told(talk):
    await switch(talk, "slack")
    await talk.say("One, by Slack")
    await talk.flow()
    await switch(talk, "websocket")
    await talk.say("Two, by web chat")
    await talk.say("Three, by Slack", talk.as_user(), origin="slack")
    await switch(talk, "slack")
    [(_channel, text)] = await notices(talk)
    assert "Two" in text
    assert "One" not in text
    assert "Three" not in text


async def test_a_long_history_is_cut(talk):
    for number in range(1, 9):
        await talk.say(f"Line {number}.")
    await switch(talk, "slack")
    [(_channel, text)] = await notices(talk)
    assert "earlier messages are left out" in text
    assert [n for n in range(1, 9) if f"Line {n}." in text] == [4, 5, 6, 7, 8]


async def test_an_open_question_comes_along_behind_the_recap(talk):
    await talk.say("The backup is done.")
    request = await talk.ask(prompt="Delete the **old** one?")
    await switch(talk, "slack")
    await talk.flow()
    assert [job.delivery.kind for job in talk.slack.jobs] == [Kind.NOTICE, Kind.CARD]
    assert "“Delete the old one?”" in talk.slack.jobs[0].delivery.text
    await switch(talk, "gmail")
    await switch(talk, "slack")
    await talk.flow()
    assert len([c for c in await talk.cards(request) if c.channel == "slack"]) == 1


async def test_a_question_that_was_asked_there_is_not_asked_again(talk):
    await talk.say("The backup is done.")
    request = await talk.ask(delivery="all")
    await switch(talk, "slack")
    assert len([c for c in await talk.cards(request) if c.channel == "slack"]) == 1
    assert "Still open" not in (await notices(talk))[0][1]


async def test_what_is_decided_stays_behind(talk):
    request = await talk.ask()
    await talk.answer(request)
    await switch(talk, "slack")
    assert [c.channel for c in await talk.cards(request)] == ["websocket"]


async def test_a_card_that_came_along_decides_and_is_closed_with_the_rest(talk):
    request = await talk.ask()
    await switch(talk, "slack")
    await talk.flow()
    [card] = [c for c in await talk.cards(request) if c.channel == "slack"]
    await talk.answer(request)
    await talk.flow()
    [update] = await talk.of(request, Kind.UPDATE)
    assert (update.card_delivery_id, update.state) == (card.id, State.SENT)


async def test_nobody_is_written_to_where_they_cannot_be_reached(talk):
    talk.channels.change("gmail", is_up=False)
    talk.channels.change("slack", is_up=False)
    await talk.say("Shall I deploy 1.4?")
    await switch(talk, "slack")
    assert await notices(talk) == []


async def test_the_web_chat_shows_the_history_itself(talk):
    await switch(talk, "slack")
    await talk.say("One, by Slack")
    await switch(talk, "websocket")
    assert [channel for channel, _text in await notices(talk)] == []


async def test_each_person_gets_a_recap_on_their_own_channel(shop):
    await shop.begin(people=2)
    await shop.put_preferences_of("slack")
    await shop.arrive.come(shop.session.user_ids, "g1")
    await shop.say("Hello both")
    await switch(shop, "gmail")
    found = await notices(shop)
    assert [channel for channel, _text in found] == ["gmail", "gmail"]
    assert found[0][1].startswith("*You continue")
    assert found[1][1].startswith("*Ann continues")


async def test_returning_to_each_persons_order_recaps_where_that_leads(talk):
    await switch(talk, "gmail")
    await talk.say("By mail")
    await talk.put_preferences_of("slack", "gmail")
    await switch(talk, "")
    assert [channel for channel, _text in await notices(talk)] == ["slack"]


async def test_a_recap_has_no_answer_link_and_can_be_replied_to(talk):
    await talk.say("Shall I deploy 1.4?")
    await switch(talk, "gmail")
    await talk.flow()
    [job] = talk.gmail.jobs
    assert job.link_token == ""
    assert job.reply_token
    heard = await talk.reply(None, "Yes, go on.", reply_token=job.reply_token, assurance=2)
    assert heard.verdict == 1


async def test_a_choice_made_in_slack_moves_it(talk):
    await talk.say("Shall I deploy 1.4?")
    addresses = {"slack_user_id": "U0", "slack_team_id": "T1"}
    item = Item("slack", "Ev1", Sender(addresses, 3), Choice("slack", talk.session.id))
    heard = await talk.store.transact(lambda u: hear_choice(u, talk.enqueue, item, item.content))
    assert heard.verdict == 1
    assert (await switched(talk))[0]["by"]["id"] == talk.ann.id
    assert [channel for channel, _text in await notices(talk)] == ["slack"]


async def test_plain_words_in_the_web_chat_move_it(talk):
    await talk.say("Shall I deploy 1.4?")
    wish = await talk.say("reply in Slack instead", talk.as_user(), origin="websocket")
    assert (await switched(talk))[0]["channel"] == "slack"
    [(_channel, text)] = await notices(talk)
    assert "Shall I deploy" in text
    assert wish.text not in text
    assert "message.created" in await talk.kinds()


async def test_plain_words_in_a_mail_move_it(talk):
    await switch(talk, "gmail")
    await talk.say("Shall I deploy 1.4?")
    await talk.flow()
    [delivery] = [d for d in await talk.deliveries() if d.channel == "gmail"]
    await talk.reply(delivery, "Switch to Slack, please.", assurance=2)
    assert (await switched(talk))[-1]["channel"] == "slack"


async def test_what_may_be_an_answer_moves_nothing(talk):
    await talk.ask(kind="text", prompt="What shall I tell the customer?")
    await talk.say("Switch to Slack", talk.as_user())
    assert await switched(talk) == []


async def test_an_agents_words_move_nothing(talk):
    await talk.say("Switch to Slack")
    assert await switched(talk) == []


async def test_who_cannot_be_reached_there_is_told_and_stays(shop):
    await shop.begin(email="", channels=("slack",))
    await shop.say("Switch to mail", shop.as_user(), origin="slack")
    assert await switched(shop) == []
    [(channel, text)] = await notices(shop)
    assert channel == "slack"
    assert "gmail cannot reach you (gmail: the person has no email)" in text


async def test_the_channels_that_carried_it_are_kept_on_the_session(talk):
    await switch(talk, "slack")
    await talk.say("By Slack")
    await talk.flow()
    session = await switch(talk, "websocket")
    [use] = session.uses
    assert (use.channel, use.user_id) == ("slack", talk.ann.id)
    assert use.thread_ref
    await switch(talk, "slack")
    await talk.say("In the same thread")
    await talk.flow()
    assert talk.slack.jobs[-1].thread_ref == use.thread_ref


async def test_an_unknown_channel_is_refused(talk):
    with pytest.raises(NotFoundError, match="there are: websocket, gmail, slack"):
        await switch(talk, "fax")
