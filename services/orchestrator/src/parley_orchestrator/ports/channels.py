"""The channels, and what the dispatcher hands to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from parley_orchestrator.domain.conversation import Event, Message, Session
from parley_orchestrator.domain.delivery import (
    Delivery,
    Outcome,
)
from parley_orchestrator.domain.feedback import FeedbackRequest
from parley_orchestrator.domain.people import User
from parley_orchestrator.domain.routing import ChannelFacts


@dataclass(frozen=True)
class ConnectionState:
    """A channel's connection as it was last seen: connected, reconnect_needed or revoked."""

    connection_id: str
    display_name: str
    user_id: str
    status: str
    detail: str = ""
    last_error: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether anything can be sent through it."""
        return self.status == "connected"


@dataclass(frozen=True)
class ChannelState:
    """One channel as it was last seen."""

    name: str
    display_name: str
    status: str
    detail: str
    facts: ChannelFacts
    connections: tuple[ConnectionState, ...] = ()
    checked_at: datetime | None = None
    is_described: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether anybody could be reached here now."""
        return self.facts.is_usable


class ChannelFactsSource(Protocol):
    """What is known of the channels right now."""

    def facts(self) -> Mapping[str, ChannelFacts]:
        """By name, in the default order."""


class TokenSigner(Protocol):
    """Signs tokens; `parley_kit.sealing.KeyRing` does."""

    @property
    def newest_id(self) -> str: ...

    def sign(self, purpose: str, text: str, *, key_id: str | None = None) -> str: ...


@dataclass(frozen=True)
class Job:
    """One thing that a channel is to do now, with all that it needs.

    Attributes:
        user: The person; None for a webhook.
        card: The card that an update changes.
        event: What a webhook tells.
    """

    delivery: Delivery
    session: Session
    user: User | None = None
    thread_ref: str = ""
    connection_id: str = ""
    reply_token: str = ""
    link_token: str = ""
    message: Message | None = None
    request: FeedbackRequest | None = None
    card: Delivery | None = None
    event: Event | None = None


class ChannelPort(Protocol):
    """A channel as the dispatcher sees it. Nothing here raises; what fails is an outcome."""

    async def deliver(self, jobs: Sequence[Job]) -> list[Outcome]:
        """One outcome a job, in order; a lane's jobs go out in order."""

    async def look_up(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Whether each went out: found, not_found or inconclusive."""
