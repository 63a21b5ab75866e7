"""INSERT … ON CONFLICT, which both engines spell alike and SQLAlchemy keeps in each dialect."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite


def upsert(dialect: str, table: Table) -> Any:
    """The insert of ``sqlite`` or ``postgresql``, which knows ON CONFLICT."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415  # 2 MB, not needed on SQLite

    return postgresql.insert(table)
