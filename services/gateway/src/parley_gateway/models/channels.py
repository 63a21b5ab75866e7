"""Deliveries, channels and their connections."""

from __future__ import annotations

from pydantic import Field

from parley_gateway.models.base import Shown, shown_as
from parley_gateway.models.examples import DELIVERY


class Attempt(Shown):
    """One try."""

    number: int
    started_at: str | None
    finished_at: str | None
    outcome: str | None = Field(examples=["sent"])
    code: str | None
    detail: str | None
    next_step: str | None
    connection_id: str | None


class Delivery(Shown):
    """One thing handed to one channel for one person."""

    model_config = shown_as(DELIVERY)

    id: str = Field(examples=["dlv_06eh"])
    kind: str
    session_id: str
    user_id: str | None
    subject_id: str
    channel: str
    state: str
    explanation: str
    next_attempt_at: str | None
    attempts: list[Attempt]
    fallback_of: str | None
    created_at: str
    updated_at: str


class Deliveries(Shown):
    """A page of deliveries, newest first."""

    deliveries: list[Delivery]
    next_page_token: str | None


class Pacing(Shown):
    """One of the limits by which a channel is paced, and when the next delivery may go."""

    name: str
    scope: str
    count: int
    period_seconds: float
    burst: int
    is_active: bool
    next_at: str | None


class ConnectionState(Shown):
    """How one connection does."""

    connection_id: str
    display_name: str
    status: str
    detail: str
    breaker: str
    breaker_until: str | None
    last_error: str | None
    user_id: str | None
    queue_depth: int
    success_rate: float
    attempts: int
    latency_p50_ms: float
    latency_p99_ms: float
    pacing: list[Pacing]


class Channel(Shown):
    """How one channel does."""

    channel: str
    display_name: str
    status: str = Field(examples=["ok"])
    detail: str
    breaker: str
    breaker_until: str | None
    queue_depth: int
    parked: int
    success_rate: float = Field(description="Of the attempts in the last 15 minutes.")
    attempts: int
    sent_last_minute: int
    latency_p50_ms: float
    latency_p99_ms: float
    pacing: list[Pacing]
    connections: list[ConnectionState]
    checked_at: str | None


class Channels(Shown):
    """The channels in the default order."""

    channels: list[Channel]


class Connection(Shown):
    """An account at a provider."""

    connection_id: str
    display_name: str
    user_id: str | None
    status: str = Field(examples=["connected"])
    detail: str
    granted_scopes: list[str]
    missing_scopes: list[str]
    token_expires_at: str | None
    last_received_at: str | None
    last_error: str | None
    last_error_at: str | None
    created_at: str | None
    last_synced_at: str | None


class Connections(Shown):
    """A channel's connections."""

    connections: list[Connection]


class ChannelHealth(Connections):
    """A channel's state as its service tells."""

    channel: str
    status: str
    detail: str
    inbox_depth: int
