"""Deliveries and their attempts, as the JSON that clients read. Pure."""

from __future__ import annotations

from parley.orchestrator.v1 import deliveries_pb2
from parley_gateway.translate.fields import Json, moment


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
