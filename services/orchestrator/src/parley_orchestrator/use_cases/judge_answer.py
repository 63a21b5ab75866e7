"""Judges an answer and counts it: the first valid one decides, in one statement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from parley_kit import crash_points
from parley_kit.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    PermissionDeniedError,
    Reason,
    ServiceError,
)
from parley_orchestrator.domain.conversation import Session
from parley_orchestrator.domain.feedback import (
    ASSURANCES,
    FeedbackRequest,
    InvalidAnswerError,
    Kind,
    Response,
    checked_edit,
    checked_value,
    decides,
)
from parley_orchestrator.domain.people import User
from parley_orchestrator.ports import Unit
from parley_orchestrator.use_cases.ended import ended, expired, overdue
from parley_orchestrator.use_cases.resolve import resolve


@dataclass(frozen=True)
class Answer:
    """What somebody answered, once it is known who.

    Attributes:
        digest: Of what they were shown; empty when the channel could not carry it.
        edited_action: The action as they changed it, when `is_edited`.
    """

    request_id: str
    user: User
    value: Any
    comment: str
    channel: str
    assurance: int
    digest: str = ""
    is_edited: bool = False
    edited_action: Any = None


@dataclass(frozen=True)
class Recorded:
    """What became of an answer; `error` is None when it counted."""

    request: FeedbackRequest
    error: ServiceError | None = None


def judge(unit: Unit, answer: Answer) -> Recorded:
    """Judges and records one answer, in a transaction of the caller's."""
    request = unit.feedback.lock(answer.request_id)
    if request is None:
        raise AssertionError("the caller looked the request up")
    session = unit.conversations.sessions([request.session_id])[request.session_id]
    error = ended(request) or overdue(request, unit.now) or _not_valid(request, answer)
    if error is not None:
        return refuse(unit, request, answer, error)
    response = _valid_response(unit, request, answer)
    approvers = unit.feedback.approvers(request.id)
    others = approvers - {answer.user.id}
    if not decides(request, response.value, len(others)):
        return _one_of_several(unit, request, response, approvers)
    return _decided(unit, request, session, answer, response)


def _decided(
    unit: Unit, request: FeedbackRequest, session: Session, answer: Answer, response: Response
) -> Recorded:
    if unit.feedback.decide(request.id, answer.digest or request.digest, response):
        resolved = resolve(unit, request.id, session)
        crash_points.reach("orchestrator.deciding")
        return Recorded(resolved)
    now = unit.feedback.get([request.id])[request.id]
    return refuse(unit, now, answer, ended(now) or expired(now))


def _one_of_several(
    unit: Unit, request: FeedbackRequest, response: Response, approvers: set[str]
) -> Recorded:
    if response.user_id not in approvers:
        unit.feedback.keep_answer(request.id, response, is_accepted=True, refusal="")
    return Recorded(unit.feedback.get([request.id])[request.id])


def refuse(unit: Unit, request: FeedbackRequest, answer: Answer, error: ServiceError) -> Recorded:
    """Keeps an answer that does not count, for audit."""
    response = _response(unit, answer, answer.value)
    unit.feedback.keep_answer(
        request.id, response, is_accepted=False, refusal=Reason.Name(error.reason)
    )
    return Recorded(request, error)


def _response(unit: Unit, answer: Answer, value: Any) -> Response:
    return Response(
        value=value,
        comment=answer.comment,
        user_id=answer.user.id,
        user_name=answer.user.name,
        channel=answer.channel,
        assurance=answer.assurance,
        responded_at=unit.now,
        digest=answer.digest,
        is_edited=answer.is_edited,
        edited_action=answer.edited_action,
    )


def _valid_response(unit: Unit, request: FeedbackRequest, answer: Answer) -> Response:
    response = _response(unit, answer, checked_value(request, answer.value))
    if request.kind is Kind.COMMENT and not response.value:
        response = replace(response, value=response.comment, comment="")
    if not response.is_edited:
        return replace(response, digest=request.digest)
    digest = checked_edit(request, response.value, response.edited_action)
    if digest == request.digest:
        return replace(response, is_edited=False, edited_action=None, digest=digest)
    return replace(response, digest=digest)


def _not_valid(request: FeedbackRequest, answer: Answer) -> ServiceError | None:
    if answer.user.id not in request.respondents:
        return PermissionDeniedError(
            "Only the people who were asked may answer this request.",
            reason=Reason.ERROR_REASON_NOT_A_RESPONDENT,
        )
    if answer.digest and answer.digest != request.digest:
        return FailedPreconditionError(
            "What you were shown is not what the request holds now; look at it again.",
            reason=Reason.ERROR_REASON_DIGEST_MISMATCH,
        )
    if answer.assurance < request.min_assurance:
        return _too_unsure(request, answer)
    return _not_allowed(request, answer)


def _not_allowed(request: FeedbackRequest, answer: Answer) -> ServiceError | None:
    field = "value"
    try:
        checked_value(request, answer.value)
        if answer.is_edited:
            field = "edited_action"
            checked_edit(request, answer.value, answer.edited_action)
    except InvalidAnswerError as error:
        return InvalidArgumentError(
            f"{field}: {error}", reason=Reason.ERROR_REASON_INVALID_RESPONSE
        )
    return None


def _too_unsure(request: FeedbackRequest, answer: Answer) -> ServiceError:
    given, wanted = ASSURANCES[answer.assurance], ASSURANCES[request.min_assurance]
    return PermissionDeniedError(
        f"This request wants an answer of assurance `{wanted}`; confirm it on the page.",
        reason=Reason.ERROR_REASON_ASSURANCE_TOO_LOW,
        metadata={"assurance": given, "min_assurance": wanted},
    )
