"""Cards and what people answer on them, through the sandbox's own clicks."""

import json

import pytest

from parley.channel.v1 import card_pb2, channel_pb2, recipient_pb2
from parley.common.v1 import feedback_pb2
from parley_kit.clock import utc_now

CHOICE = feedback_pb2.FEEDBACK_KIND_CHOICE
TEXT = feedback_pb2.FEEDBACK_KIND_TEXT
FORM = feedback_pb2.FEEDBACK_KIND_FORM
SCHEMA = {
    "type": "object",
    "required": ["name", "size", "sure"],
    "properties": {
        "name": {"type": "string", "maxLength": 20, "minLength": 3},
        "size": {"type": "integer", "minimum": 1, "maximum": 9},
        "color": {"enum": ["red", "blue"]},
        "tags": {"type": "array", "items": {"enum": ["a", "b", "c"]}},
        "sure": {"type": "boolean", "title": "Are you sure?"},
        "extra": {"type": "object", "description": "More."},
    },
}


def _options(count):
    return [feedback_pb2.FeedbackOption(value=f"v{n}", label=f"Option {n}") for n in range(count)]


@pytest.mark.parametrize(("word", "value"), [("approve", "approved"), ("Reject", "rejected")])
async def test_a_click_becomes_an_answer(suite, word, value):
    card = suite.card()
    outcome = await suite.ask(card)
    status, answer = await suite.control("/slack/click", request=card.request_id, value=word)
    assert (status, answer["status"]) == (200, 200)
    (item,) = await suite.orchestrator.heard()
    listed = await suite.stub.ListAuthorizations(channel_pb2.ListAuthorizationsRequest())
    assert listed.connections[0].HasField("last_received_at")
    assert item.channel == "slack"
    assert item.answer.request_id == card.request_id
    assert json.loads(item.answer.value_json) == value
    assert item.answer.card_delivery_id == outcome.delivery_id
    assert item.answer.digest == card.digest
    ann = suite.sandbox.people.by_email("ann@example.com").slack_id
    team = suite.sandbox.slack.grants.team_id
    assert dict(item.sender.addresses) == {"slack_user_id": ann, "slack_team_id": team}
    assert item.sender.assurance == feedback_pb2.ASSURANCE_SLACK
    assert item.sender.connection_id == outcome.sent.connection_id


async def test_a_bystanders_click_is_passed_on_as_theirs(suite):
    """Who may answer is the orchestrator's to judge."""
    card = suite.card()
    await suite.ask(card)
    await suite.control(
        "/slack/click", request=card.request_id, value="approve", user="bob@example.com"
    )
    (item,) = await suite.orchestrator.heard()
    bob = suite.sandbox.people.by_email("bob@example.com").slack_id
    assert item.sender.addresses["slack_user_id"] == bob


@pytest.mark.parametrize("count", [2, 5, 6, 150])
async def test_a_choice_of_any_length_can_be_made(suite, count):
    card = suite.card(kind=CHOICE, options=_options(count))
    assert (await suite.ask(card)).HasField("sent")
    chosen = count - 1
    _, answer = await suite.control(
        "/slack/click", request=card.request_id, value=f"Option {chosen}"
    )
    assert answer["status"] == 200, answer
    (item,) = await suite.orchestrator.heard()
    assert json.loads(item.answer.value_json) == f"v{chosen}"


async def test_a_rejection_with_a_comment(suite):
    card = suite.card()
    await suite.ask(card)
    _, opened = await suite.control(
        "/slack/click", request=card.request_id, value="Reject with comment"
    )
    assert opened["view"]
    assert suite.orchestrator.items == {}
    _, done = await suite.control("/slack/submit", inputs={"text": "Too <early> & risky"})
    assert done["view"] is None
    (item,) = await suite.orchestrator.heard()
    assert json.loads(item.answer.value_json) == "rejected"
    assert item.answer.comment == "Too <early> & risky"


@pytest.mark.parametrize("kind", ["error", "down", "rate_limit"])
async def test_a_modal_that_cannot_be_opened_is_told_to_the_person(suite, kind):
    card = suite.card(kind=TEXT)
    await suite.ask(card)
    await suite.control("/faults", channel="slack", kind=kind, call="views.open", count=1)
    _, failed = await suite.control("/slack/click", request=card.request_id, value="Answer")
    assert failed["status"] == 503
    _, opened = await suite.control("/slack/click", request=card.request_id, value="Answer")
    assert opened["view"]


async def test_a_free_text(suite):
    card = suite.card(kind=TEXT, prompt="Which *name*?")
    await suite.ask(card)
    await suite.control("/slack/click", request=card.request_id, value="Answer")
    await suite.control("/slack/submit", inputs={"text": "Ünïcode"})
    (item,) = await suite.orchestrator.heard()
    assert json.loads(item.answer.value_json) == "Ünïcode"


async def test_a_form_is_checked_before_it_leaves_the_modal(suite):
    card = suite.card(kind=FORM, schema_json=json.dumps(SCHEMA))
    await suite.ask(card)
    await suite.control("/slack/click", request=card.request_id, value="Fill in")
    entered = {
        "parley.field.0": "ab",
        "parley.field.1": "12",
        "parley.field.3": ["a", "c"],
        "parley.field.4": "true",
        "parley.field.5": "{no json",
    }
    _, refused = await suite.control("/slack/submit", inputs=entered)
    assert set(refused["errors"]) == {"parley.field.5"}
    entered["parley.field.5"] = '{"deep": [1]}'
    _, refused = await suite.control("/slack/submit", inputs=entered)
    assert set(refused["errors"]) == {"parley.field.0", "parley.field.1"}
    assert suite.orchestrator.items == {}
    entered |= {"parley.field.0": "Anna", "parley.field.1": "9"}
    _, done = await suite.control("/slack/submit", inputs=entered)
    assert done["view"] is None, done
    (item,) = await suite.orchestrator.heard()
    assert json.loads(item.answer.value_json) == {
        "name": "Anna",
        "size": 9,
        "tags": ["a", "c"],
        "sure": True,
        "extra": {"deep": [1]},
    }


async def test_a_resolved_card_says_who_what_where_and_has_no_controls(suite):
    card = suite.card(action_json='{"tool": "deploy", "version": 2}')
    outcome = await suite.ask(card)
    card.resolution.CopyFrom(
        card_pb2.Resolution(
            status=feedback_pb2.FEEDBACK_STATUS_ANSWERED,
            value_label="approved",
            responder_name="Bob <!here>",
            channel="gmail",
            comment="fine\nby me",
        )
    )
    card.resolution.resolved_at.FromDatetime(utc_now())
    update = channel_pb2.UpdateFeedbackRequest(
        delivery_id="dlv_update",
        card_delivery_id=outcome.delivery_id,
        provider_ref=outcome.sent.provider_ref,
        recipient=suite.person(),
        card=card,
    )
    for _ in range(2):
        changed = (await suite.stub.UpdateFeedback(update)).outcome
        assert changed.sent.provider_ref == outcome.sent.provider_ref
    channel, ts = outcome.sent.provider_ref.split(":")
    message = suite.sandbox.slack.conversations[channel].messages[ts]
    assert {block["type"] for block in message.blocks} == {"context", "section"}
    shown = json.dumps(message.blocks, ensure_ascii=False)
    for words in ("*Approved*", "Bob &lt;!here&gt;", "Gmail", "> fine", "> by me", "version: 2"):
        assert words in shown
    status, _ = await suite.control("/slack/click", request=card.request_id, value="approve")
    assert status in {404, 409}
    found = await suite.stub.LookUpDelivery(
        channel_pb2.LookUpDeliveryRequest(delivery_id=outcome.delivery_id)
    )
    assert found.verdict == channel_pb2.LOOK_UP_VERDICT_FOUND


@pytest.mark.parametrize("kind", ["error", "drop_after_accept", "down", "rate_limit"])
async def test_an_update_is_never_ambiguous(suite, kind):
    card = suite.card()
    outcome = await suite.ask(card)
    card.resolution.status = feedback_pb2.FEEDBACK_STATUS_EXPIRED
    update = channel_pb2.UpdateFeedbackRequest(
        delivery_id="dlv_update",
        card_delivery_id=outcome.delivery_id,
        provider_ref=outcome.sent.provider_ref,
        recipient=suite.person(),
        card=card,
    )
    await suite.control("/faults", channel="slack", kind=kind, count=1)
    failed = (await suite.stub.UpdateFeedback(update)).outcome
    assert failed.failure.failure_class == 1
    assert (await suite.stub.UpdateFeedback(update)).outcome.HasField("sent")


async def test_a_card_goes_into_the_sessions_thread(suite):
    first = await suite.send()
    conversation = recipient_pb2.Conversation(
        session_id="ses_1",
        thread_ref=first.sent.thread_ref,
        connection_id=first.sent.connection_id,
    )
    outcome = await suite.ask(suite.card(), conversation=conversation)
    assert outcome.sent.thread_ref == first.sent.thread_ref
    assert outcome.sent.provider_ref != first.sent.provider_ref
