"""What Parley tells, as frozen values; times are aware datetimes in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Agent:
    """An agent; its secrets are shown only when it is created."""

    id: str
    name: str
    created_at: datetime
    webhook_url: str | None = None
    key: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class User:
    """A person."""

    id: str
    name: str
    created_at: datetime
    email: str | None = None
    slack_user_id: str | None = None
    slack_team_id: str | None = None
    timezone: str | None = None


@dataclass(frozen=True)
class Token:
    """A person's token for the browser and the WebSocket."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class Preferences:
    """How a person wants to be reached; no channels means the default order."""

    channels: tuple[str, ...]
    quiet_hours: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Participant:
    """A person in a conversation."""

    user_id: str
    name: str


@dataclass(frozen=True)
class Session:
    """A conversation."""

    id: str
    participants: tuple[Participant, ...]
    title: str
    metadata: Mapping[str, Any]
    channel: str | None
    used_channels: tuple[str, ...]
    last_seq: int
    created_at: datetime


@dataclass(frozen=True)
class Author:
    """Who said something: kind ``agent`` or ``user``."""

    kind: str
    id: str | None
    name: str


@dataclass(frozen=True)
class Message:
    """Something that was said."""

    id: str
    session_id: str
    seq: int
    author: Author
    text: str
    reply_to: str | None
    metadata: Mapping[str, Any]
    channel: str
    created_at: datetime


@dataclass(frozen=True)
class Event:
    """An entry of a session's log; `seq` has no gaps, `data` is as its kind says."""

    session_id: str
    seq: int
    kind: str
    data: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class Option:
    """One of the answers of a choice."""

    value: str
    label: str


@dataclass(frozen=True)
class Response:
    """The answer that decided: what, who, where, and how sure we are who it was."""

    value: Any
    comment: str | None
    user_id: str
    user_name: str
    channel: str
    assurance: str
    responded_at: datetime
    edited_action: Any = None
    digest: str = ""


@dataclass(frozen=True)
class Card:
    """Where the question's card on one channel stands."""

    channel: str
    state: str
    user_id: str
    delivery_id: str
    update_state: str


@dataclass(frozen=True)
class FeedbackRequest:
    """A question as it stands: status ``pending``, ``answered``, ``expired`` or ``cancelled``."""

    id: str
    session_id: str
    kind: str
    prompt: str
    status: str
    digest: str
    created_at: datetime
    response: Response | None = None
    options: tuple[Option, ...] = ()
    schema: Mapping[str, Any] | None = None
    action: Any = None
    cards: tuple[Card, ...] = ()
    respondents: tuple[str, ...] = ()
    required_approvals: int = 1
    approvals: int = 0
    min_assurance: str = ""
    reminders: tuple[int, ...] = ()
    urgent: bool = False
    dangerous: bool = False
    allow_edit: bool = False
    on_behalf_of: str | None = None
    expires_at: datetime | None = None
    resolved_at: datetime | None = None

    @property
    def is_pending(self) -> bool:
        """Whether nobody has decided yet."""
        return self.status == "pending"

    @property
    def is_approved(self) -> bool:
        """Whether an approval was asked for and given."""
        return self.kind == "approval" and self.value == "approved"

    @property
    def approved_action(self) -> Any:
        """What may be done now: the action, as the person changed it where they did; else None."""
        if not self.is_approved or self.response is None:
            return None
        edited = self.response.edited_action
        return self.action if edited is None else edited

    @property
    def value(self) -> Any:
        """The decision: ``approved``, an option's value, a text, a form's object; else None."""
        return self.response.value if self.status == "answered" and self.response else None


@dataclass(frozen=True)
class Attempt:
    """One try of a delivery."""

    number: int
    started_at: datetime | None
    finished_at: datetime | None
    outcome: str | None
    code: str | None
    detail: str | None


@dataclass(frozen=True)
class Delivery:
    """Something handed to one channel for one person, with every attempt."""

    id: str
    kind: str
    session_id: str
    channel: str
    state: str
    explanation: str
    attempts: tuple[Attempt, ...]
    created_at: datetime
    user_id: str | None = None
    next_attempt_at: datetime | None = None
    fallback_of: str | None = None


@dataclass(frozen=True)
class MessageResult:
    """What became of one message of a batch: its message, or the problem document."""

    status: int
    message: Message | None = None
    problem: Mapping[str, Any] | None = None
