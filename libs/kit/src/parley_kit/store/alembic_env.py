"""What each service's ``migrations/env.py`` calls."""

from __future__ import annotations

from alembic import context


def run() -> None:
    """Runs the migrations on the connection that `Migrations` handed over."""
    attributes = context.config.attributes
    context.configure(
        connection=attributes["connection"],
        version_table=attributes["version_table"],
        transactional_ddl=False,  # the surrounding transaction is ours
    )
    context.run_migrations()
