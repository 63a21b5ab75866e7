"""Takes answers from the gateway: by a person who is signed in, or through an answer link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from parley_kit import crash_points
from parley_kit.errors import PermissionDeniedError, Reason, invalid_field
from parley_kit.sealing import token_hash
from parley_orchestrator.domain.feedback import ASSURANCES, FeedbackRequest
from parley_orchestrator.domain.people import User
from parley_orchestrator.ports import LinkToken, Store, Unit
from parley_orchestrator.use_cases.authorise import USER, Caller, require, visible_request
from parley_orchestrator.use_cases.ended import ended
from parley_orchestrator.use_cases.enqueue import LINK
from parley_orchestrator.use_cases.judge_answer import Answer, Recorded, judge, refuse
from parley_orchestrator.use_cases.new_request import MAX_ACTION_BYTES
from parley_orchestrator.use_cases.validate import json_of, text_of

MAX_COMMENT = 4_000
MAX_VALUE_BYTES = 64 * 1024
_DOORS = ("", "api", "websocket")


@dataclass(frozen=True)
class NewResponse:
    """An answer as the gateway gives it: by a caller, or through the token of an answer link."""

    caller: Caller | None
    request_id: str
    value_json: str
    comment: str = ""
    channel: str = ""
    link_token: str = ""
    digest: str = ""
    edited_action_json: str = ""


class RecordResponse:
    """Answers from the gateway: by a signed-in user, or through an answer link."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, new: NewResponse) -> FeedbackRequest:
        """The request as it stands after the answer.

        Raises:
            ServiceError: Why the answer did not count; it is kept for audit.
        """
        value = json_of("value", new.value_json, MAX_VALUE_BYTES)
        edited = json_of("edited_action", new.edited_action_json, MAX_ACTION_BYTES)
        if new.comment:
            text_of("comment", new.comment, MAX_COMMENT)
        if new.channel not in _DOORS:
            raise invalid_field("channel", "must be `websocket` or `api`")
        answer_through = _by_link if new.link_token else _by_user
        sessions = await self._store.read(lambda unit: _sessions(unit, new))
        recorded = await self._store.transact(
            lambda unit: answer_through(unit, new, value, edited), sessions
        )
        crash_points.reach("orchestrator.answer_recorded")
        if recorded.error is not None:
            raise recorded.error
        return recorded.request


def _sessions(unit: Unit, new: NewResponse) -> set[str]:
    """The session that the answer will be told in."""
    if new.link_token:
        link = unit.links.get(token_hash(new.link_token), LINK)
        return {link.session_id} if link else set()
    return unit.feedback.sessions_of([new.request_id])


def _by_user(unit: Unit, new: NewResponse, value: Any, edited: Any) -> Recorded:
    caller = new.caller or Caller("")
    visible_request(unit, caller, new.request_id)
    require(caller, USER)
    user = unit.people.users([caller.id])[caller.id]
    channel = new.channel or "api"
    return judge(unit, _answer(new, new.request_id, user, channel, "session", value, edited))


def _by_link(unit: Unit, new: NewResponse, value: Any, edited: Any) -> Recorded:
    link = open_link(unit, new.link_token)
    if new.request_id and new.request_id != link.request_id:
        raise bad_link()
    assurance = _assurance(new.caller, link)
    user = unit.people.users([link.user_id])[link.user_id]
    channel = unit.deliveries.get([link.delivery_id])[link.delivery_id].channel
    answer = _answer(new, link.request_id, user, channel, assurance, value, edited)
    if link.used_at is not None:
        return _used_already(unit, answer)
    recorded = judge(unit, answer)
    if recorded.error is None:
        unit.links.use(link.token_hash)
    return recorded


def _assurance(caller: Caller | None, link: LinkToken) -> str:
    """A link alone proves little; with the sign-in of the person it was sent to, that is what counts.

    Raises:
        PermissionDeniedError: Somebody else is signed in.
    """
    if caller is None:
        return "link"
    require(caller, USER)
    if caller.id != link.user_id:
        raise PermissionDeniedError(
            "This link was sent to somebody else; only they may answer with it.",
            reason=Reason.ERROR_REASON_NOT_A_RESPONDENT,
        )
    return "session"


def _answer(
    new: NewResponse,
    request_id: str,
    user: User,
    channel: str,
    assurance: str,
    value: Any,
    edited: Any,
) -> Answer:
    return Answer(
        request_id=request_id,
        user=user,
        value=value,
        comment=new.comment,
        channel=channel,
        assurance=ASSURANCES.index(assurance),
        digest=new.digest,
        is_edited=bool(new.edited_action_json),
        edited_action=edited,
    )


def _used_already(unit: Unit, answer: Answer) -> Recorded:
    request = unit.feedback.get([answer.request_id])[answer.request_id]
    return refuse(unit, request, answer, ended(request) or bad_link())


def open_link(unit: Unit, token: str) -> LinkToken:
    """The link behind a token.

    Raises:
        PermissionDeniedError: The same for every token that does not hold.
    """
    link = unit.links.get(token_hash(token), LINK)
    if link is None or not link.request_id:
        raise bad_link()
    return link


def bad_link() -> PermissionDeniedError:
    """The one answer to every link that does not hold."""
    return PermissionDeniedError(
        "This link does not hold: it is unknown, too old, or was used already.",
        reason=Reason.ERROR_REASON_BAD_CREDENTIAL,
    )
