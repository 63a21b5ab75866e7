"""One call of the contract ends in time: what hangs is ambiguous, what waits behind it was not sent."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
from datetime import UTC, datetime

import pytest
from tests.migrated import migrate

from parley.channel.v1 import channel_pb2, outcome_pb2, recipient_pb2
from parley_kit.adapter import sending
from parley_kit.adapter.ledger import SentRecord
from parley_kit.adapter.sending import Sender
from parley_kit.adapter.service import migrations, open_storage
from parley_kit.sealing import KeyRing, Secret
from parley_kit.store import Database

RECORD = SentRecord("ref", "thread", "con_1", datetime(2026, 11, 23, tzinfo=UTC))


@pytest.fixture
async def ledger():
    database = Database("sqlite:///:memory:")
    await migrate(database, migrations("toy"))
    yield open_storage("toy", database, KeyRing([Secret("k" * 32)])).ledger
    await database.close()


class Hanging:
    """Sends at once, but never ends what says "hang"."""

    async def send_message(self, request):
        if request.text == "hang":
            await asyncio.sleep(60)
        return RECORD


def message(delivery_id, session_id, text):
    return channel_pb2.SendMessageRequest(
        delivery_id=delivery_id,
        recipient=recipient_pb2.Recipient(user_id="usr"),
        conversation=recipient_pb2.Conversation(session_id=session_id),
        text=text,
    )


async def test_a_send_that_hangs_holds_up_its_own_conversation_only(ledger, monkeypatch):
    monkeypatch.setattr(sending, "SEND_SECONDS", 0.2)
    outcomes = await Sender(Hanging(), ledger).send_messages(
        [
            message("dlv_1", "ses_1", "fine"),
            message("dlv_2", "ses_1", "hang"),
            message("dlv_3", "ses_1", "behind"),
            message("dlv_4", "ses_2", "elsewhere"),
        ]
    )
    assert [outcome.WhichOneof("result") for outcome in outcomes] == [
        "sent",
        "failure",
        "failure",
        "sent",
    ]
    hung, behind = outcomes[1].failure, outcomes[2].failure
    assert (hung.failure_class, hung.code) == (outcome_pb2.FAILURE_CLASS_AMBIGUOUS, "timeout")
    assert (behind.failure_class, behind.code) == (outcome_pb2.FAILURE_CLASS_NOT_SENT, "skipped")
    assert await ledger.find("dlv_3") is None  # its claim is taken back: it may be sent again
    assert (await ledger.find("dlv_2")).sent is None


class Slow:
    """Sends once it is let."""

    def __init__(self):
        self.is_let = asyncio.Event()
        self.count = 0

    async def send_message(self, _request):
        return await self._sent()

    async def send_card(self, _request):
        return await self._sent()

    def details_of_card(self, _request):
        return {}

    async def _sent(self):
        self.count += 1
        await self.is_let.wait()
        return RECORD


def card(delivery_id):
    return channel_pb2.RequestFeedbackRequest(
        delivery_id=delivery_id, recipient=recipient_pb2.Recipient(user_id="usr")
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda sender: sender.send_messages([message("dlv_1", "ses_1", "fine")]),
        lambda sender: sender.send_card(card("dlv_1")),
    ],
    ids=["message", "card"],
)
async def test_who_asked_may_be_gone_and_what_was_under_way_is_recorded(ledger, ask):
    provider = Slow()
    asking = asyncio.create_task(ask(Sender(provider, ledger)))
    async with asyncio.timeout(30):
        while not provider.count:
            await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    provider.is_let.set()
    async with asyncio.timeout(30):
        while (await ledger.find("dlv_1")).sent is None:
            await asyncio.sleep(0.01)
    assert provider.count == 1
