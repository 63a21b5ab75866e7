"""Inbound items from protos, and verdicts as protos."""

from __future__ import annotations

from parley.channel.v1 import authorization_pb2
from parley.orchestrator.v1 import inbox_pb2
from parley_kit.errors import invalid_field
from parley_orchestrator.domain.feedback import ASSURANCES
from parley_orchestrator.domain.inbound import (
    Choice,
    Click,
    ConnectionChanged,
    Content,
    Heard,
    Item,
    Report,
    Text,
)
from parley_orchestrator.domain.people import Sender
from parley_orchestrator.domain.talks import Talk
from parley_orchestrator.translate.stamps import stamp
from parley_orchestrator.use_cases.new_request import MAX_ACTION_BYTES
from parley_orchestrator.use_cases.record_response import MAX_COMMENT
from parley_orchestrator.use_cases.validate import id_of, json_of, line_of

_MAX_VALUE_BYTES = 64 * 1024
_MAX_CHANNEL = 50
_MAX_ID = 1_000
_MAX_OMITTED = 1_000
_MAX_REFUSAL = 200
_MAX_NAME = 200
_MAX_DETAIL = 1_000


def from_item(item: inbox_pb2.InboundItem) -> Item:
    """An inbound item."""
    sender = from_sender(item.sender)
    channel = line_of("channel", item.channel, _MAX_CHANNEL)
    inbound_id = id_of("inbound_id", item.inbound_id, _MAX_ID)
    return Item(channel, inbound_id, sender, _content(item))


def from_sender(sender: inbox_pb2.Sender) -> Sender:
    """Who sent an item, or looks at something, as far as the channel verified it."""
    if not 0 <= sender.assurance < len(ASSURANCES):
        raise invalid_field("sender.assurance", "is not known here")
    addresses = {key: _clean(value) for key, value in sender.addresses.items()}
    return Sender(addresses, int(sender.assurance))


def _clean(text: str) -> str:
    """What people and providers send is taken, but for what no database can hold."""
    return text.replace("\x00", "")


def _content(item: inbox_pb2.InboundItem) -> Content:
    which = item.WhichOneof("content")
    if which == "text":
        text = item.text
        return Text(
            _clean(text.text),
            _clean(text.delivery_id),
            text.reply_token,
            _clean(text.decision),
            _clean(text.omitted)[:_MAX_OMITTED],
            _clean(text.session_id),
            text.can_ask,
            text.decides_nothing or text.is_from_list,
            text.is_from_list,
        )
    if which == "answer":
        answer = item.answer
        value = json_of("answer.value_json", answer.value_json, _MAX_VALUE_BYTES)
        return Click(
            _clean(answer.request_id),
            value,
            _clean(answer.comment)[:MAX_COMMENT],
            _clean(answer.card_delivery_id),
            _clean(answer.digest),
            bool(answer.edited_action_json),
            json_of("answer.edited_action_json", answer.edited_action_json, MAX_ACTION_BYTES),
            _clean(answer.refusal)[:_MAX_REFUSAL],
            answer.is_from_overview,
            _clean(answer.unconfirmed_at),
        )
    if which == "report":
        report = item.report
        return Report(
            _clean(report.delivery_id),
            _clean(report.state),
            _clean(report.code),
            _clean(report.detail),
        )
    if which == "connection":
        change = item.connection
        return ConnectionChanged(
            change.connection_id,
            _clean(change.user_id),
            change.status == authorization_pb2.CONNECTION_STATUS_RECONNECT_NEEDED,
            _clean(change.display_name)[:_MAX_NAME],
            _clean(change.detail)[:_MAX_DETAIL],
        )
    if which == "choice":
        return Choice(_clean(item.choice.channel), _clean(item.choice.session_id))
    raise invalid_field("content", "set exactly one kind of content")


def to_result(item: Item, heard: Heard) -> inbox_pb2.IngestResult:
    """The verdict on an item."""
    return inbox_pb2.IngestResult(
        inbound_id=item.inbound_id,
        verdict=heard.verdict,  # type: ignore[arg-type]  # the numbers are the same
        detail=heard.detail,
        session_id=heard.session_id,
        choices=[_choice(talk) for talk in heard.choices],
        tells_sender=heard.tells_sender,
        is_sender_unknown=heard.is_sender_unknown,
    )


def _choice(talk: Talk) -> inbox_pb2.ConversationChoice:
    return inbox_pb2.ConversationChoice(
        session_id=talk.session_id,
        title=talk.title,
        agent_name=talk.agent_name,
        last_active_at=stamp(talk.active_at),
    )
