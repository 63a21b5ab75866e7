"""Mailboxes are read to the end: each mail once, none lost, and none waits for another."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
from datetime import timedelta

import pytest
from tests.gmail.incoming import deliver, mail, settled

from parley.channel.v1 import channel_pb2
from parley_gmail.receiving.mailbox_poll import MailboxPoll
from parley_kit.clock import from_timestamp, utc_now


async def test_a_mail_is_handed_on_once_however_often_it_shows_up(connected):
    await connected.control(
        "POST", "/gmail/compose", **{"from": "ann@example.com"},
        to="agent@example.com", subject="Hello", text="Hello",
    )  # fmt: skip
    await connected.orchestrator.wait_for(1)
    await connected.control("POST", "/gmail/expire-history", email="agent@example.com")
    await settled(connected)
    assert len(connected.orchestrator.items) == 1
    assert connected.orchestrator.calls == 1


async def test_a_stale_history_is_caught_up_by_looking_back(connected):
    await settled(connected, 1)
    await connected.fault("down", call="history.list")
    await deliver(connected, mail("One"))
    await deliver(connected, mail("Two"))
    await connected.control("POST", "/gmail/expire-history", email="agent@example.com")
    await connected.control("DELETE", "/faults")
    items = await connected.orchestrator.wait_for(2)
    assert {item.text.text for item in items} == {"One", "Two"}
    await deliver(connected, mail("Three"))
    assert len(await connected.orchestrator.wait_for(3)) == 3


@pytest.mark.parametrize("kind", ["down", "error", "rate_limit", "drop_after_accept"])
@pytest.mark.parametrize("call", ["history.list", "messages.get"])
async def test_no_mail_is_lost_while_google_fails(connected, kind, call):
    seconds = {"seconds": 0} if kind == "rate_limit" else {}
    await connected.fault(kind, call=call, count=3, **seconds)
    for number in range(5):
        await deliver(connected, mail(f"Mail {number}"))
    items = await connected.orchestrator.wait_for(5)
    assert {item.text.text for item in items} == {f"Mail {number}" for number in range(5)}


async def test_a_dead_mailbox_does_not_hold_up_another(connected):
    await connected.connect(user_id="usr_bob", hint="bob@example.com")
    await connected.control("POST", "/google/revoke", email="bob@example.com")
    await deliver(connected, mail("Still heard"))
    await connected.orchestrator.wait_for(1)
    async with asyncio.timeout(30):
        while "Still heard" not in [i.text.text for i in connected.orchestrator.items.values()]:
            await asyncio.sleep(0.02)


async def test_a_slow_mailbox_does_not_hold_up_another(connected, monkeypatch):
    """One that Google answers only after a minute is waited for by its own task."""
    slow = (await connected.connect(user_id="usr_bob", hint="bob@example.com")).connection_id
    api = MailboxPoll._poll
    hanging = asyncio.Event()

    async def poll(self, account):
        if account.connection_id == slow:
            hanging.set()
            await asyncio.sleep(60)
        await api(self, account)

    monkeypatch.setattr(MailboxPoll, "_poll", poll)
    await asyncio.wait_for(hanging.wait(), 10)
    await deliver(connected, mail("Still heard"))
    (item,) = await connected.orchestrator.wait_for(1)
    assert item.text.text == "Still heard"


async def test_a_poll_to_the_end_is_noted(connected):
    await connected.until_polled(2)
    request = channel_pb2.ListAuthorizationsRequest()
    (connection,) = (await connected.stub.ListAuthorizations(request)).connections
    age = utc_now() - from_timestamp(connection.last_synced_at)
    assert age < timedelta(seconds=30)


async def test_mail_from_before_the_connection_is_not_read(suite):
    await deliver(suite, mail("Old"))
    await suite.connect()
    await deliver(suite, mail("New"))
    (item,) = await suite.orchestrator.wait_for(1)
    await settled(suite, 2)
    assert [each.text.text for each in suite.orchestrator.items.values()] == ["New"]
    assert item.text.text == "New"


async def test_drafts_spam_and_what_the_mailbox_sent_itself_are_not_heard(connected):
    box = connected.box("agent@example.com")
    await connected.send()
    await deliver(connected, mail("Spam"))
    await deliver(connected, mail("Binned"))
    for message in list(box.messages.values()):
        if "INBOX" in message.labels:
            label = "SPAM" if message.mail.contains("Spam") else "TRASH"
            box.relabel(message, [label], ["INBOX"])
    await deliver(connected, mail("Heard"))
    items = await connected.orchestrator.wait_for(1)
    await settled(connected, 2)
    heard = {item.text.text for item in connected.orchestrator.items.values()}
    assert "Heard" in heard
    assert len(items) <= 3  # the poll may have been faster than the relabelling
