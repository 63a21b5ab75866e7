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
from parley_gateway.answer_form import Field, fields_of
from parley_gateway.markdown import rendered
from parley_gateway.problems import decoded
from parley_gateway.words import kind_word, status_word
from parley_kit.clock import from_timestamp

PageState = Literal["open", "sign_in", "recorded", "answered", "expired", "cancelled"]
CHANNEL_NAMES = {
    "websocket": "the web chat",
    "api": "the web",
    "gmail": "e-mail",
    "slack": "Slack",
}
VERDICTS = {"approved": "Approved", "rejected": "Rejected"}
# Characters that turn the direction of text around: an action must read as it is.
_TURNING = {ord(one): f"\\u{ord(one):04x}" for one in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e"}
_TURNING |= {ord(one): f"\\u{ord(one):04x}" for one in "\u2066\u2067\u2068\u2069\u061c"}


@dataclass(frozen=True)
class Outcome:
    """The answer that decided."""

    verdict: str
    is_good: bool
    details: tuple[tuple[str, str], ...]
    comment: str
    by: str
    is_own: bool
    channel: str
    at: datetime


@dataclass(frozen=True)
class AnswerView:
    """Everything that the page shows."""

    state: PageState
    kind: str
    author: str
    person: str
    prompt: Markup
    action: str
    options: tuple[tuple[str, str], ...]
    schema: Mapping[str, Any]
    fields: tuple[Field, ...]
    digest: str
    expires_at: datetime | None
    outcome: Outcome | None


def view_of(opened: access_pb2.OpenAnswerLinkResponse, now: datetime) -> AnswerView:
    """The page of an opened link."""
    request = opened.request
    schema = decoded(request.schema_json) or {}
    kind = kind_word(request.kind)
    return AnswerView(
        state=state_of(opened, now),
        kind=kind,
        author=opened.author_name,
        person=opened.user_name,
        prompt=rendered(request.prompt),
        action=readable_json(request.action_json),
        options=tuple((one.value, one.label) for one in request.options),
        schema=schema,
        fields=tuple(fields_of(schema)) if kind == "form" else (),
        digest=request.digest,
        expires_at=_expiry(request),
        outcome=_outcome(request, opened.user_id) if request.HasField("response") else None,
    )


def state_of(opened: access_pb2.OpenAnswerLinkResponse, now: datetime) -> PageState:
    """What the person can do here now."""
    request = opened.request
    status = status_word(request.status)
    if status in {"answered", "expired", "cancelled"}:
        return status  # type: ignore[return-value]  # the set is a part of PageState
    expiry = _expiry(request)
    if expiry is not None and expiry <= now:
        return "expired"
    if opened.used:
        return "recorded"  # one of several approvals
    if request.min_assurance > common_pb2.ASSURANCE_LINK:
        return "sign_in"
    return "open"


def readable_json(text: str) -> str:
    """JSON text on several lines, with nothing in it that turns the reading direction."""
    value = decoded(text)
    if value is None:
        return ""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode().translate(_TURNING)


def _expiry(request: feedback_pb2.FeedbackRequest) -> datetime | None:
    return from_timestamp(request.expires_at) if request.HasField("expires_at") else None


def _outcome(request: feedback_pb2.FeedbackRequest, user_id: str) -> Outcome:
    response = request.response
    value = decoded(response.value_json)
    labels = {one.value: one.label for one in request.options}
    is_object = isinstance(value, dict)
    verdict = "Answered" if is_object else str(value)
    details = tuple((name, _shown(one)) for name, one in value.items()) if is_object else ()
    return Outcome(
        verdict=VERDICTS.get(verdict, labels.get(verdict, verdict)),
        is_good=value != "rejected",
        details=details,
        comment=response.comment,
        by=response.user_name,
        is_own=response.user_id == user_id,
        channel=CHANNEL_NAMES.get(response.channel, response.channel),
        at=from_timestamp(response.responded_at),
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return value if isinstance(value, str) else orjson.dumps(value).decode()
