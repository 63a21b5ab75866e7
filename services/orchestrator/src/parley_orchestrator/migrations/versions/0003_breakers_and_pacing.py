"""Breakers, pacing, urgent deliveries; lanes stand at the gate of their connection."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
_DUE = sa.text("due_at IS NOT NULL")
_AWAKE = sa.text("awake_until IS NOT NULL")


def upgrade() -> None:
    """Adds the tables and columns; a lane's gate is the connection that carried it."""
    op.create_table(
        "breakers",
        sa.Column("channel", sa.String(), primary_key=True),
        sa.Column("connection_id", sa.String(), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("trips", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("is_cleared", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "paces",
        sa.Column("channel", sa.String(), primary_key=True),
        sa.Column("limit_name", sa.String(), primary_key=True),
        sa.Column("subject", sa.String(), primary_key=True),
        sa.Column("tat", sa.BigInteger(), nullable=False),
        sa.Column("awake_until", sa.BigInteger()),
    )
    op.create_index(
        "ix_paces_awake",
        "paces",
        ["channel", "awake_until"],
        sqlite_where=_AWAKE,
        postgresql_where=_AWAKE,
    )
    op.add_column(
        "deliveries",
        sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("lanes", sa.Column("gate", sa.String(), nullable=False, server_default=""))
    op.add_column("lanes", sa.Column("rank", sa.Integer(), nullable=False, server_default="1"))
    op.execute("UPDATE lanes SET gate = connection_id")
    op.drop_index("ix_lanes_due", "lanes")
    op.create_index(
        "ix_lanes_gate",
        "lanes",
        ["channel", "gate", "rank", "due_at"],
        sqlite_where=_DUE,
        postgresql_where=_DUE,
    )
    op.drop_index("ix_attempts_finished", "attempts")
    op.create_index("ix_attempts_finished", "attempts", ["channel", "finished_at"])


def downgrade() -> None:
    """Drops them; what waits at a gate is due as it was."""
    op.drop_index("ix_attempts_finished", "attempts")
    op.create_index("ix_attempts_finished", "attempts", ["finished_at"])
    op.drop_index("ix_lanes_gate", "lanes")
    op.create_index(
        "ix_lanes_due",
        "lanes",
        ["channel", "due_at"],
        sqlite_where=_DUE,
        postgresql_where=_DUE,
    )
    op.drop_column("lanes", "rank")
    op.drop_column("lanes", "gate")
    op.drop_column("deliveries", "urgent")
    op.drop_table("paces")
    op.drop_table("breakers")
