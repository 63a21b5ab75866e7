"""First tables: connections, ledger, references, inbox, OAuth states, leases."""

import sqlalchemy as sa
from alembic import context, op

from parley_kit.store import Utc

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    prefix = _prefix()
    _create_connections(prefix)
    _create_ledger(prefix)
    _create_inbox(prefix)
    op.create_table(
        f"{prefix}_oauth_states",
        sa.Column("state_hash", sa.String, primary_key=True),
        sa.Column("browser_hash", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("sealed_verifier", sa.Text, nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        sa.Column("consumed_at", Utc),
    )
    op.create_table(
        f"{prefix}_leases",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("until", Utc, nullable=False),
    )


def _create_connections(prefix: str) -> None:
    op.create_table(
        f"{prefix}_connections",
        sa.Column("connection_id", sa.String, primary_key=True),
        sa.Column("account", sa.String, nullable=False, unique=True),
        sa.Column("display_name", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("detail", sa.String, nullable=False),
        sa.Column("sealed_access_token", sa.Text),
        sa.Column("sealed_refresh_token", sa.Text),
        sa.Column("token_expires_at", Utc),
        sa.Column("granted_scopes", sa.JSON, nullable=False),
        sa.Column("state", sa.JSON, nullable=False),
        sa.Column("cursor", sa.BigInteger),
        sa.Column("last_received_at", Utc),
        sa.Column("last_error", sa.String, nullable=False),
        sa.Column("last_error_at", Utc),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("connected_at", Utc, nullable=False),
    )


def _create_ledger(prefix: str) -> None:
    op.create_table(
        f"{prefix}_ledger",
        sa.Column("delivery_id", sa.String, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("session_id", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("request_id", sa.String, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("claimed_at", Utc, nullable=False),
        sa.Column("provider_ref", sa.String),
        sa.Column("thread_ref", sa.String),
        sa.Column("connection_id", sa.String),
        sa.Column("sent_at", Utc),
        sa.Column("learned_addresses", sa.JSON),
    )
    op.create_table(
        f"{prefix}_references",
        sa.Column("reference", sa.String, primary_key=True),
        sa.Column("delivery_id", sa.String, primary_key=True),
    )
    op.create_index(f"ix_{prefix}_references_delivery", f"{prefix}_references", ["delivery_id"])


def _create_inbox(prefix: str) -> None:
    op.create_table(
        f"{prefix}_inbox",
        sa.Column("inbound_id", sa.String, primary_key=True),
        sa.Column("item", sa.LargeBinary, nullable=False),
        sa.Column("received_at", Utc, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", Utc),
        sa.Column("verdict", sa.String),
        sa.Column("detail", sa.String),
    )
    op.create_index(f"ix_{prefix}_inbox_due", f"{prefix}_inbox", ["due_at"])


def downgrade() -> None:
    """Drops the tables."""
    for name in ("connections", "ledger", "references", "inbox", "oauth_states", "leases"):
        op.drop_table(f"{_prefix()}_{name}")


def _prefix() -> str:
    table: str = context.config.attributes["version_table"]
    return table.removesuffix("_alembic_version")
