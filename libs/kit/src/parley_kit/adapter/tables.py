"""The tables of a channel service, named with its prefix so that services can share a database."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from parley_kit.store import Utc


@dataclass(frozen=True)
class AdapterTables:
    """The tables of one channel service."""

    channel: str
    metadata: MetaData
    connections: Table
    ledger: Table
    references: Table
    inbox: Table
    replies: Table
    oauth_states: Table
    leases: Table


@cache
def adapter_tables(prefix: str) -> AdapterTables:
    """The tables of the channel ``prefix``, e.g. ``slack``."""
    metadata = MetaData()
    return AdapterTables(
        prefix,
        metadata,
        _connections(prefix, metadata),
        _ledger(prefix, metadata),
        _references(prefix, metadata),
        _inbox(prefix, metadata),
        _replies(prefix, metadata),
        _oauth_states(prefix, metadata),
        _leases(prefix, metadata),
    )


def _connections(prefix: str, metadata: MetaData) -> Table:
    return Table(
        f"{prefix}_connections",
        metadata,
        Column("connection_id", String, primary_key=True),
        Column("account", String, nullable=False, unique=True),
        Column("display_name", String, nullable=False),
        Column("user_id", String, nullable=False),
        Column("status", String, nullable=False),
        Column("detail", String, nullable=False),
        Column("sealed_access_token", Text),
        Column("sealed_refresh_token", Text),
        Column("token_expires_at", Utc),
        Column("granted_scopes", JSON, nullable=False),
        Column("state", JSON, nullable=False),
        Column("cursor", BigInteger),
        Column("last_received_at", Utc),
        Column("last_error", String, nullable=False),
        Column("last_error_at", Utc),
        Column("created_at", Utc, nullable=False),
        Column("connected_at", Utc, nullable=False),
        Column("last_synced_at", Utc),
    )


def _ledger(prefix: str, metadata: MetaData) -> Table:
    table = Table(
        f"{prefix}_ledger",
        metadata,
        Column("delivery_id", String, primary_key=True),
        Column("state", String, nullable=False),
        Column("session_id", String, nullable=False),
        Column("user_id", String, nullable=False),
        Column("request_id", String, nullable=False),
        Column("details", JSON, nullable=False),
        Column("claimed_at", Utc, nullable=False),
        Column("provider_ref", String),
        Column("thread_ref", String),
        Column("connection_id", String),
        Column("sent_at", Utc),
        Column("learned_addresses", JSON),
        Column("presumed_delivered_at", Utc),
    )
    is_open = table.c.presumed_delivered_at.is_not(None)
    Index(
        f"ix_{prefix}_ledger_presumed",
        table.c.presumed_delivered_at,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    return table


def _references(prefix: str, metadata: MetaData) -> Table:
    table = Table(
        f"{prefix}_references",
        metadata,
        Column("reference", String, primary_key=True),
        Column("delivery_id", String, primary_key=True),
    )
    Index(f"ix_{prefix}_references_delivery", table.c.delivery_id)
    return table


def _inbox(prefix: str, metadata: MetaData) -> Table:
    table = Table(
        f"{prefix}_inbox",
        metadata,
        Column("inbound_id", String, primary_key=True),
        Column("item", LargeBinary, nullable=False),
        Column("received_at", Utc, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("due_at", Utc),
        Column("verdict", String),
        Column("detail", String),
        Column("session_id", String),
    )
    Index(f"ix_{prefix}_inbox_due", table.c.due_at)
    return table


def _replies(prefix: str, metadata: MetaData) -> Table:
    table = Table(
        f"{prefix}_replies",
        metadata,
        Column("inbound_id", String, primary_key=True),
        Column("item", LargeBinary, nullable=False),
        Column("state", String, nullable=False),
        Column("choices", JSON, nullable=False),
        Column("note", Text, nullable=False),
        Column("session_id", String, nullable=False),
        Column("verdict", String, nullable=False),
        Column("provider_ref", String, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("due_at", Utc),
    )
    Index(f"ix_{prefix}_replies_due", table.c.due_at)
    return table


def _oauth_states(prefix: str, metadata: MetaData) -> Table:
    return Table(
        f"{prefix}_oauth_states",
        metadata,
        Column("state_hash", String, primary_key=True),
        Column("browser_hash", String, nullable=False),
        Column("user_id", String, nullable=False),
        Column("sealed_verifier", Text, nullable=False),
        Column("expires_at", Utc, nullable=False),
        Column("consumed_at", Utc),
    )


def _leases(prefix: str, metadata: MetaData) -> Table:
    return Table(
        f"{prefix}_leases",
        metadata,
        Column("name", String, primary_key=True),
        Column("holder", String, nullable=False),
        Column("until", Utc, nullable=False),
    )
