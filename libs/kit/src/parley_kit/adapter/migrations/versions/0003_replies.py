"""What a channel says back to the sender of an item, and which session a text went to."""

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the column and the table."""
    prefix = _prefix()
    op.add_column(f"{prefix}_inbox", sa.Column("session_id", sa.String()))
    op.create_table(
        f"{prefix}_replies",
        sa.Column("inbound_id", sa.String(), nullable=False),
        sa.Column("item", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("provider_ref", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("inbound_id"),
    )
    op.create_index(f"ix_{prefix}_replies_due", f"{prefix}_replies", ["due_at"])


def downgrade() -> None:
    """Drops them."""
    prefix = _prefix()
    op.drop_table(f"{prefix}_replies")
    op.drop_column(f"{prefix}_inbox", "session_id")


def _prefix() -> str:
    table: str = context.config.attributes["version_table"]
    return table.removesuffix("_alembic_version")
