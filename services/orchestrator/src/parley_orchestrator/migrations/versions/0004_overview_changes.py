"""Whose overview changed, for the pages of it that channels have out."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the table; rows are only added, so that no two transactions wait for each other."""
    op.create_table(
        "overview_changes",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("user_id", sa.String(), nullable=False),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_table("overview_changes")
