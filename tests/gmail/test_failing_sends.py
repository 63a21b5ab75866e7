"""What becomes of a send when Google fails: classes, look-ups, and never a second mail."""

from datetime import timedelta

import pytest
from aiohttp import web

from parley.channel.v1 import channel_pb2, outcome_pb2
from parley_gmail.look_up import ATTEMPT_LIMIT
from parley_kit.adapter.connections import Tokens
from parley_kit.adapter.ledger import Claim
from parley_kit.clock import utc_now
from parley_kit.sealing import Secret

NOT_SENT = outcome_pb2.FAILURE_CLASS_NOT_SENT
AMBIGUOUS = outcome_pb2.FAILURE_CLASS_AMBIGUOUS
FOUND = channel_pb2.LOOK_UP_VERDICT_FOUND
SURELY_NOT = channel_pb2.LOOK_UP_VERDICT_NOT_SENT
INCONCLUSIVE = channel_pb2.LOOK_UP_VERDICT_INCONCLUSIVE


@pytest.mark.parametrize(
    ("call", "kind", "failure_class"),
    [
        ("drafts.create", "down", NOT_SENT),
        ("drafts.create", "error", NOT_SENT),
        ("drafts.create", "drop_after_accept", NOT_SENT),
        ("drafts.create", "rate_limit", NOT_SENT),
        ("drafts.send", "rate_limit", NOT_SENT),
        ("drafts.send", "down", AMBIGUOUS),
        ("drafts.send", "error", AMBIGUOUS),
        ("drafts.send", "drop_after_accept", AMBIGUOUS),
    ],
)
async def test_only_the_send_itself_can_be_ambiguous(connected, call, kind, failure_class):
    await connected.fault(kind, call=call, count=1)
    outcome = await connected.send(delivery_id="dlv_x")
    assert outcome.failure.failure_class == failure_class
    if failure_class == NOT_SENT:
        assert (await connected.send(delivery_id="dlv_x")).HasField("sent")
        assert len(connected.mails()) == 1


async def test_the_retry_time_is_handed_on(connected):
    await connected.fault("rate_limit", call="drafts.create", count=1, seconds=30)
    outcome = await connected.send()
    assert (
        timedelta(seconds=25) < outcome.failure.retry_after.ToTimedelta() <= timedelta(seconds=31)
    )


async def test_a_lost_answer_is_looked_up_and_nothing_is_sent_twice(connected):
    await connected.fault("drop_after_accept", call="drafts.send", count=1)
    outcome = await connected.send(delivery_id="dlv_x")
    assert outcome.failure.failure_class == AMBIGUOUS
    again = await connected.send(delivery_id="dlv_x")
    assert again.failure.failure_class == AMBIGUOUS
    found = await connected.look_up("dlv_x")
    assert found.verdict == FOUND
    assert found.sent.thread_ref
    assert (await connected.send(delivery_id="dlv_x")).sent == found.sent
    assert len(connected.mails()) == 1


async def test_the_found_mail_carries_its_thread_on(connected):
    await connected.fault("drop_after_accept", call="drafts.send", count=1)
    await connected.send(delivery_id="dlv_x")
    found = await connected.look_up("dlv_x")
    await connected.send(conversation=connected.conversation(thread_ref=found.sent.thread_ref))
    first, second = connected.mails()
    assert second["In-Reply-To"] == first["Message-ID"]
    await connected.control("POST", "/gmail/reply", to_message="dlv_x", text="Thanks")
    (item,) = await connected.orchestrator.wait_for(1)
    assert item.text.delivery_id == "dlv_x"


async def test_a_draft_that_was_not_sent_is_taken_back_before_saying_so(connected):
    await connected.fault("down", call="drafts.send", count=1)
    await connected.send(delivery_id="dlv_x")
    assert len(connected.mails("agent@example.com", "DRAFT")) == 1
    assert (await connected.look_up("dlv_x")).verdict == SURELY_NOT
    assert connected.mails("agent@example.com", "DRAFT") == []
    assert (await connected.send(delivery_id="dlv_x")).HasField("sent")
    assert len(connected.mails()) == 1


async def test_a_mail_that_left_its_thread_is_found_by_search(connected):
    await connected.fault("drop_after_accept", call="drafts.send", count=1)
    await connected.send(delivery_id="dlv_x")
    await connected.fault("error", call="threads.get", count=1)
    assert (await connected.look_up("dlv_x")).verdict == INCONCLUSIVE
    for message in connected.box("agent@example.com").messages.values():
        message.thread_id = "elsewhere"
    assert (await connected.look_up("dlv_x")).verdict == FOUND


async def test_a_draft_that_is_gone_with_nothing_sent_stays_open(connected):
    await connected.fault("down", call="drafts.send", count=1)
    await connected.send(delivery_id="dlv_x")
    connected.box("agent@example.com").messages.clear()
    connected.box("agent@example.com").drafts.clear()
    assert (await connected.look_up("dlv_x")).verdict == INCONCLUSIVE
    assert (await connected.send(delivery_id="dlv_x")).failure.code == "already_claimed"


async def test_a_look_up_while_google_is_down_says_nothing(connected):
    await connected.fault("drop_after_accept", call="drafts.send", count=1)
    await connected.send(delivery_id="dlv_x")
    await connected.fault("down", call="drafts.delete")
    assert (await connected.look_up("dlv_x")).verdict == INCONCLUSIVE


async def test_a_delivery_that_was_never_begun_is_surely_not_sent(connected):
    assert (await connected.look_up("dlv_unknown")).verdict == SURELY_NOT


async def test_a_claim_without_a_draft_is_open_while_its_attempt_may_run(connected):
    ledger = connected.storage.ledger
    await ledger.claim([Claim("dlv_x", "ses_1", "usr_ann")])
    assert (await connected.look_up("dlv_x")).verdict == INCONCLUSIVE
    await connected.storage.database.write(
        lambda tx: tx.connection.execute(
            connected.storage.tables.ledger.update().values(claimed_at=utc_now() - ATTEMPT_LIMIT)
        )
    )
    assert (await connected.look_up("dlv_x")).verdict == SURELY_NOT
    assert (await connected.send(delivery_id="dlv_x")).HasField("sent")


async def test_a_message_id_that_could_not_be_read_is_read_for_the_next_mail(connected):
    await connected.fault("error", call="messages.get", count=1)
    first = await connected.send()
    assert first.HasField("sent")
    await connected.send(conversation=connected.conversation(thread_ref=first.sent.thread_ref))
    one, two = connected.mails()
    assert two["In-Reply-To"] == one["Message-ID"]


class Google:
    """A Google that counts, and drops the line on the calls in `dropped`."""

    def __init__(self, dropped=()):
        self.requests = []
        self.dropped = dropped

    async def serve(self, request):
        body = await request.read()
        call = request.path.rsplit("/", 1)[-1]
        self.requests.append(call)
        assert body or request.method != "POST"
        if call in self.dropped:
            request.transport.abort()
        return web.json_response(self.answer(call))

    def answer(self, call):
        match call:
            case "drafts":
                return {"id": "r1", "message": {"id": "m1", "threadId": "t1"}}
            case "profile":
                return {"historyId": "1"}
            case "history":
                return {"historyId": "1"}
            case _:
                return {"id": "m2", "threadId": "t1", "labelIds": ["SENT"]}


@pytest.mark.parametrize("dropped", ["send", "drafts", "m2"])
async def test_nothing_is_sent_again_behind_our_back(suite_on, dropped):
    google = Google({dropped})
    suite = await suite_on(google.serve)
    await suite.storage.connections.connect(
        account="shared/agent@example.com",
        display_name="agent@example.com",
        user_id="",
        tokens=Tokens(Secret("access"), Secret("refresh"), utc_now() + timedelta(hours=1)),
        granted_scopes=(),
        state={},
    )
    for number in range(3):  # the second goes over a connection that is kept alive
        await suite.send(delivery_id=f"dlv_{number}")
    assert google.requests.count("drafts") == 3
    assert google.requests.count("send") == (0 if dropped == "drafts" else 3)
