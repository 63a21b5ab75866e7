"""What people write, and what happens to the installation."""

import asyncio
import sqlite3

import pytest

from parley.channel.v1 import authorization_pb2, channel_pb2
from parley.common.v1 import feedback_pb2
from parley_kit.clock import utc_now
from parley_kit.errors import UnavailableError
from parley_slack.inbound.messages import plain_text


def _envelope(suite, event, **values):
    grants = suite.sandbox.slack.grants
    return {
        "type": "event_callback",
        "event_id": "Ev1",
        "event_time": int(utc_now().timestamp()),
        "team_id": grants.team_id,
        "api_app_id": grants.app_id,
        "event": event,
    } | values


def _said(suite, text="hi", **values):
    ann = suite.sandbox.people.by_email("ann@example.com").slack_id
    return {
        "type": "message",
        "channel_type": "im",
        "channel": "D01",
        "user": ann,
        "ts": "1795000000.000100",
        "text": text,
    } | values


async def test_a_reply_in_the_thread_names_the_newest_delivery(suite):
    first = await suite.send()
    thread = first.sent.thread_ref.split(":")[1]
    from parley.channel.v1 import recipient_pb2  # noqa: PLC0415

    conversation = recipient_pb2.Conversation(
        thread_ref=first.sent.thread_ref, connection_id=first.sent.connection_id
    )
    second = await suite.send(conversation=conversation)
    await suite.control("/slack/say", user="ann@example.com", text="sure", thread_ts=thread)
    (item,) = await suite.orchestrator.heard()
    assert item.text.text == "sure"
    assert item.text.delivery_id == second.delivery_id
    assert item.text.decision == ""
    assert item.sender.assurance == feedback_pb2.ASSURANCE_SLACK
    assert item.sender.connection_id == first.sent.connection_id


async def test_a_message_outside_any_thread_names_no_delivery(suite):
    await suite.send()
    await suite.control("/slack/say", user="ann@example.com", text="Approved!")
    (item,) = await suite.orchestrator.heard()
    assert item.text.delivery_id == ""
    assert item.text.decision == "approved"


async def test_our_own_posts_and_edits_are_not_heard(suite):
    await suite.send()
    card = suite.card()
    outcome = await suite.ask(card)
    card.resolution.status = feedback_pb2.FEEDBACK_STATUS_EXPIRED
    update = channel_pb2.UpdateFeedbackRequest(
        delivery_id="u",
        card_delivery_id=outcome.delivery_id,
        provider_ref=outcome.sent.provider_ref,
        recipient=suite.person(),
        card=card,
    )
    await suite.stub.UpdateFeedback(update)
    async with asyncio.timeout(30):
        while len(suite.bridge.seen) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert suite.orchestrator.items == {}


@pytest.mark.parametrize(
    "change",
    [
        {"bot_id": "B1"},
        {"user": ""},
        {"user": "USLACKBOT"},
        {"channel_type": "channel"},
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"type": "reaction_added"},
        {"ts": "soon"},
        {"ts": None},
        {"ts": "9" * 400},
    ],
)
async def test_what_no_person_said_is_not_passed_on(suite, change):
    answer = await suite.event(_envelope(suite, _said(suite, **change)))
    assert answer.status == 200
    await asyncio.sleep(0.05)
    assert suite.orchestrator.items == {}


async def test_one_message_counts_once_under_any_event_id(suite):
    for number in range(3):
        envelope = _envelope(suite, _said(suite), event_id=f"Ev{number}")
        for _ in range(3):
            assert (await suite.event(envelope)).status == 200
    await suite.orchestrator.heard()
    await asyncio.sleep(0.1)
    assert len(suite.orchestrator.items) == 1


@pytest.mark.parametrize(
    "change", [{"team_id": "T0OTHER"}, {"api_app_id": "A0OTHER"}, {"api_app_id": None}]
)
async def test_an_event_of_a_foreign_workspace_or_app_is_dropped(suite, change):
    assert (await suite.event(_envelope(suite, _said(suite), **change))).status == 200
    await asyncio.sleep(0.05)
    assert suite.orchestrator.items == {}


async def test_files_are_named_and_not_passed_on(suite):
    files = [{"name": "a.pdf"}, {"name": "b\u202egnp.exe"}, {}]
    event = _said(suite, text="", subtype="file_share", files=files)
    await suite.event(_envelope(suite, event))
    (item,) = await suite.orchestrator.heard()
    assert item.text.omitted == "3 files: a.pdf, bgnp.exe, file"


async def test_what_is_heard_survives_an_absent_orchestrator(suite):
    suite.orchestrator.is_there.clear()
    assert (await suite.event(_envelope(suite, _said(suite)))).status == 200
    health = await suite.stub.CheckHealth(channel_pb2.CheckHealthRequest())
    assert health.inbox_depth == 1
    suite.orchestrator.is_there.set()
    await suite.orchestrator.heard()


async def test_what_cannot_be_stored_is_not_acknowledged(suite, sqlite_file):
    await suite.send()
    with sqlite3.connect(sqlite_file) as database:
        database.execute("ALTER TABLE slack_inbox RENAME TO away")
    with pytest.raises(UnavailableError):
        await suite.event(_envelope(suite, _said(suite)))
    with database:
        database.execute("ALTER TABLE away RENAME TO slack_inbox")
    database.close()
    assert (await suite.event(_envelope(suite, _said(suite)))).status == 200
    await suite.orchestrator.heard()


async def test_an_uninstall_ends_the_connection(suite):
    await suite.control("/slack/uninstall")
    listed = await suite.stub.ListAuthorizations(channel_pb2.ListAuthorizationsRequest())
    (connection,) = listed.connections
    assert connection.status == authorization_pb2.CONNECTION_STATUS_REVOKED
    changes = [i for i in await suite.orchestrator.heard() if i.HasField("connection")]
    assert changes[0].connection.connection_id == connection.connection_id
    failure = (await suite.send()).failure
    assert failure.failure_class == 4
    assert await suite.journal("chat.postMessage") == []


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}],
    ids=["uninstalled", "revoked"],
)
@pytest.mark.parametrize(("offset", "ends"), [(-3600, False), (5, True)])
async def test_a_late_uninstall_does_not_end_a_newer_installation(suite, event, offset, ends):
    at = int(utc_now().timestamp()) + offset
    await suite.event(_envelope(suite, event, event_time=at))
    listed = await suite.stub.ListAuthorizations(channel_pb2.ListAuthorizationsRequest())
    revoked = authorization_pb2.CONNECTION_STATUS_REVOKED
    assert (listed.connections[0].status == revoked) is ends


async def test_revoked_user_tokens_end_nothing(suite):
    event = {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}
    await suite.event(_envelope(suite, event))
    assert (await suite.send()).HasField("sent")


@pytest.mark.parametrize(
    ("mrkdwn", "text"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("see <https://x.io/?a=1&amp;b=2>", "see https://x.io/?a=1&b=2"),
        ("<https://x.io|the page>", "[the page](https://x.io)"),
        ("<mailto:a@b.c|a@b.c>", "a@b.c"),
        ("<@U12|ann> and <@U13>", "@ann and @U13"),
        ("<!here> in <#C1|general>", "@here in #general"),
        ("zero\u200bwidth \u202eright", "zerowidth right"),
        ("<unclosed", "<unclosed"),
    ],
)
def test_slacks_markup_becomes_text(mrkdwn, text):
    assert plain_text(mrkdwn) == text
