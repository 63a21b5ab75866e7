"""Alembic, driven from code."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def upgrade(
    connection: Connection, folder: Path, version_table: str, revision: str = "head"
) -> None:
    """Brings the schema to a revision, the newest by default, in the connection's transaction.

    The folder holds ``env.py`` and ``versions/``.
    """
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.attributes["version_table"] = version_table
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
