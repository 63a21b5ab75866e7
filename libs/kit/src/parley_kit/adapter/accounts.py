"""A connection as it is stored, and the word of one that broke."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parley.channel.v1 import authorization_pb2
from parley.orchestrator.v1 import inbox_pb2
from parley_kit.clock import to_timestamp

CONNECTED, RECONNECT_NEEDED, REVOKED = "connected", "reconnect_needed", "revoked"


@dataclass(frozen=True)
class Account:
    """A connection as it is stored, without its tokens.

    Attributes:
        account: The provider's own key of it: a mailbox's address, ``enterprise/team``.
        state: The channel's own values (bot user, watch expiry, …); no secrets.
        cursor: How far the provider's history is processed; only ever grows.
        last_synced_at: When it was last asked, to the end, what is new.
    """

    connection_id: str
    account: str
    display_name: str
    user_id: str
    status: str
    detail: str
    granted_scopes: tuple[str, ...]
    token_expires_at: datetime | None
    state: dict[str, Any]
    cursor: int | None
    last_received_at: datetime | None
    last_error: str
    last_error_at: datetime | None
    created_at: datetime
    connected_at: datetime
    last_synced_at: datetime | None = None


def broken(channel: str, account: Account, detail: str, now: datetime) -> inbox_pb2.InboundItem:
    """The orchestrator's word that an account needs to be connected again; new at each break."""
    item = inbox_pb2.InboundItem(
        channel=channel,
        inbound_id=f"connection/{account.connection_id}/{now.isoformat()}",
        received_at=to_timestamp(now),
    )
    item.connection.CopyFrom(
        inbox_pb2.ConnectionChange(
            connection_id=account.connection_id,
            status=authorization_pb2.CONNECTION_STATUS_RECONNECT_NEEDED,
            user_id=account.user_id,
            display_name=account.display_name,
            detail=detail,
        )
    )
    return item
