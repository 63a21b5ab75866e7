"""A person's own mailbox breaks: they hear of it once, on another channel, in their conversation."""

import pytest
from tests.orchestrator.test_delivering import states

BROKEN = {
    "needs_reconnecting": True,
    "display_name": "ann@example.com",
    "detail": "Google no longer accepts this mailbox's token.",
}


async def said(shop, session_id):
    """What Parley itself said in a session."""
    found = await shop.store.read(lambda u: u.conversations.messages_after(session_id, 0, 1_000))
    return [message for message in found if message.author.kind == "system"]


async def test_the_owner_is_told_on_another_channel_with_the_way_back(shop):
    assert (await shop.change(user_id=shop.ann.id, **BROKEN)).verdict.name == "ACCEPTED"
    await shop.flow()
    (message,) = await said(shop, shop.session.id)
    assert message.author.name == "Parley"
    assert "your Gmail account ann@example.com is no longer connected" in message.text
    assert BROKEN["detail"] in message.text
    link = f"https://parley.example.com/api/channels/gmail/auth?user_id={shop.ann.id}"
    assert f"[Connect it again]({link})" in message.text
    assert states(await shop.of(message)) == [("slack", "sent")]
    assert shop.gmail.jobs == []
    assert "message.created" in await shop.kinds()


async def test_a_break_that_is_handed_in_twice_is_told_once(shop):
    for _ in range(3):
        await shop.change(user_id=shop.ann.id, inbound_id="break-1", **BROKEN)
    await shop.change(user_id=shop.ann.id, inbound_id="break-2", **BROKEN)
    assert len(await said(shop, shop.session.id)) == 2


async def test_who_is_in_the_web_chat_sees_it_there(shop):
    await shop.put_preferences_of("websocket", "gmail", "slack")
    await shop.arrive.come([shop.ann.id], "g1")
    await shop.change(user_id=shop.ann.id, **BROKEN)
    (message,) = await said(shop, shop.session.id)
    assert states(await shop.of(message)) == [("websocket", "sent")]


async def test_it_is_said_where_nobody_else_listens_if_there_is_such_a_place(shop):
    alone = shop.session
    ann = shop.ann
    bob = await shop.person(1, "ann@example.com", ())
    crowd = await shop.create_session(shop.agent, [ann.id, bob.id], "Newer", "")
    await shop.change(user_id=ann.id, **BROKEN)
    assert len(await said(shop, alone.id)) == 1
    assert await said(shop, crowd.id) == []


async def test_only_the_owner_gets_it_in_a_conversation_of_several(shop):
    ann, _bob = await shop.begin(channels=("slack",), people=2)
    shop.session = await shop.create_session(shop.agent, [u.id for u in (ann, _bob)], "Both", "")
    await shop.change(user_id=ann.id, **BROKEN)
    await shop.flow()
    assert {job.user.id for job in shop.slack.jobs} == {ann.id}


@pytest.mark.parametrize(
    "more",
    [
        {**BROKEN, "user_id": ""},
        {**BROKEN, "user_id": "usr_unknown"},
        {**BROKEN, "needs_reconnecting": False},
    ],
    ids=["a shared mailbox", "an unknown owner", "no break"],
)
async def test_nobody_is_told_of_what_is_not_theirs(shop, more):
    more = {"user_id": shop.ann.id, **more}
    assert (await shop.change(**more)).verdict.name == "ACCEPTED"
    assert await said(shop, shop.session.id) == []


async def test_an_owner_without_another_channel_has_it_in_the_history(shop):
    (ann,) = await shop.begin(channels=("gmail",))
    await shop.change(user_id=ann.id, **BROKEN)
    (message,) = await said(shop, shop.session.id)
    assert [state for _channel, state in states(await shop.of(message))] == ["dead"]


async def test_an_owner_without_a_conversation_is_left_alone(shop):
    bob = await shop.person(1, "ann@example.com", ())
    heard = await shop.change(user_id=bob.id, **BROKEN)
    assert heard.detail == "its owner takes part in no conversation"
