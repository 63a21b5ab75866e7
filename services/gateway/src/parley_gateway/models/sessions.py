"""Conversations and their events."""

from __future__ import annotations

from pydantic import Field

from parley_gateway.models.base import ChannelName, Id, Json, Line, Received, Shown, shown_as
from parley_gateway.models.examples import SESSION
from parley_gateway.models.users import Person


class NewSession(Received):
    """A conversation to begin."""

    model_config = shown_as({"user_ids": ["usr_06eh"], "title": "Release 1.4"})

    user_ids: list[Id] = Field(min_length=1, max_length=50, examples=[["usr_06eh"]])
    title: Line = Field("", max_length=200, examples=["Release 1.4"])
    metadata: Json | None = None


class Participant(Shown):
    """A person in a conversation."""

    user_id: str
    name: str
    is_present: bool = Field(description="The web chat is open now.")
    read_seq: int = Field(description="Seen in the web chat up to here.")


class ChannelUse(Shown):
    """A channel that carried a conversation to a person."""

    channel: str = Field(examples=["slack"])
    user_id: str
    connection_id: str | None
    thread_ref: str | None = Field(description="The channel's own thread, opaque.")


class Session(Shown):
    """A conversation."""

    model_config = shown_as(SESSION)

    id: str = Field(examples=["ses_06eh"])
    agent: Person
    participants: list[Participant]
    title: str
    metadata: Json
    channel: str | None
    used_channels: list[str]
    channel_uses: list[ChannelUse]
    last_seq: int
    created_at: str


class Sessions(Shown):
    """A page of conversations, newest first."""

    sessions: list[Session]
    next_page_token: str | None


class ChannelChoice(Received):
    """The channel to switch to; null returns to each person's order."""

    channel: ChannelName | None = Field(examples=["slack"])
