"""First tables of the orchestrator."""

from alembic import op

from parley_orchestrator.adapters.sql_tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    """Drops the tables."""
    metadata.drop_all(op.get_bind())
