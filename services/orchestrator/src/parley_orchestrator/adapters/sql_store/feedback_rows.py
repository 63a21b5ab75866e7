"""Feedback requests as rows, and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import RowMapping

from parley_orchestrator.domain.escalation import next_step_at
from parley_orchestrator.domain.feedback import (
    APPROVED,
    Card,
    FeedbackRequest,
    KeptAnswer,
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
        "escalate_at": next_step_at(request, 0),
        "min_assurance": request.min_assurance,
        "expires_at": request.expires_at,
        "response_id": "",
        "created_at": request.created_at,
        "urgent": request.urgent,
        "dangerous": request.dangerous,
        "allow_edit": request.allow_edit,
        "reminders": list(request.reminders),
        "on_behalf_of": request.on_behalf_of,
    }


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
        urgent=row["urgent"],
        dangerous=row["dangerous"],
        allow_edit=row["allow_edit"],
        reminders=tuple(row["reminders"]),
        on_behalf_of=row["on_behalf_of"],
    )


def _response(row: RowMapping) -> Response | None:
    if not row["response_id"]:
        return None
    return Response(**{name: row[f"response_{name}"] for name in RESPONSE_COLUMNS})


def answer_row(response: Response) -> dict[str, Any]:
    """The columns of an answer that are the response's own."""
    return {name: getattr(response, name) for name in RESPONSE_COLUMNS}


def kept_answer_of(row: RowMapping) -> KeptAnswer:
    """A row's answer with what became of it."""
    response = Response(**{name: row[name] for name in RESPONSE_COLUMNS})
    return KeptAnswer(response, row["is_accepted"], row["refusal"])


RESPONSE_COLUMNS = tuple(field.name for field in fields(Response))
