"""Messages through the real service into the sandbox."""

import asyncio
from datetime import timedelta

import pytest

from parley.channel.v1 import channel_pb2, outcome_pb2, recipient_pb2
from parley_kit.clock import utc_now

IN_SESSION_2 = recipient_pb2.Conversation(session_id="ses_2")


def _conversation(outcome):
    return recipient_pb2.Conversation(
        session_id="ses_1",
        thread_ref=outcome.sent.thread_ref,
        connection_id=outcome.sent.connection_id,
    )


async def test_a_message_arrives_once_with_its_mark(suite):
    outcome = await suite.send("Hello **Ann**")
    assert outcome.sent.provider_ref == outcome.sent.thread_ref
    (posted,) = await suite.journal("chat.postMessage")
    body = posted["body"]
    assert body["metadata"]["event_payload"] == {"delivery_id": outcome.delivery_id}
    assert body["blocks"][1]["text"]["text"] == "Hello *Ann*"
    assert body["unfurl_links"] is False
    assert body["unfurl_media"] is False
    assert body["text"] == "Hello *Ann*"


async def test_a_repeated_delivery_id_answers_the_first_outcome(suite):
    request = suite.message()
    first = await suite.stub.SendMessage(request)
    again = await suite.stub.SendMessage(request)
    assert again == first
    assert len(await suite.journal("chat.postMessage")) == 1


async def test_the_same_id_ten_times_at_once_goes_out_once(suite):
    request = suite.message()
    await asyncio.gather(*(suite.stub.SendMessage(request) for _ in range(10)))
    assert len(await suite.journal("chat.postMessage")) == 1


async def test_a_session_is_one_thread_and_another_session_another(suite):
    first = await suite.send()
    second = await suite.send(conversation=_conversation(first))
    other = await suite.send(conversation=IN_SESSION_2)
    assert second.sent.thread_ref == first.sent.thread_ref
    assert second.sent.provider_ref != first.sent.provider_ref
    assert other.sent.thread_ref != first.sent.thread_ref
    threads = [post["body"].get("thread_ts") for post in await suite.journal("chat.postMessage")]
    assert threads == [None, first.sent.provider_ref.split(":")[1], None]


async def test_a_batch_keeps_order_within_a_conversation_and_looks_people_up_once(suite):
    texts = [f"number {n}" for n in range(30)]
    people = [suite.person(), suite.person("bob@example.com")]
    messages = [suite.message(text, recipient=people[n % 2]) for n, text in enumerate(texts)]
    answer = await suite.stub.SendMessages(channel_pb2.SendMessagesRequest(messages=messages))
    assert [o.delivery_id for o in answer.outcomes] == [m.delivery_id for m in messages]
    assert all(outcome.HasField("sent") for outcome in answer.outcomes)
    posted = [p["body"]["text"] for p in await suite.journal("chat.postMessage")]
    for parity in (0, 1):
        expected = texts[parity::2]
        assert [text for text in posted if text in expected] == expected
    assert len(await suite.journal("users.lookupByEmail")) == 2
    assert len(await suite.journal("conversations.open")) == 2


async def test_after_a_failure_the_rest_of_the_conversation_is_skipped(suite):
    await suite.send()
    fault = {"call": "chat.postMessage", "kind": "rate_limit", "count": 1, "seconds": 7}
    await suite.control("/faults", channel="slack", **fault)
    messages = [suite.message("one"), suite.message("two")]
    messages.append(suite.message("elsewhere", recipient=suite.person("bob@example.com")))
    answer = await suite.stub.SendMessages(channel_pb2.SendMessagesRequest(messages=messages))
    first, second, elsewhere = answer.outcomes
    assert first.failure.failure_class == outcome_pb2.FAILURE_CLASS_NOT_SENT
    assert first.failure.code == "ratelimited"
    assert first.failure.retry_after.seconds == 7
    assert second.failure.code == "skipped"
    assert elsewhere.HasField("sent")
    again = await suite.stub.SendMessages(channel_pb2.SendMessagesRequest(messages=messages))
    assert all(outcome.HasField("sent") for outcome in again.outcomes)
    posted = [p["body"]["text"] for p in await suite.journal("chat.postMessage")]
    assert sorted(posted) == ["Hello", "elsewhere", "one", "two"]


@pytest.mark.parametrize(
    ("addresses", "code"),
    [
        ({"email": "nobody@example.com"}, "users_not_found"),
        ({"slack_user_id": "U000"}, "user_not_found"),
        ({}, "no_address"),
        ({"slack_user_id": "x\x00<!channel>"}, "user_not_found"),
    ],
)
async def test_who_is_not_there_is_a_permanent_failure(suite, addresses, code):
    recipient = recipient_pb2.Recipient(user_id="usr_1", addresses=addresses)
    failure = (await suite.send(recipient=recipient)).failure
    assert failure.failure_class == outcome_pb2.FAILURE_CLASS_PERMANENT
    assert failure.code == code


async def test_a_workspace_that_is_not_connected_is_asked_for(suite):
    recipient = suite.person(None, slack_user_id="U1", slack_team_id="T-other")
    failure = (await suite.send(recipient=recipient)).failure
    assert failure.failure_class == outcome_pb2.FAILURE_CLASS_RECONNECT
    assert "/api/channels/slack/auth" in failure.message


async def test_a_slack_user_id_needs_no_lookup(suite):
    ann = suite.sandbox.people.by_email("ann@example.com").slack_id
    outcome = await suite.send(recipient=suite.person(None, slack_user_id=ann))
    assert outcome.HasField("sent")
    assert await suite.journal("users.lookupByEmail") == []


@pytest.mark.parametrize("call", ["users.lookupByEmail", "conversations.open"])
@pytest.mark.parametrize("kind", ["error", "down", "drop_after_accept"])
async def test_trouble_before_the_send_means_nothing_was_sent(suite, call, kind):
    # aiohttp repeats a GET once on a line that was kept open; it changes nothing at Slack
    await suite.control("/faults", channel="slack", kind=kind, call=call, count=2)
    outcome = await suite.send()
    assert outcome.failure.failure_class == outcome_pb2.FAILURE_CLASS_NOT_SENT
    assert await suite.journal("chat.postMessage") == []


@pytest.mark.parametrize("kind", ["error", "down", "drop_after_accept"])
async def test_trouble_while_sending_is_ambiguous_and_never_sent_again(suite, kind):
    await suite.send()
    await suite.control("/faults", channel="slack", kind=kind, call="chat.postMessage", count=1)
    request = suite.message("only once")
    for _ in range(3):
        outcome = (await suite.stub.SendMessage(request)).outcome
        assert outcome.failure.failure_class == outcome_pb2.FAILURE_CLASS_AMBIGUOUS
    posted = [p["body"]["text"] for p in await suite.journal("chat.postMessage")]
    assert posted.count("only once") == (1 if kind == "drop_after_accept" else 0)


def _look_up(request, attempted_at=None):
    question = channel_pb2.LookUpDeliveryRequest(
        delivery_id=request.delivery_id,
        recipient=request.recipient,
        conversation=request.conversation,
    )
    if attempted_at is not None:
        question.attempted_at.FromDatetime(attempted_at)
    return question


@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_look_up_finds_what_was_accepted(suite, in_thread):
    first = await suite.send()
    conversation = _conversation(first) if in_thread else IN_SESSION_2
    await suite.control(
        "/faults", channel="slack", kind="drop_after_accept", call="chat.postMessage", count=1
    )
    request = suite.message(conversation=conversation)
    await suite.stub.SendMessage(request)
    found = await suite.stub.LookUpDelivery(_look_up(request, utc_now()))
    assert found.verdict == channel_pb2.LOOK_UP_VERDICT_FOUND
    assert (found.sent.thread_ref == first.sent.thread_ref) is in_thread
    assert (await suite.stub.SendMessage(request)).outcome.sent == found.sent
    assert len(await suite.journal("chat.postMessage")) == 2


async def test_a_look_up_concludes_only_after_a_wait(suite_with):
    ahead = timedelta(0)
    async with suite_with(clock=lambda: utc_now() + ahead) as suite:
        await suite.connect()
        await suite.send()
        request = suite.message("lost")
        fault = {"kind": "error", "call": "chat.postMessage", "count": 1}
        await suite.control("/faults", channel="slack", **fault)
        await suite.stub.SendMessage(request)
        early = await suite.stub.LookUpDelivery(_look_up(request, utc_now()))
        assert early.verdict == channel_pb2.LOOK_UP_VERDICT_INCONCLUSIVE
        ahead = timedelta(seconds=60)
        late = await suite.stub.LookUpDelivery(_look_up(request, utc_now()))
        assert late.verdict == channel_pb2.LOOK_UP_VERDICT_NOT_SENT
        assert (await suite.stub.SendMessage(request)).outcome.HasField("sent")


async def test_a_look_up_that_slack_does_not_answer_is_inconclusive(suite_with):
    async with suite_with(clock=lambda: utc_now() + timedelta(seconds=60)) as suite:
        await suite.connect()
        await suite.send()
        request = suite.message("lost")
        await suite.control("/faults", channel="slack", kind="down")
        await suite.stub.SendMessage(request)
        found = await suite.stub.LookUpDelivery(_look_up(request))
        assert found.verdict == channel_pb2.LOOK_UP_VERDICT_INCONCLUSIVE


async def test_what_was_never_begun_was_never_sent(suite):
    found = await suite.stub.LookUpDelivery(_look_up(suite.message()))
    assert found.verdict == channel_pb2.LOOK_UP_VERDICT_NOT_SENT


LONG = "\n\n".join(f"Paragraph {n} " + "word " * 100 for n in range(60))


async def test_a_long_text_goes_out_in_parts_and_is_resumed_without_repeats(suite):
    request = suite.message(LONG)
    await suite.send()
    fault = {"kind": "rate_limit", "call": "chat.postMessage", "probability": 1.0}
    outcome = None
    rounds = 0
    while outcome is None or not outcome.HasField("sent"):
        rounds += 1
        assert rounds < 8
        await suite.control("/faults", channel="slack", kind="latency", seconds=0, count=3)
        await suite.control("/faults", channel="slack", **fault)
        outcome = (await suite.stub.SendMessage(request)).outcome
        async with suite.http.delete(f"{suite.sandbox.settings.public_url}/faults"):
            pass
    assert rounds == 2
    posts = [p for p in await suite.journal("chat.postMessage") if "part" in str(p["body"])]
    parts = [p["body"]["metadata"]["event_payload"]["part"] for p in posts]
    assert parts == list(range(1, len(parts) + 1))
    assert len(parts) > 2
    assert outcome.sent.provider_ref.endswith(posts[0]["result"]["ts"])
    assert {p["body"].get("thread_ts") for p in posts[1:]} == {posts[0]["result"]["ts"]}
    words = "".join(
        block["text"]["text"] for p in posts for block in p["body"]["blocks"] if "text" in block
    )
    assert words.count("Paragraph") == 60


async def test_a_half_sent_long_text_is_known_as_not_whole(suite_with):
    ahead = timedelta(0)
    async with suite_with(clock=lambda: utc_now() + ahead) as suite:
        await suite.connect()
        request = suite.message(LONG)
        # history read, first part, and then the line drops after the second was taken
        for fault in ({"kind": "latency", "seconds": 0}, {"kind": "drop_after_accept"}):
            place = {"channel": "slack", "call": "chat.postMessage", "count": 1}
            await suite.control("/faults", **place, **fault)
        outcome = (await suite.stub.SendMessage(request)).outcome
        assert outcome.failure.failure_class == outcome_pb2.FAILURE_CLASS_AMBIGUOUS
        assert len(await suite.journal("chat.postMessage")) == 2
        ahead = timedelta(seconds=60)
        found = await suite.stub.LookUpDelivery(_look_up(request))
        assert found.verdict == channel_pb2.LOOK_UP_VERDICT_NOT_SENT
        outcome = (await suite.stub.SendMessage(request)).outcome
        assert outcome.HasField("sent")
        posts = await suite.journal("chat.postMessage")
        parts = [p["body"]["metadata"]["event_payload"]["part"] for p in posts]
        assert parts == list(range(1, len(parts) + 1))


async def test_too_long_is_refused_before_slack_is_asked(suite):
    failure = (await suite.send("x" * 40_001)).failure
    assert failure.failure_class == outcome_pb2.FAILURE_CLASS_REJECTED
    assert await suite.journal("chat.postMessage") == []


async def test_a_thread_ref_of_another_place_begins_a_new_thread(suite):
    elsewhere = recipient_pb2.Conversation(session_id="s", thread_ref="D0OTHER:1.2")
    outcome = await suite.send(conversation=elsewhere)
    assert outcome.sent.thread_ref == outcome.sent.provider_ref
    hostile = recipient_pb2.Conversation(session_id="s", thread_ref="<!channel>\n")
    assert (await suite.send(conversation=hostile)).HasField("sent")


async def test_a_conversation_whose_first_message_was_deleted_goes_on_in_a_new_thread(suite):
    first = await suite.send()
    conversation = _conversation(first)
    channel = first.sent.thread_ref.split(":")[0]
    conversation.thread_ref = f"{channel}:1700000000.000001"
    second = await suite.send("still there?", conversation=conversation)
    assert second.sent.thread_ref == second.sent.provider_ref
