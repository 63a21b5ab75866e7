"""Hostile input is refused with a reason, or is inert; it is never a defect."""

import pytest

from parley.channel.v1 import channel_pb2, outcome_pb2, recipient_pb2, webhook_pb2
from parley.common.v1 import feedback_pb2
from parley_kit.errors import InvalidArgumentError

PERMANENT = outcome_pb2.FAILURE_CLASS_PERMANENT
REJECTED = outcome_pb2.FAILURE_CLASS_REJECTED
IDS = {"empty": "", "NUL": "a\x00b", "newline": "a\r\nb", "huge": "x" * 100_000}


@pytest.mark.parametrize("value", IDS.values(), ids=IDS.keys())
async def test_bad_ids_are_refused_everywhere(channel, value):
    message = channel.message(delivery_id=value)
    calls = [
        channel.stub.SendMessage(message),
        channel.stub.SendMessages(channel_pb2.SendMessagesRequest(messages=[message])),
        channel.stub.LookUpDelivery(channel_pb2.LookUpDeliveryRequest(delivery_id=value)),
        channel.stub.RequestFeedback(channel.question(channel.card(), delivery_id=value)),
        channel.stub.RequestFeedback(channel.question(channel.card(request_id=value))),
        channel.stub.RevokeAuthorization(
            channel_pb2.RevokeAuthorizationRequest(connection_id=value)
        ),
    ]
    for call in calls:
        with pytest.raises(InvalidArgumentError):
            await call


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
async def test_an_empty_text_is_refused(channel, text):
    with pytest.raises(InvalidArgumentError):
        await channel.send(channel.message(text))
    with pytest.raises(InvalidArgumentError):
        await channel.stub.RequestFeedback(channel.question(channel.card(prompt=text)))


async def test_a_missing_recipient_is_refused(channel):
    with pytest.raises(InvalidArgumentError):
        await channel.send(channel.message(recipient=recipient_pb2.Recipient()))


@pytest.mark.parametrize(
    "addresses",
    [
        {},
        {"fax": "1"},
        {"email": ""},
        {"email": "not an address"},
        {"email": "a@b.c\r\nBcc: victim@example.com"},
        {"email": "ann@example.com, bob@example.com"},
        {"email": "x" * 5_000 + "@example.com"},
        {"email": "\x00@example.com", "slack_user_id": "\x00"},
        {"slack_user_id": "<!channel>", "slack_team_id": "T\n"},
    ],
)
async def test_who_cannot_be_reached_is_an_outcome_not_an_error(channel, addresses):
    recipient = recipient_pb2.Recipient(user_id="usr_1", addresses=addresses)
    failure = (await channel.send(channel.message(recipient=recipient))).failure
    assert failure.failure_class in {PERMANENT, outcome_pb2.FAILURE_CLASS_RECONNECT}
    assert failure.message


HOSTILE = {
    "control characters": "a\x00b\x07c\x1b[31m\x7f",
    "bidi and zero width": "pay\u202e gnp.exe \u2066x\u200b\ufeff",
    "mentions": "<!channel> <!everyone> <@U1> <#C1>",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{7*7}} ${7*7} {% include 'x' %}",
    "headers": "x\r\nBcc: victim@example.com\r\n\r\nbody",
    "markdown bombs": "[" * 2_000 + "](" * 500 + "*" * 2_000,
    "deep quotes": "> " * 500 + "x",
    "only hidden": "\u200b\u202e",
    "emoji": "👩\u200d💻🇦🇹" * 200,
    "lone surrogate pairs": "\U0010ffff\ufffe",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_words_are_sent_inert_or_refused(channel, text):
    conversation = channel.conversation()
    conversation.title = text
    message = channel.message(text, author_name=text, conversation=conversation)
    message.recipient.name = text
    card = channel.card(prompt=text, author_name=text, action_json=text)
    for outcome in (
        await channel.send(message),
        (await channel.stub.RequestFeedback(channel.question(card))).outcome,
    ):
        kind = outcome.failure.failure_class
        assert outcome.HasField("sent") or kind == REJECTED, outcome


@pytest.mark.parametrize("thread_ref", ["<!channel>", "\x00", "x" * 50_000, "{}", "D1:1.1", "[[[["])
async def test_a_foreign_thread_ref_is_no_defect(channel, thread_ref):
    conversation = channel.conversation()
    conversation.thread_ref = thread_ref
    outcome = await channel.send(channel.message(conversation=conversation))
    assert outcome.failure.code != "defect"


@pytest.mark.parametrize(
    "values",
    [
        {"kind": feedback_pb2.FEEDBACK_KIND_UNSPECIFIED},
        {"kind": feedback_pb2.FEEDBACK_KIND_CHOICE},
        {"kind": feedback_pb2.FEEDBACK_KIND_FORM, "schema_json": "no json"},
        {"kind": feedback_pb2.FEEDBACK_KIND_FORM, "schema_json": "[" * 5_000},
        {"action_json": "[" * 5_000},
        {"answer_url": "javascript:alert(1)"},
    ],
)
async def test_an_impossible_card_is_an_outcome_or_an_invalid_argument(channel, values):
    try:
        outcome = (
            await channel.stub.RequestFeedback(channel.question(channel.card(**values)))
        ).outcome
    except InvalidArgumentError:
        return
    assert outcome.failure.code != "defect"


@pytest.mark.parametrize("endpoint", ["", "events", "interactions", "webhook", "no/such", "\x00"])
@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe\x00", b"payload=%7B%7D", b"x" * 2_000_000])
async def test_an_unsigned_or_unknown_webhook_is_a_4xx(channel, endpoint, body):
    request = webhook_pb2.HandleWebhookRequest(
        endpoint=endpoint,
        body=body,
        headers=[webhook_pb2.HttpHeader(name="authorization", value="Bearer \xff.e30.x")],
        query="a=%ff&a=1",
    )
    answer = await channel.stub.HandleWebhook(request)
    assert 400 <= answer.status < 500
    health = await channel.stub.CheckHealth(channel_pb2.CheckHealthRequest())
    assert health.inbox_depth == 0
