"""When a connection was last in step, and when silence about a send counts as its arrival."""

import sqlalchemy as sa
from alembic import context, op

from parley_kit.store import Utc

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the columns."""
    prefix = _prefix()
    op.add_column(f"{prefix}_connections", sa.Column("last_synced_at", Utc))
    op.add_column(f"{prefix}_ledger", sa.Column("presumed_delivered_at", Utc))
    is_open = sa.text("presumed_delivered_at IS NOT NULL")
    op.create_index(
        f"ix_{prefix}_ledger_presumed",
        f"{prefix}_ledger",
        ["presumed_delivered_at"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def downgrade() -> None:
    """Drops them."""
    prefix = _prefix()
    op.drop_index(f"ix_{prefix}_ledger_presumed")
    op.drop_column(f"{prefix}_ledger", "presumed_delivered_at")
    op.drop_column(f"{prefix}_connections", "last_synced_at")


def _prefix() -> str:
    table: str = context.config.attributes["version_table"]
    return table.removesuffix("_alembic_version")
