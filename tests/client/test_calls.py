"""Every call: what goes out, what comes back; the same for both clients."""

import inspect
from datetime import UTC, datetime, timedelta

import pytest
from tests.client.fake_parley import KEY

from parley_client import AsyncParley, Parley, ParleyError


def test_both_clients_offer_the_same_calls():
    def offered(kind):
        public = inspect.getmembers(kind, inspect.isfunction)
        return {
            name: list(inspect.signature(call).parameters.values())
            for name, call in public
            if not name.startswith("_")
        }

    assert offered(Parley) == offered(AsyncParley)
    assert len(offered(Parley)) >= 18


def test_people(parley, server):
    user = parley.create_user("Ann", email="ann@example.com", timezone="Europe/Vienna")
    assert (user.name, user.email, user.timezone) == ("Ann", "ann@example.com", "Europe/Vienna")
    assert user.created_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert parley.user(user) == parley.user(user.id) == user
    assert parley.issue_token(user).token == "token-canary"
    preferences = parley.prefer(user, "slack", "gmail")
    assert preferences.channels == ("slack", "gmail")
    assert preferences.quiet_hours == {"start": "22:00", "end": "07:00"}  # as they were


def test_conversations(parley, server):
    user = parley.create_user("Ann")
    session = parley.create_session([user], title="Release", metadata={"build": 7})
    assert [each.user_id for each in session.participants] == [user.id]
    assert (session.title, session.metadata) == ("Release", {"build": 7})
    assert parley.session(session) == session
    assert parley.switch_channel(session, "slack").channel == "slack"
    assert parley.switch_channel(session, None).channel is None


@pytest.mark.parametrize(("limit", "pages"), [(1, 1), (200, 1), (250, 2), (999, 2)])
def test_sessions_are_read_page_by_page(parley, server, limit, pages):
    user = parley.create_user("Ann")
    for _ in range(260):
        parley.create_session([user])
    found = parley.sessions(limit=limit)
    assert [each.id for each in found] == list(server.sessions)[:limit]
    assert len(server.calls("GET", "/api/sessions")) == pages


def test_messages(parley, server, session):
    first = parley.send(session, "Hello", metadata={"n": 1}, urgent=True)
    second = parley.send(session.id, "Again", reply_to=first.id, channel="slack")
    assert (first.author.kind, first.metadata) == ("agent", {"n": 1})
    assert second.reply_to == first.id
    assert parley.messages(session, after=first.seq) == [second]
    (delivery,) = parley.deliveries(first)
    assert (delivery.state, delivery.attempts[0].outcome) == ("sent", "sent")
    bodies = [each["body"] for each in server.calls("POST", f"/api/sessions/{session.id}/messages")]
    assert bodies[0] == {"text": "Hello", "metadata": {"n": 1}, "urgent": True}
    assert bodies[1] == {"text": "Again", "reply_to": first.id, "channel": "slack"}


def test_a_batch_is_cut_into_hundreds_and_each_has_its_result(parley, server, session):
    texts = [f"{number}" for number in range(249)] + ["bad"]
    results = parley.send_batch({"session_id": session.id, "text": text} for text in texts)
    sizes = [len(each["body"]["messages"]) for each in server.calls("POST", "/api/messages/batch")]
    assert sizes == [100, 100, 50]
    assert [each.message.text for each in results[:-1]] == texts[:-1]
    assert (results[-1].status, results[-1].problem["code"]) == (422, "invalid_field")
    assert len(server.messages) == 249


def test_a_question_carries_its_details(parley, server, session):
    asked = parley.ask(
        session,
        "Which?",
        wait=0,
        kind="choice",
        options=["red", ("blue", "Deep blue")],
        expires_in=timedelta(minutes=1.5),
        delivery="all",
        escalation=[{"after_seconds": 60, "channel": "slack"}],
        min_assurance="reply",
        action={"a": 1},
    )
    (sent,) = server.calls("POST", f"/api/sessions/{session.id}/feedback-requests")
    assert sent["body"] == {
        "prompt": "Which?",
        "kind": "choice",
        "options": [{"value": "red", "label": "red"}, {"value": "blue", "label": "Deep blue"}],
        "expires_in_seconds": 90,
        "delivery": "all",
        "escalation": [{"after_seconds": 60, "channel": "slack"}],
        "min_assurance": "reply",
        "action": {"a": 1},
    }
    assert [each.label for each in asked.options] == ["red", "Deep blue"]
    assert asked.is_pending
    assert asked.value is None


def test_secrets_are_not_in_what_is_printed(server):
    with Parley(server.url, KEY) as operator:
        agent = operator.create_agent("Bot", webhook_url="https://bot.example/hook")
        token = operator.issue_token("usr_1")
    assert (agent.key, agent.webhook_secret) == ("key-canary", "whsec_canary")
    assert "canary" not in f"{agent!r} {agent} {token!r}"


@pytest.mark.parametrize("odd", ["ses_1/../../agents", "ses_1?x=1", "ses 1", "ses_1#a"])
def test_an_odd_id_stays_one_part_of_the_path(parley, server, odd):
    with pytest.raises(ParleyError) as raised:
        parley.session(odd)
    assert raised.value.status in {404, 405}
    assert server.calls("GET", "/api/agents") == []


def test_news_from_a_newer_server_are_passed_over_and_a_missing_member_is_told(parley, server):
    user = parley.create_user("Ann")
    server.users[user.id]["shoe_size"] = 38
    assert parley.user(user) == user
    del server.users[user.id]["name"]
    with pytest.raises(ParleyError, match="name") as raised:
        parley.user(user)
    assert raised.value.code == "unreadable_answer"
    server.users[user.id] = ["a list"]
    with pytest.raises(ParleyError, match="no object"):
        parley.user(user)


async def test_the_async_client_makes_the_same_calls(parley_async, server):
    parley = parley_async
    user = await parley.create_user("Ann")
    session = await parley.create_session([user], title="T")
    message = await parley.send(session, "Hello")
    assert await parley.messages(session) == [message]
    assert (await parley.send_batch([{"session_id": session.id, "text": "1"}]))[0].status == 202
    assert [each.seq for each in await parley.events(session)] == [1, 2]
    assert (await parley.deliveries(message))[0].channel == "slack"
    assert (await parley.sessions())[0] == await parley.session(session)
    asked = await parley.ask(session, "Deploy?", wait=0)
    assert (await parley.cancel(asked)).status == "cancelled"
    assert (await parley.prefer(user, "gmail")).channels == ("gmail",)
    assert (await parley.switch_channel(session, "gmail")).channel == "gmail"
    assert (await parley.user(user), (await parley.issue_token(user)).token) == (
        user,
        "token-canary",
    )
    assert (await parley.create_agent("Bot")).name == "Bot"
