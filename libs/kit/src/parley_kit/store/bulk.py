"""Changes of many rows, with as little work a row as there can be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection

from parley_kit.store.prepared import PerDialect


class Bulk(PerDialect):
    """An INSERT or UPDATE that runs once for each row.

    Args:
        build: The statement for a dialect's name, e.g. ``sqlite``.
        keys: The names that each row brings, all of them.
    """

    def __call__(self, connection: Connection, rows: Collection[Mapping[str, Any]]) -> None:
        """Runs the statement for every row; does nothing without rows."""
        if rows:
            self.prepared(connection).run_many(connection, rows)


class Change(PerDialect):
    """An UPDATE or DELETE that changes many rows at once.

    Args:
        build: The statement for a dialect's name, e.g. ``sqlite``.
        keys: The names of its parameters, all of which each call brings.
    """

    def __call__(self, connection: Connection, **values: Any) -> int:
        """How many rows were changed."""
        changed: int = self.prepared(connection).run(connection, values).rowcount
        return changed
