"""Stored connections to the contract's; pure."""

from __future__ import annotations

from parley.channel.v1 import authorization_pb2
from parley_gmail.google.scopes import missing_scopes
from parley_gmail.mailboxes import email_of
from parley_kit.adapter.connections import CONNECTED, RECONNECT_NEEDED, REVOKED, Account
from parley_kit.clock import to_timestamp

_STATUSES = {
    CONNECTED: authorization_pb2.CONNECTION_STATUS_CONNECTED,
    RECONNECT_NEEDED: authorization_pb2.CONNECTION_STATUS_RECONNECT_NEEDED,
    REVOKED: authorization_pb2.CONNECTION_STATUS_REVOKED,
}


def to_connection(account: Account) -> authorization_pb2.Connection:
    """The contract's form; never holds a token."""
    return authorization_pb2.Connection(
        connection_id=account.connection_id,
        display_name=email_of(account),
        user_id=account.user_id,
        status=_STATUSES[account.status],
        detail=account.detail,
        granted_scopes=account.granted_scopes,
        missing_scopes=missing_scopes(account.granted_scopes),
        token_expires_at=to_timestamp(account.token_expires_at),
        last_received_at=to_timestamp(account.last_received_at),
        last_error=account.last_error,
        last_error_at=to_timestamp(account.last_error_at),
        created_at=to_timestamp(account.created_at),
        last_synced_at=to_timestamp(account.last_synced_at),
    )
