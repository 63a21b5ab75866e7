"""Feedback requests as rows, and back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from parley_orchestrator.domain.feedback import (
    APPROVED,
    Card,
    FeedbackRequest,
    Kind,
    Response,
    Status,
    Step,
)


def row_of(request: FeedbackRequest) -> dict[str, Any]:
    """A request's row."""
    return {
        "id": request.id,
        "session_id": request.session_id,
        "seq": request.seq,
        "kind": request.kind,
        "prompt": request.prompt,
        "options": [list(option) for option in request.options],
        "schema": request.schema,
        "action": request.action,
        "has_action": request.has_action,
        "digest": request.digest,
        "status": request.status,
        "respondents": list(request.respondents),
        "required_approvals": request.required_approvals,
        "delivery": request.delivery,
        "escalation": [[step.after_seconds, step.channel] for step in request.escalation],
        "escalated": 0,
        "escalate_at": _first_step_at(request),
        "min_assurance": request.min_assurance,
        "expires_at": request.expires_at,
        "response_id": "",
        "created_at": request.created_at,
    }


def _first_step_at(request: FeedbackRequest) -> datetime | None:
    """When the first escalation step is due."""
    if not request.escalation:
        return None
    return request.created_at + timedelta(seconds=request.escalation[0].after_seconds)


def request_of(row: RowMapping, cards: tuple[Card, ...], approvals: int | None) -> FeedbackRequest:
    """A row's request, with its cards; `approvals` is counted where several are needed."""
    response = _response(row)
    if approvals is None:
        approvals = int(response is not None and response.value == APPROVED)
    return FeedbackRequest(
        id=row["id"],
        session_id=row["session_id"],
        seq=row["seq"],
        kind=Kind(row["kind"]),
        prompt=row["prompt"],
        options=tuple((value, label) for value, label in row["options"]),
        schema=row["schema"],
        action=row["action"],
        has_action=row["has_action"],
        digest=row["digest"],
        status=Status(row["status"]),
        respondents=tuple(row["respondents"]),
        required_approvals=row["required_approvals"],
        approvals=approvals,
        delivery=row["delivery"],
        escalation=tuple(Step(after, channel) for after, channel in row["escalation"]),
        escalated=row["escalated"],
        min_assurance=row["min_assurance"],
        expires_at=row["expires_at"],
        created_at=row["created_at"],
        resolved_at=row["resolved_at"],
        response=response,
        cards=cards,
    )


def _response(row: RowMapping) -> Response | None:
    if not row["response_id"]:
        return None
    return Response(
        value=row["response_value"],
        comment=row["response_comment"],
        user_id=row["response_user_id"],
        user_name=row["response_user_name"],
        channel=row["response_channel"],
        assurance=row["response_assurance"],
        responded_at=row["response_responded_at"],
    )
