"""Many rows through one statement, with as little work a row as there can be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.dml import UpdateBase

from parley_kit.store.prepared import Prepared


class Bulk:
    """An INSERT or UPDATE that is compiled once a dialect.

    Args:
        build: The statement for a dialect's name, e.g. ``sqlite``.
        keys: The names that each row brings, all of them.
    """

    def __init__(self, build: Callable[[str], UpdateBase], keys: Sequence[str]) -> None:
        self._build = build
        self._keys = list(keys)
        self._prepared: dict[str, Prepared] = {}

    def __call__(self, connection: Connection, rows: Collection[Mapping[str, Any]]) -> None:
        """Runs the statement for every row; does nothing without rows."""
        if not rows:
            return
        dialect = connection.dialect
        prepared = self._prepared.get(dialect.name)
        if prepared is None:
            prepared = Prepared(self._build(dialect.name), self._keys, dialect)
            self._prepared[dialect.name] = prepared
        prepared.run_many(connection, rows)
