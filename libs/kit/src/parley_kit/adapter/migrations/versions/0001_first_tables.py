"""First tables: connections, ledger, references, inbox, OAuth states, leases."""

from alembic import context, op

from parley_kit.adapter.tables import adapter_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    prefix = context.config.attributes["version_table"].removesuffix("_alembic_version")
    adapter_tables(prefix).metadata.create_all(op.get_bind())


def downgrade() -> None:
    """Drops the tables."""
    prefix = context.config.attributes["version_table"].removesuffix("_alembic_version")
    adapter_tables(prefix).metadata.drop_all(op.get_bind())
