"""Deliveries, their states, and how an attempt can end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PARKED = "parked"
    UNKNOWN = "unknown"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """What is delivered."""

    MESSAGE = "message"
    CARD = "card"
    UPDATE = "update"
    NOTICE = "notice"
    REMINDER = "reminder"
    WEBHOOK = "webhook"


SPOKEN = (Kind.MESSAGE, Kind.NOTICE, Kind.REMINDER)
"""What goes out as a message, many together."""
ACTIVE = (State.QUEUED, State.SENDING)
OUT = (State.SENT, State.DELIVERED, State.READ)
CHANNEL_DOWN = "channel_down"
"""The code of a send that never left, because the channel's service does not run."""
LINE_LOST = "unavailable"
"""The code of a send during which the channel's service went away."""
ALREADY_CLAIMED = "already_claimed"
"""The code of a send that a channel holds back: an earlier call's end is not known to it."""


class Result(StrEnum):
    """How an attempt or a look-up ended."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    AMBIGUOUS = "ambiguous"
    PERMANENT = "permanent"
    RECONNECT = "reconnect"
    REJECTED = "rejected"
    INTERRUPTED = "interrupted"
    FOUND = "found"
    NOT_FOUND = "not_found"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"
    UNREACHABLE = "unreachable"
    DEFECT = "defect"


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt or look-up; the references are the channel's, opaque.

    `learned` are addresses of the recipient that the channel found out.
    """

    result: Result
    code: str = ""
    detail: str = ""
    retry_after: timedelta | None = None
    provider_ref: str = ""
    thread_ref: str = ""
    connection_id: str = ""
    learned: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Delivery:
    """One thing handed to one channel for one person (or, a webhook, for an agent).

    Attributes:
        position: Order within the lane: the seq of the event it belongs to.
        failed_tries: Attempts on this channel that surely sent nothing.
        look_ups: Look-ups since the attempt whose fate is not known.
        route: Channels to fall back to, next first.
        ack_by: When the person's client must have acknowledged.
        urgent: Passes quiet hours.
        gate: The connection that is expected to carry it, where that is known when it is queued.
    """

    id: str
    kind: Kind
    session_id: str
    user_id: str
    subject_id: str
    channel: str
    position: int
    state: State
    explanation: str
    created_at: datetime
    updated_at: datetime
    attempts: int = 0
    next_attempt_at: datetime | None = None
    started_at: datetime | None = None
    failed_tries: int = 0
    look_ups: int = 0
    route: tuple[str, ...] = ()
    fallback_of: str = ""
    card_delivery_id: str = ""
    provider_ref: str = ""
    connection_id: str = ""
    text: str = ""
    ack_by: datetime | None = None
    urgent: bool = False
    gate: str = ""

    @property
    def lane(self) -> str:
        """Deliveries of one lane go out in order."""
        return lane_of(self.session_id, self.user_id, self.channel)


def lane_of(session_id: str, user_id: str, channel: str) -> str:
    """The lane of a person in a session on a channel."""
    return f"{session_id}|{user_id}|{channel}"


@dataclass(frozen=True)
class Attempt:
    """One try, as it is kept."""

    delivery_id: str
    number: int
    started_at: datetime
    finished_at: datetime
    outcome: Result
    code: str
    detail: str
    next_step: str
    connection_id: str
