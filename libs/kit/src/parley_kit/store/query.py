"""A statement that answers rows, with as little work a row as there can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ARRAY, JSON, Connection, Dialect, String, bindparam, func, select
from sqlalchemy.sql.elements import ColumnElement

from parley_kit.store.prepared import Prepared, Processor

Row = dict[str, Any]


class Query:
    """A SELECT, or a change that returns rows, compiled once a dialect.

    Args:
        build: The statement for a dialect's name, e.g. ``sqlite``.
        keys: The names of its parameters, all of which each call brings.
    """

    def __init__(self, build: Callable[[str], Any], keys: Sequence[str] = ()) -> None:
        self._build = build
        self._keys = list(keys)
        self._prepared: dict[str, _Read] = {}

    def __call__(self, connection: Connection, **values: Any) -> list[Row]:
        """All rows by column name; JSON and times as the columns' types say."""
        return self._for(connection).rows(connection, values)

    def _for(self, connection: Connection) -> _Read:
        dialect = connection.dialect
        prepared = self._prepared.get(dialect.name)
        if prepared is None:
            prepared = _Read(self._build(dialect.name), self._keys, dialect)
            self._prepared[dialect.name] = prepared
        return prepared


class _Read:
    def __init__(self, statement: Any, keys: Sequence[str], dialect: Dialect) -> None:
        self._prepared = Prepared(statement, keys, dialect)
        columns = list(statement.exported_columns)
        self._names = [column.name for column in columns]
        self._processed: list[tuple[str, Processor]] = []
        for column in columns:
            implementation = column.type.dialect_impl(dialect)
            processor = implementation.result_processor(dialect, None)
            if processor is not None:
                self._processed.append((column.name, processor))

    def rows(self, connection: Connection, values: dict[str, Any]) -> list[Row]:
        found = self._prepared.run(connection, values).fetchall()
        return [self._row(values) for values in found]

    def _row(self, values: Sequence[Any]) -> Row:
        row = dict(zip(self._names, values, strict=True))
        for name, process in self._processed:
            row[name] = process(row[name])
        return row


def is_one_of(dialect: str, column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """``column IN (…)`` for a list of texts of any length as the one parameter ``name``.

    A placeholder for each value would make another statement of each length, to be parsed anew.
    """
    if dialect == "sqlite":
        listed = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
        return column.in_(select(listed.c.value))
    return column == func.any(bindparam(name, type_=ARRAY(String)))
