"""The optional arguments of calls, and how they look on the wire."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal, Protocol, TypeAlias, TypedDict

Seconds: TypeAlias = float | timedelta
Kind = Literal["approval", "choice", "text", "form", "comment"]


class HasId(Protocol):
    """A record that has an id."""

    @property
    def id(self) -> str:
        """The id."""


Ref: TypeAlias = str | HasId


class UserDetails(TypedDict, total=False):
    """More about a person; without any of them only web chat reaches them."""

    email: str
    slack_user_id: str
    slack_team_id: str
    timezone: str


class SessionDetails(TypedDict, total=False):
    """More about a conversation."""

    title: str
    metadata: Mapping[str, Any]


class MessageDetails(TypedDict, total=False):
    """More about a message.

    Attributes:
        channel: Send by this channel only.
        urgent: Pass quiet hours.
        idempotency_key: Your own; the same key never sends twice. One is made up without it.
    """

    reply_to: str
    metadata: Mapping[str, Any]
    channel: str
    urgent: bool
    idempotency_key: str


class OutgoingMessage(MessageDetails):
    """A message of a batch."""

    session_id: str
    text: str


class EscalationStep(TypedDict):
    """After so long without an answer, also ask by this channel."""

    after_seconds: int
    channel: str


class QuestionDetails(TypedDict, total=False):
    """More about a question.

    Attributes:
        kind: ``approval`` unless given.
        options: Of a choice: values, or (value, label) pairs.
        schema: Of a form: a JSON Schema object.
        action: What an approval releases; shown to the person and bound to the answer.
        expires_in: After this the question ends without a decision.
        respondents: User ids who may answer; everybody in the session otherwise.
        required_approvals: How many must approve.
        delivery: ``route`` asks by the person's first channel that works, ``all`` by all at once.
        escalation: Further channels while nobody answers.
        reminders: Seconds after which those who can still answer are reminded.
        urgent: Pass quiet hours.
        dangerous: Hard to undo; people are asked once more before they approve.
        allow_edit: People may change the action; the response then has `edited_action`.
        on_behalf_of: The participant for whom the agent acts, who may not answer.
        min_assurance: ``link``, ``reply``, ``slack`` or ``session``.
        idempotency_key: Your own; the same key never asks twice. One is made up without it.
    """

    kind: Kind
    options: Sequence[str | tuple[str, str]]
    schema: Mapping[str, Any]
    action: Any
    expires_in: Seconds
    respondents: Sequence[str]
    required_approvals: int
    delivery: Literal["route", "all"]
    escalation: Sequence[EscalationStep]
    reminders: Sequence[int]
    urgent: bool
    dangerous: bool
    allow_edit: bool
    on_behalf_of: str
    min_assurance: Literal["link", "reply", "slack", "session"]
    idempotency_key: str


def id_of(ref: Ref) -> str:
    """The id of a record, or the id itself."""
    return ref if isinstance(ref, str) else ref.id


def seconds_of(span: Seconds | None) -> float:
    """A span in seconds; endless for None, none for a negative one."""
    if span is None:
        return math.inf
    return max(0.0, span.total_seconds() if isinstance(span, timedelta) else float(span))


def question_body(prompt: str, details: QuestionDetails) -> dict[str, Any]:
    """The document that asks."""
    body: dict[str, Any] = {"kind": "approval", **details, "prompt": prompt}
    body.pop("idempotency_key", None)
    if "options" in details:
        body["options"] = [_option(each) for each in details["options"]]
    if "expires_in" in details:
        body["expires_in_seconds"] = math.ceil(seconds_of(body.pop("expires_in")))
    return body


def _option(given: str | tuple[str, str]) -> dict[str, str]:
    value, label = (given, given) if isinstance(given, str) else given
    return {"value": value, "label": label}
