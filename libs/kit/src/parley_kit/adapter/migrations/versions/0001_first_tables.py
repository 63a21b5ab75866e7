"""First tables: connections, ledger, references, inbox, OAuth states, leases.

As they were then: later changes are revisions of their own.
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    prefix = context.config.attributes["version_table"].removesuffix("_alembic_version")
    op.create_table(
        f"{prefix}_connections",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("sealed_access_token", sa.Text(), nullable=True),
        sa.Column("sealed_refresh_token", sa.Text(), nullable=True),
        sa.Column("token_expires_at", sa.BigInteger(), nullable=True),
        sa.Column("granted_scopes", sa.JSON(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=True),
        sa.Column("last_received_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("last_error_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("connected_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id"),
        sa.UniqueConstraint("account"),
    )
    op.create_table(
        f"{prefix}_inbox",
        sa.Column("inbound_id", sa.String(), nullable=False),
        sa.Column("item", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("inbound_id"),
    )
    op.create_index(f"ix_{prefix}_inbox_due", f"{prefix}_inbox", ["due_at"])
    op.create_table(
        f"{prefix}_leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        f"{prefix}_ledger",
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=False),
        sa.Column("provider_ref", sa.String(), nullable=True),
        sa.Column("thread_ref", sa.String(), nullable=True),
        sa.Column("connection_id", sa.String(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("learned_addresses", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("delivery_id"),
    )
    op.create_table(
        f"{prefix}_oauth_states",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("sealed_verifier", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("consumed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("state_hash"),
    )
    op.create_table(
        f"{prefix}_references",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("reference", "delivery_id"),
    )
    op.create_index(f"ix_{prefix}_references_delivery", f"{prefix}_references", ["delivery_id"])


def downgrade() -> None:
    """Drops the tables."""
    prefix = context.config.attributes["version_table"].removesuffix("_alembic_version")
    for table in ("connections", "ledger", "references", "inbox", "oauth_states", "leases"):
        op.drop_table(f"{prefix}_{table}")
