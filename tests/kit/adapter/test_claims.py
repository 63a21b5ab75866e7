"""Claims: details noted before a send, updates that go out once, an inbox that is emptied."""

from datetime import UTC, datetime

import pytest
from tests.migrated import migrate

from parley.channel.v1 import channel_pb2, outcome_pb2, recipient_pb2
from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.ledger import Claim, SentRecord
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.adapter.sending import Sender
from parley_kit.adapter.service import migrations, open_storage
from parley_kit.sealing import KeyRing, Secret
from parley_kit.store import Database

RECORD = SentRecord("ref", "thread", "con_1", datetime(2026, 11, 23, tzinfo=UTC))


@pytest.fixture
async def storage():
    database = Database("sqlite:///:memory:")
    await migrate(database, migrations("toy"))
    yield open_storage("toy", database, KeyRing([Secret("k" * 32)]))
    await database.close()


async def test_a_note_is_kept_with_the_claim(storage):
    await storage.ledger.claim([Claim("dlv_1", "ses", "usr", details={"digest": "d"})])
    assert await storage.ledger.note("dlv_1", {"draft_id": "r1"})
    entry = await storage.ledger.find("dlv_1")
    assert entry.claim.details == {"digest": "d", "draft_id": "r1"}


async def test_a_note_of_a_second_attempt_is_refused(storage):
    await storage.ledger.claim([Claim("dlv_1", "ses", "usr")])
    assert await storage.ledger.note("dlv_1", {"draft_id": "r1"})
    assert not await storage.ledger.note("dlv_1", {"draft_id": "r2"})
    assert (await storage.ledger.find("dlv_1")).claim.details == {"draft_id": "r1"}


async def test_a_note_without_a_claim_or_after_the_send_is_refused(storage):
    assert not await storage.ledger.note("dlv_1", {"draft_id": "r1"})
    await storage.ledger.claim([Claim("dlv_1", "ses", "usr")])
    await storage.ledger.record({"dlv_1": RECORD})
    assert not await storage.ledger.note("dlv_1", {"draft_id": "r1"})


class Updates:
    """A provider that only counts updates; `raises` is what the next one meets."""

    def __init__(self):
        self.count = 0
        self.raises = None

    async def update_card(self, request, card):
        self.count += 1
        if self.raises:
            raise self.raises
        return RECORD


def update():
    return channel_pb2.UpdateFeedbackRequest(
        delivery_id="dlv_9",
        card_delivery_id="dlv_1",
        provider_ref="ref",
        recipient=recipient_pb2.Recipient(user_id="usr"),
    )


@pytest.mark.parametrize(("claims", "sent"), [(True, 1), (False, 2)])
async def test_a_repeated_update_goes_out_once_where_updates_are_sends(storage, claims, sent):
    provider = Updates()
    sender = Sender(provider, storage.ledger, claims_updates=claims)
    outcomes = [await sender.update_card(update()) for _ in range(2)]
    assert provider.count == sent
    assert [outcome.sent.provider_ref for outcome in outcomes] == ["ref", "ref"]


async def test_an_update_that_was_not_sent_may_be_tried_again(storage):
    provider = Updates()
    sender = Sender(provider, storage.ledger, claims_updates=True)
    provider.raises = DeliveryFailedError(outcome_pb2.FAILURE_CLASS_NOT_SENT, "busy", "Later.")
    assert (await sender.update_card(update())).failure.code == "busy"
    provider.raises = None
    assert (await sender.update_card(update())).sent.provider_ref == "ref"


async def test_the_inbox_gives_an_item_out_and_counts_the_try(storage):
    await storage.inbox.put([inbox_pb2.InboundItem(channel="toy", inbound_id="in_1")])
    assert [item.inbound_id for item in await storage.inbox.take()] == ["in_1"]
    assert await storage.inbox.take() == []
