"""What goes through the ports and is no matter of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from parley_orchestrator.domain.delivery import Delivery, Outcome, Result
from parley_orchestrator.domain.verdict import Verdict


@dataclass(frozen=True)
class Page:
    """Which part of a list: at most `size` entries with an id below `before`, newest first."""

    size: int
    before: str = ""


@dataclass(frozen=True)
class Viewer:
    """Whose eyes a list is for: all fields empty is the admin."""

    agent_id: str = ""
    user_id: str = ""


@dataclass(frozen=True)
class LinkToken:
    """A token that was sent to a person; stored as a hash only."""

    token_hash: str
    purpose: str
    key_id: str
    delivery_id: str
    session_id: str
    user_id: str
    request_id: str
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True)
class Lane:
    """A claimed lane: deliveries of one (session, user, channel), in order."""

    lane: str
    channel: str
    fence: int
    thread_ref: str
    connection_id: str
    gate: str
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True)
class Hold:
    """A claimed lane that is given back untried until a time.

    Attributes:
        delivery_id: The first delivery in it, which is told why; empty where the wait is short.
    """

    lane: Lane
    until: datetime
    why: str
    delivery_id: str = ""


@dataclass(frozen=True)
class Settled:
    """What is recorded of one attempt."""

    delivery: Delivery
    outcome: Outcome
    verdict: Verdict

    @property
    def explanation(self) -> str:
        """What the delivery says of itself now: why this channel, while nothing goes wrong."""
        if self.outcome.result is not Result.SENT:
            return self.verdict.next_step
        if not self.delivery.attempts:
            return self.delivery.explanation
        return f"{self.delivery.channel}: accepted at attempt {self.delivery.attempts + 1}"


@dataclass(frozen=True)
class ChannelFigures:
    """Counts of one channel: queue, and attempts within the window."""

    queued: int
    parked: int
    attempts: int
    succeeded: int
    latencies_ms: tuple[float, ...]
    sent_last_minute: int = 0
    connections: Mapping[str, ConnectionFigures] = field(default_factory=dict)


@dataclass(frozen=True)
class ConnectionFigures:
    """Counts of one connection: queue, and attempts within the window."""

    queued: int = 0
    attempts: int = 0
    succeeded: int = 0
    latencies_ms: tuple[float, ...] = ()
