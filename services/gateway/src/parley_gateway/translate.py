"""What the orchestrator and the channels answer, as the JSON that clients read. Pure."""

from __future__ import annotations

from typing import Any

import orjson
from google.protobuf.message import Message as ProtoMessage

from parley.channel.v1 import authorization_pb2
from parley.orchestrator.v1 import (
    agents_pb2,
    channels_pb2,
    deliveries_pb2,
    feedback_pb2,
    messages_pb2,
    sessions_pb2,
    users_pb2,
)
from parley_gateway.words import assurance_word, connection_word, kind_word, status_word
from parley_kit.clock import from_timestamp, rfc3339

Json = dict[str, Any]


def moment(owner: ProtoMessage, field: str) -> str | None:
    """A timestamp field as RFC 3339; None when it is not set."""
    return rfc3339(from_timestamp(getattr(owner, field))) if owner.HasField(field) else None


def json_text(text: str) -> orjson.Fragment | None:
    """JSON text that goes into a document as it is; None for empty text."""
    return orjson.Fragment(text) if text else None


def _metadata(text: str) -> orjson.Fragment:
    return orjson.Fragment(text or "{}")


def agent_view(agent: agents_pb2.Agent) -> Json:
    """An agent without its secrets."""
    return {
        "id": agent.id,
        "name": agent.name,
        "webhook_url": agent.webhook_url or None,
        "created_at": moment(agent, "created_at"),
    }


def user_view(user: users_pb2.User) -> Json:
    """A person."""
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email or None,
        "slack_user_id": user.slack_user_id or None,
        "slack_team_id": user.slack_team_id or None,
        "timezone": user.timezone or None,
        "created_at": moment(user, "created_at"),
    }


def preferences_view(preferences: users_pb2.Preferences) -> Json:
    """How a person wants to be reached."""
    quiet = preferences.quiet_hours if preferences.HasField("quiet_hours") else None
    return {
        "channels": list(preferences.channels),
        "quiet_hours": {"start": quiet.start, "end": quiet.end} if quiet else None,
    }


def session_view(session: sessions_pb2.Session) -> Json:
    """A conversation."""
    return {
        "id": session.id,
        "agent": {"id": session.agent_id, "name": session.agent_name},
        "participants": [
            {
                "user_id": person.user_id,
                "name": person.name,
                "is_present": person.is_present,
                "read_seq": person.read_seq,
            }
            for person in session.participants
        ],
        "title": session.title,
        "metadata": _metadata(session.metadata_json),
        "channel": session.channel or None,
        "used_channels": list(session.used_channels),
        "channel_uses": [_channel_use_view(use) for use in session.channel_uses],
        "last_seq": session.last_seq,
        "created_at": moment(session, "created_at"),
    }


def _channel_use_view(use: sessions_pb2.ChannelUse) -> Json:
    return {
        "channel": use.channel,
        "user_id": use.user_id,
        "connection_id": use.connection_id or None,
        "thread_ref": use.thread_ref or None,
    }


def typist_view(session_id: str, typist: sessions_pb2.Typist) -> Json:
    """Somebody who types, as on the WebSocket."""
    return {
        "session_id": session_id,
        "user_id": typist.id,
        "name": typist.name,
        "kind": typist.kind,
    }


def message_view(message: messages_pb2.Message) -> Json:
    """Something that was said."""
    return {
        "id": message.id,
        "session_id": message.session_id,
        "seq": message.seq,
        "author": {
            "kind": message.author_kind,
            "id": message.author_id or None,
            "name": message.author_name,
        },
        "text": message.text,
        "reply_to": message.reply_to or None,
        "metadata": _metadata(message.metadata_json),
        "channel": message.channel,
        "created_at": moment(message, "created_at"),
    }


def event_view(event: sessions_pb2.Event) -> Json:
    """An entry of a session's log; its data arrives ready to show."""
    return {
        "session_id": event.session_id,
        "seq": event.seq,
        "kind": event.kind,
        "data": orjson.Fragment(event.data_json or b"{}"),
        "created_at": moment(event, "created_at"),
    }


def response_view(response: feedback_pb2.FeedbackResponse) -> Json:
    """An answer."""
    return {
        "value": json_text(response.value_json),
        "comment": response.comment or None,
        "user_id": response.user_id,
        "user_name": response.user_name,
        "channel": response.channel,
        "assurance": assurance_word(response.assurance),
        "responded_at": moment(response, "responded_at"),
        "edited_action": json_text(response.edited_action_json),
        "digest": response.digest,
    }


def kept_answer_view(answer: feedback_pb2.KeptAnswer) -> Json:
    """An answer as it is kept for audit."""
    return {
        **response_view(answer.response),
        "is_accepted": answer.is_accepted,
        "refusal": answer.refusal or None,
    }


def feedback_view(request: feedback_pb2.FeedbackRequest) -> Json:
    """A question that needs one decision."""
    return {
        "id": request.id,
        "session_id": request.session_id,
        "seq": request.seq,
        "kind": kind_word(request.kind),
        "prompt": request.prompt,
        "options": [{"value": one.value, "label": one.label} for one in request.options],
        "schema": json_text(request.schema_json),
        "action": json_text(request.action_json),
        "digest": request.digest,
        "status": status_word(request.status),
        "response": response_view(request.response) if request.HasField("response") else None,
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
        "min_assurance": assurance_word(request.min_assurance),
        "urgent": request.urgent,
        "dangerous": request.dangerous,
        "allow_edit": request.allow_edit,
        "on_behalf_of": request.on_behalf_of or None,
        "expires_at": moment(request, "expires_at"),
        "created_at": moment(request, "created_at"),
        "resolved_at": moment(request, "resolved_at"),
    }


def _card_view(card: feedback_pb2.CardState) -> Json:
    return {
        "channel": card.channel,
        "state": card.state,
        "user_id": card.user_id,
        "delivery_id": card.delivery_id,
        "update_state": card.update_state,
    }


def delivery_view(delivery: deliveries_pb2.Delivery) -> Json:
    """One thing handed to one channel, with every attempt."""
    return {
        "id": delivery.id,
        "kind": delivery.kind,
        "session_id": delivery.session_id,
        "user_id": delivery.user_id or None,
        "subject_id": delivery.subject_id,
        "channel": delivery.channel,
        "state": delivery.state,
        "explanation": delivery.explanation,
        "next_attempt_at": moment(delivery, "next_attempt_at"),
        "attempts": [_attempt_view(attempt) for attempt in delivery.attempts],
        "fallback_of": delivery.fallback_of or None,
        "created_at": moment(delivery, "created_at"),
        "updated_at": moment(delivery, "updated_at"),
    }


def _attempt_view(attempt: deliveries_pb2.Attempt) -> Json:
    return {
        "number": attempt.number,
        "started_at": moment(attempt, "started_at"),
        "finished_at": moment(attempt, "finished_at"),
        "outcome": attempt.outcome or None,
        "code": attempt.code or None,
        "detail": attempt.detail or None,
        "next_step": attempt.next_step or None,
        "connection_id": attempt.connection_id or None,
    }


def channel_view(state: channels_pb2.ChannelState) -> Json:
    """How a channel and its connections do."""
    return {
        "channel": state.channel,
        "display_name": state.display_name,
        "status": state.status,
        "detail": state.detail,
        "breaker": state.breaker,
        "breaker_until": moment(state, "breaker_until"),
        "queue_depth": state.queue_depth,
        "parked": state.parked,
        "success_rate": state.success_rate,
        "attempts": state.attempts,
        "sent_last_minute": state.sent_last_minute,
        "latency_p50_ms": state.latency_p50_ms,
        "latency_p99_ms": state.latency_p99_ms,
        "pacing": [_pacing_view(one) for one in state.pacing],
        "connections": [_connection_state_view(one) for one in state.connections],
        "checked_at": moment(state, "checked_at"),
    }


def _connection_state_view(connection: channels_pb2.ConnectionState) -> Json:
    return {
        "connection_id": connection.connection_id,
        "display_name": connection.display_name,
        "status": connection.status,
        "detail": connection.detail,
        "breaker": connection.breaker,
        "breaker_until": moment(connection, "breaker_until"),
        "last_error": connection.last_error or None,
        "user_id": connection.user_id or None,
        "queue_depth": connection.queue_depth,
        "success_rate": connection.success_rate,
        "attempts": connection.attempts,
        "latency_p50_ms": connection.latency_p50_ms,
        "latency_p99_ms": connection.latency_p99_ms,
        "pacing": [_pacing_view(one) for one in connection.pacing],
    }


def _pacing_view(pacing: channels_pb2.PacingState) -> Json:
    return {
        "name": pacing.name,
        "scope": pacing.scope,
        "count": pacing.count,
        "period_seconds": pacing.period_seconds,
        "burst": pacing.burst,
        "is_active": pacing.is_active,
        "next_at": moment(pacing, "next_at"),
    }


def connection_view(connection: authorization_pb2.Connection) -> Json:
    """An account at a provider, as its channel tells."""
    return {
        "connection_id": connection.connection_id,
        "display_name": connection.display_name,
        "user_id": connection.user_id or None,
        "status": connection_word(connection.status),
        "detail": connection.detail,
        "granted_scopes": list(connection.granted_scopes),
        "missing_scopes": list(connection.missing_scopes),
        "token_expires_at": moment(connection, "token_expires_at"),
        "last_received_at": moment(connection, "last_received_at"),
        "last_error": connection.last_error or None,
        "last_error_at": moment(connection, "last_error_at"),
        "created_at": moment(connection, "created_at"),
        "last_synced_at": moment(connection, "last_synced_at"),
    }
