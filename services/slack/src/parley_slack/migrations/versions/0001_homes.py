"""The App Homes that people have opened, and how far changes to them were followed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "slack_homes",
        sa.Column("connection_id", sa.String(), primary_key=True),
        sa.Column("slack_user_id", sa.String(), primary_key=True),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("enterprise_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("cards", sa.JSON(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_slack_homes_due", "slack_homes", ["due_at"])
    op.create_index("ix_slack_homes_user", "slack_homes", ["slack_user_id"])
    op.create_table(
        "slack_home_cursor",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("cursor", sa.String(), nullable=False),
    )


def downgrade() -> None:
    """Drops the tables."""
    op.drop_table("slack_home_cursor")
    op.drop_table("slack_homes")
