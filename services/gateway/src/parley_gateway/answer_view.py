"""What the answer page shows of a request, and in which state it is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from markupsafe import Markup

from parley.common.v1 import feedback_pb2 as common_pb2
from parley.orchestrator.v1 import access_pb2, feedback_pb2
from parley_gateway.answer_action import parsed
from parley_gateway.markdown import rendered
from parley_gateway.problems import decoded
from parley_gateway.words import kind_word, status_word
from parley_kit.action_view import action_rows, action_text
from parley_kit.clock import from_timestamp, local_time

PageState = Literal[
    "open", "sign_in", "wrong_person", "recorded", "answered", "expired", "cancelled"
]
Rows = tuple[tuple[str, str], ...]
CHANNEL_NAMES = {
    "websocket": "in the web chat",
    "api": "on the web",
    "gmail": "by e-mail",
    "slack": "in Slack",
}
VERDICTS = {"approved": "Approved", "rejected": "Rejected"}
_ENDED = {"answered", "expired", "cancelled"}


@dataclass(frozen=True)
class ShownAction:
    """An action as it reads: in rows where it is flat, else as JSON."""

    text: str
    rows: Rows

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True)
class Outcome:
    """The answer that decided."""

    verdict: str
    is_good: bool
    details: Rows
    comment: str
    by: str
    is_own: bool
    channel: str
    at: datetime
    at_words: str
    edited: ShownAction


@dataclass(frozen=True)
class AnswerView:
    """Everything that the page shows.

    Attributes:
        is_signed_in: The person whom the link was sent to is signed in in this browser.
        action_value: What may be changed; None unless `allow_edit`.
    """

    request_id: str
    state: PageState
    kind: str
    author: str
    person: str
    is_signed_in: bool
    prompt: Markup
    action: ShownAction
    action_value: Any
    is_dangerous: bool
    allow_edit: bool
    options: Rows
    schema: Mapping[str, Any]
    digest: str
    expires_at: datetime | None
    expires_words: str
    outcome: Outcome | None


def view_of(
    opened: access_pb2.OpenAnswerLinkResponse, now: datetime, signed_in: str = ""
) -> AnswerView:
    """The page of an opened link.

    Args:
        opened: The link, as the orchestrator knows it.
        now: The time now.
        signed_in: The id of the user who is signed in in this browser; empty where nobody is known.
    """
    request = opened.request
    expiry = _expiry(request)
    has_answer = request.HasField("response")
    return AnswerView(
        request_id=request.id,
        state=state_of(opened, now, signed_in),
        kind=kind_word(request.kind),
        author=opened.author_name,
        person=opened.user_name,
        is_signed_in=signed_in == opened.user_id,
        prompt=rendered(request.prompt),
        action=shown_action(request.action_json),
        action_value=parsed(request.action_json) if request.allow_edit else None,
        is_dangerous=request.dangerous,
        allow_edit=request.allow_edit,
        options=tuple((one.value, one.label) for one in request.options),
        schema=decoded(request.schema_json) or {},
        digest=request.digest,
        expires_at=expiry,
        expires_words=local_time(expiry, opened.user_timezone) if expiry else "",
        outcome=_outcome(opened) if has_answer else None,
    )


def state_of(
    opened: access_pb2.OpenAnswerLinkResponse, now: datetime, signed_in: str = ""
) -> PageState:
    """What the person can do here now."""
    request = opened.request
    status = status_word(request.status)
    if status in _ENDED:
        return status  # type: ignore[return-value]  # the set is a part of PageState
    expiry = _expiry(request)
    if expiry is not None and expiry <= now:
        return "expired"
    if signed_in and signed_in != opened.user_id:
        return "wrong_person"
    if opened.used:
        return "recorded"  # one of several approvals
    if request.min_assurance > common_pb2.ASSURANCE_LINK and not signed_in:
        return "sign_in"
    return "open"


def shown_action(action_json: str) -> ShownAction:
    """An action from its JSON text; empty where there is none."""
    return ShownAction(action_text(action_json), tuple(action_rows(action_json)))


def _expiry(request: feedback_pb2.FeedbackRequest) -> datetime | None:
    return from_timestamp(request.expires_at) if request.HasField("expires_at") else None


def _outcome(opened: access_pb2.OpenAnswerLinkResponse) -> Outcome:
    request, response = opened.request, opened.request.response
    value = decoded(response.value_json)
    labels = {one.value: one.label for one in request.options}
    is_object = isinstance(value, dict)
    verdict = "Answered" if is_object else str(value)
    at = from_timestamp(response.responded_at)
    return Outcome(
        verdict=VERDICTS.get(verdict, labels.get(verdict, verdict)) or "Seen, nothing to add",
        is_good=value != "rejected",
        details=tuple((name, _shown(one)) for name, one in value.items()) if is_object else (),
        comment=response.comment,
        by=response.user_name,
        is_own=response.user_id == opened.user_id,
        channel=CHANNEL_NAMES.get(response.channel, f"on {response.channel}"),
        at=at,
        at_words=local_time(at, opened.user_timezone),
        edited=shown_action(response.edited_action_json),
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return value if isinstance(value, str) else orjson.dumps(value).decode()
