"""An answer on a card as an inbox item."""

from __future__ import annotations

import json
from datetime import datetime

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.clock import to_timestamp
from parley_slack.inbound.cards import StoredCard
from parley_slack.inbound.origin import Origin
from parley_slack.rendering.modal_answers import Given


def answer_item(
    inbound_id: str,
    origin: Origin,
    slack_user_id: str,
    stored: StoredCard,
    given: Given,
    received_at: datetime,
) -> inbox_pb2.InboundItem:
    """The item; the orchestrator judges whether this person may answer, and whether in time."""
    answer = inbox_pb2.InboundAnswer(
        request_id=stored.card.request_id,
        value_json=json.dumps(given.value, ensure_ascii=False),
        comment=given.comment,
        card_delivery_id=stored.delivery_id,
        digest=stored.card.digest,
        edited_action_json=given.edited_action_json,
        is_from_overview=not stored.delivery_id,
        unconfirmed_at=stored.unconfirmed_at,
    )
    return inbox_pb2.InboundItem(
        channel="slack",
        inbound_id=inbound_id,
        received_at=to_timestamp(received_at),
        sender=origin.sender(slack_user_id),
        answer=answer,
    )
