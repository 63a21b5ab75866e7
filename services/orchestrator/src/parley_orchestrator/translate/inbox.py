"""Inbound items from protos, and verdicts as protos."""

from __future__ import annotations

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.errors import invalid_field
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
from parley_orchestrator.use_cases.validate import json_of

_MAX_VALUE_BYTES = 64 * 1024


def from_item(item: inbox_pb2.InboundItem) -> Item:
    """An inbound item."""
    sender = Sender(dict(item.sender.addresses), int(item.sender.assurance))
    return Item(item.channel, item.inbound_id, sender, _content(item))


def _content(item: inbox_pb2.InboundItem) -> Content:
    which = item.WhichOneof("content")
    if which == "text":
        text = item.text
        return Text(text.text, text.delivery_id, text.reply_token, text.decision, text.omitted)
    if which == "answer":
        answer = item.answer
        value = json_of("answer.value_json", answer.value_json, _MAX_VALUE_BYTES)
        return Click(
            answer.request_id, value, answer.comment, answer.card_delivery_id, answer.digest
        )
    if which == "report":
        report = item.report
        return Report(report.delivery_id, report.state, report.code, report.detail)
    if which == "connection":
        return ConnectionChanged(item.connection.connection_id)
    if which == "choice":
        return Choice(item.choice.channel, item.choice.session_id)
    raise invalid_field("content", "set exactly one kind of content")


def to_result(item: Item, heard: Heard) -> inbox_pb2.IngestResult:
    """The verdict on an item."""
    return inbox_pb2.IngestResult(
        inbound_id=item.inbound_id,
        verdict=heard.verdict,  # type: ignore[arg-type]  # the numbers are the same
        detail=heard.detail,
    )
