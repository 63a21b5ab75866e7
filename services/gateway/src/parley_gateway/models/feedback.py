"""Questions that need one decision."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from parley_gateway.models.base import ChannelName, Id, Json, Line, Received, Shown, Text, shown_as
from parley_gateway.models.examples import APPROVAL_WISH, CHOICE_WISH, FORM_WISH, RESOLVED
from parley_gateway.words import AssuranceWord, KindWord


class Option(Received):
    """One of the answers of a choice."""

    value: Line = Field(min_length=1, max_length=100, examples=["blue"])
    label: Line = Field(min_length=1, max_length=200, examples=["Blue"])


class Step(Received):
    """What happens while nobody answers."""

    after_seconds: int = Field(ge=1, le=31_536_000)
    channel: ChannelName


class NewFeedbackRequest(Received):
    """A question to ask."""

    model_config = shown_as(APPROVAL_WISH, CHOICE_WISH, FORM_WISH)

    prompt: Text = Field(min_length=1, max_length=8_000, examples=["Deploy **1.4** now?"])
    kind: KindWord
    options: list[Option] = Field(default_factory=list, max_length=100)
    schema_: Json | None = Field(None, alias="schema")
    action: Any = Field(None, description="What an approval releases; shown as it is.")
    expires_in_seconds: int | None = Field(None, ge=1, le=31_536_000, examples=[3600])
    respondents: list[Id] = Field(default_factory=list, max_length=50)
    required_approvals: int | None = Field(None, ge=1, le=50)
    delivery: Literal["route", "all"] = "route"
    escalation: list[Step] = Field(default_factory=list, max_length=10)
    reminders: list[int] = Field(
        default_factory=list,
        max_length=10,
        description="Seconds after which those who can still answer are reminded, rising.",
    )
    min_assurance: AssuranceWord | None = None
    urgent: bool = Field(default=False, description="Passes quiet hours.")
    dangerous: bool = Field(
        default=False, description="Hard to undo: people are asked once more before they approve."
    )
    allow_edit: bool = Field(
        default=False, description="People may change the action and approve what they made of it."
    )
    on_behalf_of: Id | None = Field(
        None, description="The participant for whom the agent acts, who may not answer."
    )


class NewResponse(Received):
    """An answer: ``approved`` or ``rejected``, an option's value, a text, or a form's object."""

    model_config = shown_as({"value": "approved", "comment": "Mind the error rate."})

    value: Any = Field(None, examples=["approved"])
    comment: Text | None = Field(None, max_length=4_000)
    digest: str | None = Field(None, max_length=64, description="The digest that was shown.")
    edited_action: Any = Field(
        None, description="The changed action, with the value ``approved``; see ``allow_edit``."
    )


class Response(Shown):
    """The answer that decided."""

    value: Any
    comment: str | None
    user_id: str
    user_name: str
    channel: str
    assurance: str
    responded_at: str
    edited_action: Any
    digest: str


class KeptAnswer(Response):
    """An answer as it is kept, also when it did not count; ``refusal`` says why."""

    is_accepted: bool
    refusal: str | None


class KeptAnswers(Shown):
    """Every answer to a question, oldest first."""

    answers: list[KeptAnswer]


class Card(Shown):
    """Where one card stands."""

    channel: str
    state: str
    user_id: str
    delivery_id: str
    update_state: str


class FeedbackRequest(Shown):
    """A question as it stands."""

    model_config = shown_as(RESOLVED)

    id: str = Field(examples=["fbr_06eh"])
    session_id: str
    seq: int
    kind: str
    prompt: str
    options: list[Option]
    schema_: Json | None = Field(None, alias="schema")
    action: Any
    digest: str
    status: str = Field(examples=["pending"])
    response: Response | None
    cards: list[Card]
    respondents: list[str]
    required_approvals: int
    approvals: int
    delivery: str
    escalation: list[Step]
    reminders: list[int]
    min_assurance: str
    urgent: bool
    dangerous: bool
    allow_edit: bool
    on_behalf_of: str | None
    expires_at: str | None
    created_at: str
    resolved_at: str | None


class FeedbackRequests(Shown):
    """A page of questions, newest first."""

    feedback_requests: list[FeedbackRequest]
    next_page_token: str | None
