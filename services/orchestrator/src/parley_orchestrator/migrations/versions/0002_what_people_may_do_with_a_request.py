"""Requests that are urgent, dangerous, editable, reminded of; answers with what was edited."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
_NO = sa.false()


def upgrade() -> None:
    """Adds the columns; what was asked before has none of it."""
    for name in ("urgent", "dangerous", "allow_edit"):
        op.add_column(
            "feedback_requests", sa.Column(name, sa.Boolean(), nullable=False, server_default=_NO)
        )
    op.add_column(
        "feedback_requests",
        sa.Column("reminders", sa.JSON(), nullable=False, server_default="[]"),
    )
    op.add_column(
        "feedback_requests",
        sa.Column("on_behalf_of", sa.String(), nullable=False, server_default=""),
    )
    op.add_column("feedback_responses", sa.Column("edited_action", sa.JSON()))
    op.add_column(
        "feedback_responses",
        sa.Column("is_edited", sa.Boolean(), nullable=False, server_default=_NO),
    )
    op.add_column(
        "feedback_responses",
        sa.Column("digest", sa.String(), nullable=False, server_default=""),
    )


def downgrade() -> None:
    """Drops the columns."""
    for name in ("digest", "is_edited", "edited_action"):
        op.drop_column("feedback_responses", name)
    for name in ("on_behalf_of", "reminders", "allow_edit", "dangerous", "urgent"):
        op.drop_column("feedback_requests", name)
