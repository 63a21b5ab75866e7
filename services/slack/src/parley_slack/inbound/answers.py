"""An answer on a card as an inbox item."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.clock import to_timestamp
from parley_slack.inbound.cards import StoredCard
from parley_slack.inbound.origin import Origin


def answer_item(
    inbound_id: str,
    origin: Origin,
    slack_user_id: str,
    card: StoredCard,
    value: Any,
    *,
    comment: str = "",
    received_at: datetime,
) -> inbox_pb2.InboundItem:
    """The item; the orchestrator judges whether this person may answer, and whether in time."""
    answer = inbox_pb2.InboundAnswer(
        request_id=card.request_id,
        value_json=json.dumps(value, ensure_ascii=False),
        comment=comment,
        card_delivery_id=card.delivery_id,
        digest=card.digest,
    )
    return inbox_pb2.InboundItem(
        channel="slack",
        inbound_id=inbound_id,
        received_at=to_timestamp(received_at),
        sender=origin.sender(slack_user_id),
        answer=answer,
    )
