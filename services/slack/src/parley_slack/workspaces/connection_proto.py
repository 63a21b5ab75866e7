"""An account as the contract shows it; pure."""

from __future__ import annotations

from parley.channel.v1 import authorization_pb2
from parley_kit.adapter.connections import CONNECTED, RECONNECT_NEEDED, REVOKED, Account
from parley_kit.clock import to_timestamp

SCOPES = ("chat:write", "im:write", "im:history", "users:read", "users:read.email")
_STATUSES = {
    CONNECTED: authorization_pb2.CONNECTION_STATUS_CONNECTED,
    RECONNECT_NEEDED: authorization_pb2.CONNECTION_STATUS_RECONNECT_NEEDED,
    REVOKED: authorization_pb2.CONNECTION_STATUS_REVOKED,
}


def to_connection(account: Account) -> authorization_pb2.Connection:
    """The connection; `detail` says what to do where something is wrong."""
    missing = [scope for scope in SCOPES if scope not in account.granted_scopes]
    detail = account.detail
    if missing and not detail:
        detail = f"Slack did not grant {', '.join(missing)}; install the app again."
    return authorization_pb2.Connection(
        connection_id=account.connection_id,
        display_name=account.display_name,
        user_id=account.user_id,
        status=_STATUSES.get(account.status, authorization_pb2.CONNECTION_STATUS_UNSPECIFIED),
        detail=detail,
        granted_scopes=account.granted_scopes,
        missing_scopes=missing,
        token_expires_at=to_timestamp(account.token_expires_at),
        last_received_at=to_timestamp(account.last_received_at),
        last_error=account.last_error,
        last_error_at=to_timestamp(account.last_error_at),
        created_at=to_timestamp(account.created_at),
    )
