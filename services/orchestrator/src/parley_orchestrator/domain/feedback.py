"""Feedback requests: what may be asked, what counts as an answer, who decides."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from parley_orchestrator.domain.form_schema import first_problem


class Kind(StrEnum):
    """What sort of answer is wanted."""

    APPROVAL = "approval"
    CHOICE = "choice"
    TEXT = "text"
    FORM = "form"
    COMMENT = "comment"


class Status(StrEnum):
    """Where a request stands; all but pending are final."""

    PENDING = "pending"
    ANSWERED = "answered"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


APPROVED, REJECTED = "approved", "rejected"
ASSURANCES = ("", "link", "reply", "slack", "session")
"""By the contract's number."""


@dataclass(frozen=True)
class Response:
    """An answer that decided, or one of several approvals.

    Attributes:
        digest: Of what the answer is about: the request's, or that of the changed action.
        edited_action: The action as the person changed it, when `is_edited`.
    """

    value: Any
    comment: str
    user_id: str
    user_name: str
    channel: str
    assurance: int
    responded_at: datetime
    digest: str = ""
    is_edited: bool = False
    edited_action: Any = None


@dataclass(frozen=True)
class KeptAnswer:
    """An answer as it is kept for audit; `refusal` says why it did not count."""

    response: Response
    is_accepted: bool
    refusal: str


@dataclass(frozen=True)
class Step:
    """One step of an escalation."""

    after_seconds: int
    channel: str


@dataclass(frozen=True)
class Card:
    """Where one card stands."""

    channel: str
    state: str
    user_id: str
    delivery_id: str
    update_state: str


@dataclass(frozen=True)
class FeedbackRequest:
    """A question that needs exactly one decision."""

    id: str
    session_id: str
    seq: int
    kind: Kind
    prompt: str
    options: tuple[tuple[str, str], ...]
    schema: Mapping[str, Any] | None
    action: Any
    has_action: bool
    digest: str
    status: Status
    respondents: tuple[str, ...]
    required_approvals: int
    approvals: int
    delivery: str
    escalation: tuple[Step, ...]
    escalated: int
    min_assurance: int
    expires_at: datetime | None
    created_at: datetime
    resolved_at: datetime | None
    response: Response | None
    cards: tuple[Card, ...] = ()
    urgent: bool = False
    dangerous: bool = False
    allow_edit: bool = False
    reminders: tuple[int, ...] = ()
    on_behalf_of: str = ""


class InvalidAnswerError(Exception):
    """The value is not one that the request allows; the message says what is."""


def digest_of(
    *, kind: str, prompt: str, options: Sequence[tuple[str, str]], schema: Any, action: Any
) -> str:
    """SHA-256 in hex of the canonical JSON (RFC 8785 style) of what a person is shown."""
    shown = {
        "kind": kind,
        "prompt": prompt,
        "options": [{"value": value, "label": label} for value, label in options],
        "schema": schema,
        "action": action,
    }
    text = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def checked_value(request: FeedbackRequest, value: Any) -> Any:
    """The value as it is stored.

    Raises:
        InvalidAnswerError: It is not one of those that the request allows.
    """
    return _CHECKS[request.kind](request, value)


def _approval(_request: FeedbackRequest, value: Any) -> str:
    if value not in (APPROVED, REJECTED):
        raise InvalidAnswerError(f"answer {APPROVED!r} or {REJECTED!r}")
    return str(value)


def _choice(request: FeedbackRequest, value: Any) -> str:
    allowed = [option for option, _label in request.options]
    if value not in allowed:
        raise InvalidAnswerError(f"answer one of: {', '.join(allowed)}")
    return str(value)


def _text(_request: FeedbackRequest, value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_TEXT:
        raise InvalidAnswerError(f"answer with a text of 1 to {MAX_TEXT} characters")
    return value.strip()


def _form(request: FeedbackRequest, value: Any) -> Any:
    problem = first_problem(request.schema or {}, value)
    if problem:
        raise InvalidAnswerError(problem)
    return value


def _comment(_request: FeedbackRequest, value: Any) -> str:
    if value is not None and (not isinstance(value, str) or len(value) > MAX_TEXT):
        raise InvalidAnswerError(f"answer with a text of at most {MAX_TEXT} characters, or none")
    return (value or "").strip()


def checked_edit(request: FeedbackRequest, value: Any, edited_action: Any) -> str:
    """The digest of what is approved when the person changed the action.

    Raises:
        InvalidAnswerError: The request does not allow it, or the answer is no approval.
    """
    if not request.allow_edit:
        raise InvalidAnswerError("this request's action cannot be changed; approve or reject it")
    if edited_action is None:
        raise InvalidAnswerError("give the whole changed action, not null")
    if value != APPROVED:
        raise InvalidAnswerError(f"an edited action goes with the value {APPROVED!r} only")
    return digest_of(
        kind=request.kind,
        prompt=request.prompt,
        options=request.options,
        schema=request.schema,
        action=edited_action,
    )


MAX_TEXT = 8_000
_CHECKS = {
    Kind.APPROVAL: _approval,
    Kind.CHOICE: _choice,
    Kind.TEXT: _text,
    Kind.FORM: _form,
    Kind.COMMENT: _comment,
}


def decides(request: FeedbackRequest, value: Any, approvals_before: int) -> bool:
    """Whether this answer ends the request, or only adds an approval to several needed ones."""
    if request.kind is not Kind.APPROVAL or value == REJECTED:
        return True
    return approvals_before + 1 >= request.required_approvals


def answer_in_text(request: FeedbackRequest, text: str, decision: str) -> Any | None:
    """The answer that a written reply clearly gives; None when it gives none."""
    if request.kind is Kind.APPROVAL:
        return decision if decision in (APPROVED, REJECTED) else None
    if request.kind in (Kind.TEXT, Kind.COMMENT):
        return text.strip() or None
    if request.kind is Kind.CHOICE:
        return _option_named(request, decision or next(iter(text.strip().splitlines()), ""))
    return None


def _option_named(request: FeedbackRequest, line: str) -> str | None:
    wanted = line.strip().strip(".!").casefold()
    named = [
        value
        for value, label in request.options
        if wanted and wanted in (value.casefold(), label.casefold())
    ]
    return named[0] if len(named) == 1 else None


def value_label(request: FeedbackRequest, value: Any) -> str:
    """The value as people read it."""
    if request.kind is Kind.CHOICE:
        return dict(request.options).get(str(value), str(value))
    if request.kind is Kind.FORM and isinstance(value, Mapping):
        return ", ".join(f"{key}: {inner}" for key, inner in value.items())
    return str(value)
