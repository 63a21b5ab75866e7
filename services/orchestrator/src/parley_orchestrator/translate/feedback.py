"""Feedback requests as protos."""

from __future__ import annotations

from parley.common.v1 import feedback_pb2 as common
from parley.orchestrator.v1 import feedback_pb2
from parley_kit.errors import invalid_field
from parley_orchestrator.domain.feedback import (
    ASSURANCES,
    FeedbackRequest,
    KeptAnswer,
    Kind,
    Response,
    Status,
    Step,
)
from parley_orchestrator.translate.callers import to_caller
from parley_orchestrator.translate.stamps import any_json_text, json_text, stamp
from parley_orchestrator.use_cases.new_request import NewRequest
from parley_orchestrator.use_cases.record_response import NewResponse

KINDS = {
    Kind.APPROVAL: common.FEEDBACK_KIND_APPROVAL,
    Kind.CHOICE: common.FEEDBACK_KIND_CHOICE,
    Kind.TEXT: common.FEEDBACK_KIND_TEXT,
    Kind.FORM: common.FEEDBACK_KIND_FORM,
    Kind.COMMENT: common.FEEDBACK_KIND_COMMENT,
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
        raise invalid_field("kind", "must be approval, choice, text, form or comment")
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
        urgent=request.urgent,
        dangerous=request.dangerous,
        allow_edit=request.allow_edit,
        reminders=tuple(request.reminders),
        on_behalf_of=request.on_behalf_of,
    )


def to_new_response(request: feedback_pb2.RecordResponseRequest) -> NewResponse:
    """An answer to be."""
    return NewResponse(
        caller=None if request.link_token else to_caller(request.caller),
        request_id=request.request_id,
        value_json=request.value_json,
        comment=request.comment,
        channel=request.channel,
        link_token=request.link_token,
        digest=request.digest,
        edited_action_json=request.edited_action_json,
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
        urgent=request.urgent,
        dangerous=request.dangerous,
        allow_edit=request.allow_edit,
        reminders=request.reminders,
        on_behalf_of=request.on_behalf_of,
    )


def to_kept_answer(answer: KeptAnswer) -> feedback_pb2.KeptAnswer:
    """An answer as it is kept for audit."""
    return feedback_pb2.KeptAnswer(
        response=_response(answer.response),
        is_accepted=answer.is_accepted,
        refusal=answer.refusal.removeprefix("ERROR_REASON_").lower(),
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
        edited_action_json=edited_json(response),
        digest=response.digest,
    )


def edited_json(response: Response) -> str:
    """The action as the person changed it, JSON text; empty when they did not."""
    return any_json_text(response.edited_action) if response.is_edited else ""
