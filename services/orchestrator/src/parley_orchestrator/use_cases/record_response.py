"""Records an answer: the first valid one decides, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from parley_kit import crash_points
from parley_kit.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    PermissionDeniedError,
    Reason,
    ServiceError,
    invalid_field,
)
from parley_kit.sealing import token_hash
from parley_orchestrator.domain.conversation import Session
from parley_orchestrator.domain.feedback import (
    ASSURANCES,
    FeedbackRequest,
    InvalidAnswerError,
    Response,
    checked_value,
    decides,
)
from parley_orchestrator.domain.people import User
from parley_orchestrator.ports import LinkToken, Store, Unit
from parley_orchestrator.use_cases.authorise import USER, Caller, require, visible_request
from parley_orchestrator.use_cases.ended import ended, expired, overdue
from parley_orchestrator.use_cases.enqueue import LINK
from parley_orchestrator.use_cases.resolve import resolve
from parley_orchestrator.use_cases.validate import json_of, text_of

MAX_COMMENT = 4_000
MAX_VALUE_BYTES = 64 * 1024
_DOORS = ("", "api", "websocket")


@dataclass(frozen=True)
class Answer:
    """What somebody answered, once it is known who.

    Attributes:
        digest: Of what they were shown; empty when the channel could not carry it.
    """

    request_id: str
    user: User
    value: Any
    comment: str
    channel: str
    assurance: int
    digest: str = ""


@dataclass(frozen=True)
class Recorded:
    """What became of an answer; `error` is None when it counted."""

    request: FeedbackRequest
    error: ServiceError | None = None


class RecordResponse:
    """Answers from the gateway: by a signed-in user, or through an answer link."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(
        self,
        caller: Caller | None,
        request_id: str,
        *,
        value_json: str,
        comment: str,
        channel: str,
        link_token: str,
        digest: str,
    ) -> FeedbackRequest:
        """The request as it stands after the answer.

        Raises:
            ServiceError: Why the answer did not count; it is kept for audit.
        """
        value = json_of("value", value_json, MAX_VALUE_BYTES)
        if comment:
            text_of("comment", comment, MAX_COMMENT)
        if channel not in _DOORS:
            raise invalid_field("channel", "must be `websocket` or `api`")

        def command(unit: Unit) -> Recorded:
            if link_token:
                return _by_link(unit, request_id, link_token, value, comment, digest)
            return _by_user(unit, caller, request_id, value, comment, channel, digest)

        recorded = await self._store.transact(command)
        crash_points.reach("orchestrator.answer_recorded")
        if recorded.error is not None:
            raise recorded.error
        return recorded.request


def _by_user(
    unit: Unit,
    caller: Caller | None,
    request_id: str,
    value: Any,
    comment: str,
    channel: str,
    digest: str,
) -> Recorded:
    caller = caller or Caller("")
    visible_request(unit, caller, request_id)
    require(caller, USER)
    user = unit.people.users([caller.id])[caller.id]
    answer = Answer(
        request_id,
        user,
        value,
        comment,
        channel or "api",
        ASSURANCES.index("session"),
        digest,
    )
    return record(unit, answer)


def _by_link(
    unit: Unit, request_id: str, token: str, value: Any, comment: str, digest: str
) -> Recorded:
    link = open_link(unit, token)
    if request_id and request_id != link.request_id:
        raise bad_link()
    user = unit.people.users([link.user_id])[link.user_id]
    channel = unit.deliveries.get([link.delivery_id])[link.delivery_id].channel
    assurance = ASSURANCES.index("link")
    answer = Answer(link.request_id, user, value, comment, channel, assurance, digest)
    if link.used_at is not None:
        return _used_already(unit, answer)
    recorded = record(unit, answer)
    if recorded.error is None:
        unit.deliveries.use_token(link.token_hash)
    return recorded


def _used_already(unit: Unit, answer: Answer) -> Recorded:
    request = unit.feedback.get([answer.request_id])[answer.request_id]
    return _refused(unit, request, answer, ended(request) or bad_link())


def open_link(unit: Unit, token: str) -> LinkToken:
    """The link behind a token.

    Raises:
        PermissionDeniedError: The same for every token that does not hold.
    """
    link = unit.deliveries.token(token_hash(token), LINK)
    if link is None or not link.request_id:
        raise bad_link()
    return link


def bad_link() -> PermissionDeniedError:
    """The one answer to every link that does not hold."""
    return PermissionDeniedError(
        "This link does not hold: it is unknown, too old, or was used already.",
        reason=Reason.ERROR_REASON_BAD_CREDENTIAL,
    )


def record(unit: Unit, answer: Answer) -> Recorded:
    """Judges and records one answer, in a transaction of the caller's."""
    request = unit.feedback.lock(answer.request_id)
    if request is None:
        raise AssertionError("the caller looked the request up")
    session = unit.conversations.sessions([request.session_id])[request.session_id]
    error = ended(request) or overdue(request, unit.now) or _not_valid(request, answer)
    if error is not None:
        return _refused(unit, request, answer, error)
    response = _response(unit, answer, checked_value(request, answer.value))
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
    return _refused(unit, now, answer, ended(now) or expired(now))


def _one_of_several(
    unit: Unit, request: FeedbackRequest, response: Response, approvers: set[str]
) -> Recorded:
    if response.user_id not in approvers:
        unit.feedback.keep_answer(request.id, response, is_accepted=True, refusal="")
    return Recorded(unit.feedback.get([request.id])[request.id])


def _refused(unit: Unit, request: FeedbackRequest, answer: Answer, error: ServiceError) -> Recorded:
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
    )


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
    try:
        checked_value(request, answer.value)
    except InvalidAnswerError as error:
        return InvalidArgumentError(f"value: {error}", reason=Reason.ERROR_REASON_INVALID_RESPONSE)
    return None


def _too_unsure(request: FeedbackRequest, answer: Answer) -> ServiceError:
    given, wanted = ASSURANCES[answer.assurance], ASSURANCES[request.min_assurance]
    return PermissionDeniedError(
        f"This request wants an answer of assurance `{wanted}`; confirm it on the page.",
        reason=Reason.ERROR_REASON_ASSURANCE_TOO_LOW,
        metadata={"assurance": given, "min_assurance": wanted},
    )
