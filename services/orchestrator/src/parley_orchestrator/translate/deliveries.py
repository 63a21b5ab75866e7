"""Deliveries and their attempts as protos."""

from __future__ import annotations

from collections.abc import Sequence

from parley.orchestrator.v1 import deliveries_pb2
from parley_orchestrator.domain.delivery import Attempt, Delivery
from parley_orchestrator.translate.stamps import stamp


def to_delivery(delivery: Delivery, attempts: Sequence[Attempt] = ()) -> deliveries_pb2.Delivery:
    """A delivery with its attempts."""
    return deliveries_pb2.Delivery(
        id=delivery.id,
        kind=delivery.kind,
        session_id=delivery.session_id,
        user_id=delivery.user_id,
        subject_id=delivery.subject_id,
        channel=delivery.channel,
        state=delivery.state,
        explanation=delivery.explanation,
        next_attempt_at=stamp(delivery.next_attempt_at),
        attempts=[_attempt(attempt) for attempt in attempts],
        fallback_of=delivery.fallback_of,
        created_at=stamp(delivery.created_at),
        updated_at=stamp(delivery.updated_at),
    )


def _attempt(attempt: Attempt) -> deliveries_pb2.Attempt:
    return deliveries_pb2.Attempt(
        number=attempt.number,
        started_at=stamp(attempt.started_at),
        finished_at=stamp(attempt.finished_at),
        outcome=attempt.outcome,
        code=attempt.code,
        detail=attempt.detail,
        next_step=attempt.next_step,
        connection_id=attempt.connection_id,
    )
