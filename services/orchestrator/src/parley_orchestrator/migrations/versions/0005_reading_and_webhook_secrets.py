"""How far people have read; webhook secrets that are being replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds the columns; nobody has read anything yet, and no secret is being replaced."""
    op.add_column(
        "session_users",
        sa.Column("read_seq", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.add_column(
        "agents",
        sa.Column("sealed_old_webhook_secret", sa.Text(), nullable=False, server_default=""),
    )
    op.add_column("agents", sa.Column("old_webhook_secret_until", sa.BigInteger()))


def downgrade() -> None:
    """Drops the columns."""
    op.drop_column("agents", "old_webhook_secret_until")
    op.drop_column("agents", "sealed_old_webhook_secret")
    op.drop_column("session_users", "read_seq")
