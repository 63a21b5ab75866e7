"""Gestures that are validly signed but not on anything of ours: logged, and kept for audit."""

from __future__ import annotations

import json
from datetime import datetime

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.inbox import Inbox
from parley_kit.clock import Clock, to_timestamp
from parley_kit.logs import get_logger
from parley_slack.inbound.gesture import value_of
from parley_slack.inbound.origin import Origin
from parley_slack.inbound.payloads import Payload, id_at, objects_at, text_at
from parley_slack.rendering.answer_values import AnswerValue, decode

log = get_logger(__name__)
ELSEWHERE = "no card of this request and digest is there"
FOREIGN = "it comes from another workspace, app or person than it says"


class Refusals:
    """Hands refused gestures to the orchestrator, which keeps them with the request they name."""

    def __init__(self, inbox: Inbox, clock: Clock) -> None:
        self._inbox = inbox
        self._clock = clock

    async def foreign(self, payload: Payload) -> None:
        """Keeps a gesture of nobody we know, for what it claims to be about."""
        user_id = id_at(payload, "user", "id")
        sender = inbox_pb2.Sender(
            addresses={
                "slack_user_id": user_id,
                "slack_team_id": id_at(payload, "team", "id"),
                "slack_app_id": id_at(payload, "api_app_id"),
            }
        )
        for claimed, action in _claims(payload):
            identity = f"{id_at(payload, 'team', 'id')}/{user_id}/{_where(payload, action)}"
            await self._keep(claimed, sender, identity, FOREIGN, self._clock())

    async def elsewhere(
        self, payload: Payload, origin: Origin, claimed: AnswerValue, action: Payload
    ) -> None:
        """Keeps a gesture of a known installation that is on no card of ours."""
        user_id = id_at(payload, "user", "id")
        identity = f"{origin.connection_id}/{user_id}/{_where(payload, action)}"
        await self._keep(claimed, origin.sender(user_id), identity, ELSEWHERE, self._clock())

    async def _keep(
        self,
        claimed: AnswerValue,
        sender: inbox_pb2.Sender,
        identity: str,
        refusal: str,
        received_at: datetime,
    ) -> None:
        log.warning(
            "a gesture was refused",
            reason=refusal,
            request_id=claimed.request_id[:50],
            **dict(sender.addresses),
        )
        item = inbox_pb2.InboundItem(
            channel="slack",
            inbound_id=f"refused/{identity}"[:500],
            received_at=to_timestamp(received_at),
            sender=sender,
        )
        item.answer.request_id = claimed.request_id[:100]
        item.answer.value_json = json.dumps(claimed.value[:500], ensure_ascii=False)
        item.answer.refusal = refusal
        await self._inbox.put([item])


def _claims(payload: Payload) -> list[tuple[AnswerValue, Payload]]:
    """What a payload claims to be about."""
    actions = objects_at(payload, "actions")
    claims = [(decode(value_of(action)), action) for action in actions]
    claims.append((decode(text_at(payload, "view", "private_metadata")), {}))
    return [(claimed, action) for claimed, action in claims if claimed is not None]


def _where(payload: Payload, action: Payload) -> str:
    parts = (
        id_at(payload, "container", "channel_id"),
        id_at(payload, "container", "message_ts"),
        id_at(payload, "view", "id"),
        id_at(action, "action_id"),
        id_at(action, "action_ts"),
    )
    return "/".join(part for part in parts if part)
