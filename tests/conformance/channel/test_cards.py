"""Cards: shown, changed, and changed again without harm."""

import json

import pytest

from parley.channel.v1 import card_pb2, channel_pb2
from parley.common.v1 import feedback_pb2
from parley_kit.errors import InvalidArgumentError

KINDS = {
    "approval": {},
    "choice": {
        "kind": feedback_pb2.FEEDBACK_KIND_CHOICE,
        "options": [feedback_pb2.FeedbackOption(value=f"v{n}", label=f"L{n}") for n in range(7)],
    },
    "text": {"kind": feedback_pb2.FEEDBACK_KIND_TEXT},
    "form": {
        "kind": feedback_pb2.FEEDBACK_KIND_FORM,
        "schema_json": json.dumps(
            {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
        ),
    },
}


def _update(channel, question, outcome, status, values=None):
    request = channel_pb2.UpdateFeedbackRequest(
        delivery_id=channel.new_id(),
        card_delivery_id=question.delivery_id,
        provider_ref=outcome.sent.provider_ref,
        recipient=question.recipient,
        conversation=channel.conversation(outcome.sent, question.conversation.session_id),
        card=question.card,
    )
    resolution = card_pb2.Resolution(status=status, **(values or {}))
    resolution.resolved_at.GetCurrentTime()
    request.card.resolution.CopyFrom(resolution)
    return request


@pytest.mark.parametrize("values", KINDS.values(), ids=KINDS.keys())
async def test_a_card_of_every_kind_is_shown_once(channel, values):
    question = channel.question(channel.card(**values))
    first = (await channel.stub.RequestFeedback(question)).outcome
    assert first.HasField("sent"), first.failure
    assert (await channel.stub.RequestFeedback(question)).outcome == first


@pytest.mark.parametrize(
    ("status", "values"),
    [
        ("ANSWERED", {"value_label": "approved", "responder_name": "Bob", "channel": "websocket"}),
        ("EXPIRED", {}),
        ("CANCELLED", {}),
    ],
)
async def test_a_card_is_resolved_and_repeating_it_is_harmless(channel, status, values):
    question = channel.question(channel.card())
    outcome = (await channel.stub.RequestFeedback(question)).outcome
    state = feedback_pb2.FeedbackStatus.Value(f"FEEDBACK_STATUS_{status}")
    update = _update(channel, question, outcome, state, values)
    for _ in range(2):
        changed = (await channel.stub.UpdateFeedback(update)).outcome
        assert changed.delivery_id == update.delivery_id
        assert changed.HasField("sent"), changed.failure


async def test_a_card_in_a_running_conversation(channel):
    first = channel.message()
    sent = (await channel.send(first)).sent
    conversation = channel.conversation(sent, first.conversation.session_id)
    question = channel.question(channel.card(), conversation=conversation)
    outcome = (await channel.stub.RequestFeedback(question)).outcome
    assert outcome.HasField("sent"), outcome.failure
    assert outcome.sent.provider_ref != sent.provider_ref


async def test_a_card_is_found_by_look_up(channel):
    question = channel.question(channel.card())
    outcome = (await channel.stub.RequestFeedback(question)).outcome
    found = await channel.look_up(question)
    assert found.verdict == channel_pb2.LOOK_UP_VERDICT_FOUND
    assert found.sent == outcome.sent


async def test_an_update_of_what_is_not_there_is_a_failure_not_a_defect(channel):
    question = channel.question(channel.card())
    outcome = (await channel.stub.RequestFeedback(question)).outcome
    state = feedback_pb2.FEEDBACK_STATUS_EXPIRED
    update = _update(channel, question, outcome, state)
    update.card_delivery_id = channel.new_id()
    update.provider_ref = "no such\nthing <!channel>"
    changed = (await channel.stub.UpdateFeedback(update)).outcome
    assert changed.WhichOneof("result")
    update.provider_ref = ""
    with pytest.raises(InvalidArgumentError):
        await channel.stub.UpdateFeedback(update)
