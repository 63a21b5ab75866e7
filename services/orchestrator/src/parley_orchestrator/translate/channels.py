"""How channels and their connections do, as protos; and what channels tell of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import quantiles

from parley.channel.v1 import authorization_pb2, channel_pb2
from parley.orchestrator.v1 import channels_pb2
from parley_orchestrator.domain.breaker import WHOLE_CHANNEL, Breaker, BreakerState
from parley_orchestrator.domain.pacing import Limit, Paces, Scope, free_at
from parley_orchestrator.domain.routing import Breakers
from parley_orchestrator.ports import (
    ChannelFigures,
    ChannelState,
    ConnectionFigures,
    ConnectionState,
)
from parley_orchestrator.translate.stamps import stamp


@dataclass(frozen=True)
class Operations:
    """What the store knows of a channel's running."""

    figures: ChannelFigures
    breakers: Breakers
    paces: Paces
    now: datetime


def to_channel_state(
    state: ChannelState, operations: Operations, *, with_connections: bool
) -> channels_pb2.ChannelState:
    """How one channel does."""
    figures = operations.figures
    p50, p99 = _percentiles(figures.latencies_ms)
    breaker = operations.breakers.get((state.name, WHOLE_CHANNEL))
    return channels_pb2.ChannelState(
        channel=state.name,
        display_name=state.display_name,
        status=state.status,
        detail=state.detail,
        breaker=_breaker_word(breaker),
        breaker_until=stamp(breaker.until if breaker else None),
        queue_depth=figures.queued,
        parked=figures.parked,
        success_rate=_rate(figures),
        attempts=figures.attempts,
        latency_p50_ms=p50,
        latency_p99_ms=p99,
        pacing=[_pacing(limit, operations, None) for limit in state.facts.limits],
        connections=[
            _connection(state, one, operations) for one in state.connections if with_connections
        ],
        checked_at=stamp(state.checked_at),
        sent_last_minute=figures.sent_last_minute,
    )


def _connection(
    state: ChannelState, connection: ConnectionState, operations: Operations
) -> channels_pb2.ConnectionState:
    figures = operations.figures.connections.get(connection.connection_id, ConnectionFigures())
    breaker = operations.breakers.get((state.name, connection.connection_id))
    p50, p99 = _percentiles(figures.latencies_ms)
    return channels_pb2.ConnectionState(
        connection_id=connection.connection_id,
        display_name=connection.display_name,
        status=connection.status,
        detail=connection.detail,
        breaker=_breaker_word(breaker),
        breaker_until=stamp(breaker.until if breaker else None),
        last_error=connection.last_error,
        user_id=connection.user_id,
        queue_depth=figures.queued,
        success_rate=_rate(figures),
        attempts=figures.attempts,
        latency_p50_ms=p50,
        latency_p99_ms=p99,
        pacing=[
            _pacing(limit, operations, connection.connection_id)
            for limit in state.facts.limits
            if limit.scope is Scope.CONNECTION
        ],
    )


def _breaker_word(breaker: Breaker | None) -> str:
    return breaker.state if breaker else BreakerState.CLOSED


def _rate(figures: ChannelFigures | ConnectionFigures) -> float:
    return figures.succeeded / figures.attempts if figures.attempts else 1.0


def _percentiles(latencies_ms: Sequence[float]) -> tuple[float, float]:
    if not latencies_ms:
        return 0.0, 0.0
    cuts = quantiles([*latencies_ms, latencies_ms[0]], n=100)
    return round(cuts[49], 3), round(cuts[98], 3)


def _pacing(
    limit: Limit, operations: Operations, connection_id: str | None
) -> channels_pb2.PacingState:
    """A limit at one connection, or, for None, at whichever waits longest."""
    mine = [
        pace
        for key, pace in operations.paces.items()
        if key.limit == limit.name and connection_id in (None, key.subject)
    ]
    times = [free_at(limit, pace, operations.now) for pace in mine]
    next_at = max(times, default=operations.now)
    is_awake = any(p.awake_until and p.awake_until > operations.now for p in mine)
    return channels_pb2.PacingState(
        name=limit.name,
        scope=limit.scope,
        count=limit.count,
        period_seconds=limit.period.total_seconds(),
        burst=limit.burst,
        is_active=is_awake or not limit.is_dormant,
        next_at=stamp(next_at if next_at > operations.now else None),
    )


def from_limit(limit: channel_pb2.PacingLimit) -> Limit:
    """One of the limits that a channel tells."""
    is_shared = limit.scope != channel_pb2.PACING_SCOPE_RECIPIENT
    return Limit(
        name=limit.name,
        scope=Scope.CONNECTION if is_shared else Scope.RECIPIENT,
        count=max(0, limit.count),
        period=limit.period.ToTimedelta(),
        burst=max(1, limit.burst),
        kinds=frozenset(limit.delivery_kinds),
        is_dormant=limit.is_dormant,
    )


def from_connection(connection: authorization_pb2.Connection) -> ConnectionState:
    """A connection as its channel tells."""
    status = authorization_pb2.ConnectionStatus.Name(connection.status)
    return ConnectionState(
        connection_id=connection.connection_id,
        display_name=connection.display_name,
        user_id=connection.user_id,
        status=status.removeprefix("CONNECTION_STATUS_").lower(),
        detail=connection.detail,
        last_error=connection.last_error,
    )
