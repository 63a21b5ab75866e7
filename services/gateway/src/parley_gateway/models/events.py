"""Entries of a session's log, by what they tell; the same over REST, webhooks and the WebSocket."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from parley_gateway.models.base import Json, Shown
from parley_gateway.models.feedback import FeedbackRequest
from parley_gateway.models.messages import Message
from parley_gateway.models.users import Person, QuietHours


class _Event(Shown):
    session_id: str = Field(examples=["ses_06eh"])
    seq: int = Field(examples=[7], description="From 1, without gaps.")
    created_at: str = Field(examples=["2026-11-23T09:00:00.000Z"])


class Member(Shown):
    """A person in a conversation that begins."""

    user_id: str
    name: str


class BegunSession(Shown):
    """A conversation as it began."""

    id: str
    agent: Person
    participants: list[Member]
    title: str
    metadata: Json
    channel: str | None
    used_channels: list[str]
    last_seq: int
    created_at: str


class DeliveryNews(Shown):
    """A delivery, short."""

    id: str = Field(examples=["dlv_06eh"])
    kind: str = Field(examples=["message"])
    channel: str = Field(examples=["slack"])
    state: str = Field(examples=["sent"])
    user_id: str | None
    subject_id: str = Field(examples=["msg_06eh"])
    explanation: str


class Reminder(Shown):
    """Who was reminded of a question."""

    request_id: str
    user_ids: list[str]


class Mover(Shown):
    """Who moved a conversation."""

    kind: Literal["agent", "user"]
    id: str
    name: str


class Move(Shown):
    """From where to where, null for each person's order, and by whom."""

    channel: str | None = Field(examples=["slack"])
    from_: str | None = Field(alias="from", examples=["websocket"])
    by: Mover


class PreferencesNews(Shown):
    """How a person wants to be reached from now on."""

    user_id: str
    channels: list[str]
    quiet_hours: QuietHours | None


class SessionCreated(_Event):
    """A conversation began."""

    kind: Literal["session.created"]
    data: BegunSession


class MessageCreated(_Event):
    """Somebody said something."""

    kind: Literal["message.created"]
    data: Message


class DeliveryUpdated(_Event):
    """A delivery came to another state."""

    kind: Literal["delivery.updated"]
    data: DeliveryNews


class FeedbackRequested(_Event):
    """A question was asked."""

    kind: Literal["feedback.requested"]
    data: FeedbackRequest


class FeedbackReminded(_Event):
    """People were reminded of a question."""

    kind: Literal["feedback.reminded"]
    data: Reminder


class FeedbackResolved(_Event):
    """A question was answered, expired or was withdrawn."""

    kind: Literal["feedback.resolved"]
    data: FeedbackRequest


class ChannelSwitched(_Event):
    """A conversation moved to another channel."""

    kind: Literal["channel.switched"]
    data: Move


class PreferencesUpdated(_Event):
    """A person wants to be reached in another way."""

    kind: Literal["preferences.updated"]
    data: PreferencesNews


KINDS = (
    SessionCreated,
    MessageCreated,
    DeliveryUpdated,
    FeedbackRequested,
    FeedbackReminded,
    FeedbackResolved,
    ChannelSwitched,
    PreferencesUpdated,
)
Event = Annotated[
    SessionCreated
    | MessageCreated
    | DeliveryUpdated
    | FeedbackRequested
    | FeedbackReminded
    | FeedbackResolved
    | ChannelSwitched
    | PreferencesUpdated,
    Field(discriminator="kind"),
]


class Events(Shown):
    """Entries in order, without gaps."""

    events: list[Event]
    has_more: bool = Field(description="There are more after the last of these.")
