"""Domain values as the JSON that REST and the event log show."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from parley_orchestrator.domain.conversation import Message, Session
from parley_orchestrator.domain.delivery import Delivery
from parley_orchestrator.domain.feedback import ASSURANCES, Card, FeedbackRequest, Response


def moment(value: datetime | None) -> str | None:
    """RFC 3339, UTC, milliseconds."""
    if value is None:
        return None
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(timespec="milliseconds")[:-6] + "Z"  # without +00:00


def message_view(message: Message) -> dict[str, Any]:
    """A message."""
    return {
        "id": message.id,
        "session_id": message.session_id,
        "seq": message.seq,
        "author": {
            "kind": message.author.kind,
            "id": message.author.id or None,
            "name": message.author.name,
        },
        "text": message.text,
        "reply_to": message.reply_to or None,
        "metadata": dict(message.metadata),
        "channel": message.channel,
        "created_at": moment(message.created_at),
    }


def session_view(session: Session) -> dict[str, Any]:
    """A session."""
    return {
        "id": session.id,
        "agent": {"id": session.agent_id, "name": session.agent_name},
        "participants": [{"user_id": who, "name": name} for who, name in session.participants],
        "title": session.title,
        "metadata": dict(session.metadata),
        "channel": session.channel or None,
        "used_channels": session.used_channels,
        "last_seq": session.last_seq,
        "created_at": moment(session.created_at),
    }


def delivery_view(delivery: Delivery) -> dict[str, Any]:
    """A delivery, short, for the event log."""
    return {
        "id": delivery.id,
        "kind": delivery.kind,
        "channel": delivery.channel,
        "state": delivery.state,
        "user_id": delivery.user_id or None,
        "subject_id": delivery.subject_id,
        "explanation": delivery.explanation,
    }


def response_view(response: Response) -> dict[str, Any]:
    """An answer."""
    return {
        "value": response.value,
        "comment": response.comment or None,
        "user_id": response.user_id,
        "user_name": response.user_name,
        "channel": response.channel,
        "assurance": ASSURANCES[response.assurance],
        "responded_at": moment(response.responded_at),
        "edited_action": response.edited_action if response.is_edited else None,
        "digest": response.digest,
    }


def request_view(request: FeedbackRequest) -> dict[str, Any]:
    """A feedback request."""
    return {
        "id": request.id,
        "session_id": request.session_id,
        "seq": request.seq,
        "kind": request.kind,
        "prompt": request.prompt,
        "options": [{"value": value, "label": label} for value, label in request.options],
        "schema": request.schema,
        "action": request.action,
        "digest": request.digest,
        "status": request.status,
        "response": response_view(request.response) if request.response else None,
        "cards": [_card_view(card) for card in request.cards],
        "respondents": list(request.respondents),
        "required_approvals": request.required_approvals,
        "approvals": request.approvals,
        "delivery": request.delivery,
        "escalation": [
            {"after_seconds": step.after_seconds, "channel": step.channel}
            for step in request.escalation
        ],
        "reminders": list(request.reminders),
        "min_assurance": ASSURANCES[request.min_assurance],
        "urgent": request.urgent,
        "dangerous": request.dangerous,
        "allow_edit": request.allow_edit,
        "on_behalf_of": request.on_behalf_of or None,
        "expires_at": moment(request.expires_at),
        "created_at": moment(request.created_at),
        "resolved_at": moment(request.resolved_at),
    }


def _card_view(card: Card) -> dict[str, Any]:
    return {
        "channel": card.channel,
        "state": card.state,
        "user_id": card.user_id,
        "delivery_id": card.delivery_id,
        "update_state": card.update_state,
    }
