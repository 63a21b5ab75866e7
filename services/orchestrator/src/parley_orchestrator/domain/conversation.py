"""Sessions, what is said in them, and the log of what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class ChannelUse:
    """A channel that carried a conversation to a person; the thread is the channel's, opaque."""

    channel: str
    user_id: str
    connection_id: str
    thread_ref: str


@dataclass(frozen=True)
class Session:
    """A conversation between one agent and some people.

    Attributes:
        uses: How each channel carried it so far; only where details were asked for.
        read_seqs: Up to where each person has seen it in the web chat.
        present: Who has the web chat open; only where details were asked for.
    """

    id: str
    agent_id: str
    agent_name: str
    participants: tuple[tuple[str, str], ...]
    title: str
    metadata: Mapping[str, Any]
    channel: str
    last_seq: int
    created_at: datetime
    uses: tuple[ChannelUse, ...] = ()
    read_seqs: Mapping[str, int] = field(default_factory=dict)
    present: frozenset[str] = frozenset()

    @property
    def used_channels(self) -> list[str]:
        """The channels that carried it so far."""
        return sorted({use.channel for use in self.uses})

    def name_of(self, member_id: str) -> str:
        """The name of its agent or of a person in it; empty for a stranger."""
        return dict(((self.agent_id, self.agent_name), *self.participants)).get(member_id, "")

    @property
    def user_ids(self) -> list[str]:
        """The people who take part."""
        return [user_id for user_id, _name in self.participants]


SYSTEM = "system"
"""The kind of author that Parley itself is."""


@dataclass(frozen=True)
class Author:
    """Who says something: kind is ``agent``, ``user`` or ``system``."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True)
class Message:
    """Something that was said; `channel` is where it came in (``api`` for agents)."""

    id: str
    session_id: str
    seq: int
    author: Author
    text: str
    reply_to: str
    metadata: Mapping[str, Any]
    channel: str
    created_at: datetime


@dataclass(frozen=True)
class NewEvent:
    """An event that is to get the next seq of its session; `data` may be a function of that seq."""

    session_id: str
    kind: str
    data: Any


@dataclass(frozen=True)
class Event:
    """One entry of a session's log."""

    session_id: str
    seq: int
    kind: str
    data: Mapping[str, Any]
    created_at: datetime


SESSION_CREATED = "session.created"
MESSAGE_CREATED = "message.created"
DELIVERY_UPDATED = "delivery.updated"
FEEDBACK_REQUESTED = "feedback.requested"
FEEDBACK_REMINDED = "feedback.reminded"
FEEDBACK_RESOLVED = "feedback.resolved"
CHANNEL_SWITCHED = "channel.switched"
PREFERENCES_UPDATED = "preferences.updated"
