"""Channels and connections, as the JSON that clients read. Pure."""

from __future__ import annotations

from parley.channel.v1 import authorization_pb2
from parley.orchestrator.v1 import channels_pb2
from parley_gateway.translate.fields import Json, moment
from parley_gateway.words import connection_word


def channel_view(state: channels_pb2.ChannelState) -> Json:
    """How a channel and its connections do."""
    return {
        "channel": state.channel,
        "display_name": state.display_name,
        "status": state.status,
        "detail": state.detail,
        "breaker": state.breaker,
        "breaker_until": moment(state, "breaker_until"),
        "queue_depth": state.queue_depth,
        "parked": state.parked,
        "success_rate": state.success_rate,
        "attempts": state.attempts,
        "sent_last_minute": state.sent_last_minute,
        "latency_p50_ms": state.latency_p50_ms,
        "latency_p99_ms": state.latency_p99_ms,
        "pacing": [_pacing_view(one) for one in state.pacing],
        "connections": [_connection_state_view(one) for one in state.connections],
        "checked_at": moment(state, "checked_at"),
    }


def _connection_state_view(connection: channels_pb2.ConnectionState) -> Json:
    return {
        "connection_id": connection.connection_id,
        "display_name": connection.display_name,
        "status": connection.status,
        "detail": connection.detail,
        "breaker": connection.breaker,
        "breaker_until": moment(connection, "breaker_until"),
        "last_error": connection.last_error or None,
        "user_id": connection.user_id or None,
        "queue_depth": connection.queue_depth,
        "success_rate": connection.success_rate,
        "attempts": connection.attempts,
        "latency_p50_ms": connection.latency_p50_ms,
        "latency_p99_ms": connection.latency_p99_ms,
        "pacing": [_pacing_view(one) for one in connection.pacing],
    }


def _pacing_view(pacing: channels_pb2.PacingState) -> Json:
    return {
        "name": pacing.name,
        "scope": pacing.scope,
        "count": pacing.count,
        "period_seconds": pacing.period_seconds,
        "burst": pacing.burst,
        "is_active": pacing.is_active,
        "next_at": moment(pacing, "next_at"),
    }


def connection_view(connection: authorization_pb2.Connection) -> Json:
    """An account at a provider, as its channel tells."""
    return {
        "connection_id": connection.connection_id,
        "display_name": connection.display_name,
        "user_id": connection.user_id or None,
        "status": connection_word(connection.status),
        "detail": connection.detail,
        "granted_scopes": list(connection.granted_scopes),
        "missing_scopes": list(connection.missing_scopes),
        "token_expires_at": moment(connection, "token_expires_at"),
        "last_received_at": moment(connection, "last_received_at"),
        "last_error": connection.last_error or None,
        "last_error_at": moment(connection, "last_error_at"),
        "created_at": moment(connection, "created_at"),
        "last_synced_at": moment(connection, "last_synced_at"),
    }
