"""Feedback requests as protos."""

from __future__ import annotations

from parley.common.v1 import feedback_pb2 as common
from parley.orchestrator.v1 import feedback_pb2
from parley_kit.errors import invalid_field
from parley_orchestrator.domain.feedback import (
    ASSURANCES,
    FeedbackRequest,
    Kind,
    Response,
    Status,
    Step,
)
from parley_orchestrator.translate.callers import to_caller
from parley_orchestrator.translate.stamps import any_json_text, json_text, stamp
from parley_orchestrator.use_cases.request_feedback import NewRequest

KINDS = {
    Kind.APPROVAL: common.FEEDBACK_KIND_APPROVAL,
    Kind.CHOICE: common.FEEDBACK_KIND_CHOICE,
    Kind.TEXT: common.FEEDBACK_KIND_TEXT,
    Kind.FORM: common.FEEDBACK_KIND_FORM,
}
STATUSES = {
    Status.PENDING: common.FEEDBACK_STATUS_PENDING,
    Status.ANSWERED: common.FEEDBACK_STATUS_ANSWERED,
    Status.EXPIRED: common.FEEDBACK_STATUS_EXPIRED,
    Status.CANCELLED: common.FEEDBACK_STATUS_CANCELLED,
}
_KIND_OF = {number: kind for kind, number in KINDS.items()}
_STATUS_OF = {number: status for status, number in STATUSES.items()}


def from_status(number: common.FeedbackStatus.ValueType) -> str:
    """The status to filter by; empty for all."""
    if number and number not in _STATUS_OF:
        raise invalid_field("status", "must be pending, answered, expired or cancelled")
    return _STATUS_OF.get(number, "")


def to_new_request(request: feedback_pb2.CreateFeedbackRequestRequest) -> NewRequest:
    """A request to be."""
    if request.kind not in _KIND_OF:
        raise invalid_field("kind", "must be approval, choice, text or form")
    if not 0 <= request.min_assurance < len(ASSURANCES):
        raise invalid_field("min_assurance", f"must be one of: {', '.join(ASSURANCES[1:])}")
    return NewRequest(
        caller=to_caller(request.caller),
        session_id=request.session_id,
        prompt=request.prompt,
        kind=_KIND_OF[request.kind],
        options=tuple((option.value, option.label) for option in request.options),
        schema_json=request.schema_json,
        action_json=request.action_json,
        expires_in_seconds=request.expires_in_seconds,
        respondents=tuple(request.respondents),
        required_approvals=request.required_approvals,
        delivery=request.delivery,
        escalation=tuple(Step(step.after_seconds, step.channel) for step in request.escalation),
        min_assurance=int(request.min_assurance),
        idempotency_key=request.idempotency_key,
    )


def to_request(request: FeedbackRequest) -> feedback_pb2.FeedbackRequest:
    """A feedback request."""
    return feedback_pb2.FeedbackRequest(
        id=request.id,
        session_id=request.session_id,
        kind=KINDS[request.kind],
        prompt=request.prompt,
        options=[
            common.FeedbackOption(value=value, label=label) for value, label in request.options
        ],
        schema_json=json_text(request.schema),
        action_json=any_json_text(request.action) if request.has_action else "",
        digest=request.digest,
        status=STATUSES[request.status],
        response=_response(request.response) if request.response else None,
        cards=[feedback_pb2.CardState(**vars(card)) for card in request.cards],
        respondents=request.respondents,
        required_approvals=request.required_approvals,
        approvals=request.approvals,
        delivery=request.delivery,
        escalation=[feedback_pb2.EscalationStep(**vars(step)) for step in request.escalation],
        min_assurance=request.min_assurance,  # type: ignore[arg-type]  # the numbers are the same
        expires_at=stamp(request.expires_at),
        created_at=stamp(request.created_at),
        resolved_at=stamp(request.resolved_at),
        seq=request.seq,
    )


def _response(response: Response) -> feedback_pb2.FeedbackResponse:
    return feedback_pb2.FeedbackResponse(
        value_json=any_json_text(response.value),
        comment=response.comment,
        user_id=response.user_id,
        user_name=response.user_name,
        channel=response.channel,
        assurance=response.assurance,  # type: ignore[arg-type]  # the numbers are the same
        responded_at=stamp(response.responded_at),
    )
