"""A statement that answers rows, with as little work a row as there can be."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, JSON, Connection, String, bindparam, func, select
from sqlalchemy.sql.elements import ColumnElement

from parley_kit.store.prepared import PerDialect

Row = dict[str, Any]


class Query(PerDialect):
    """A SELECT, or a change that returns rows.

    Args:
        build: The statement for a dialect's name, e.g. ``sqlite``.
        keys: The names of its parameters, all of which each call brings.
    """

    def __call__(self, connection: Connection, **values: Any) -> list[Row]:
        """All rows by column name; JSON and times as the columns' types say."""
        return self.prepared(connection).rows(connection, values)


def is_one_of(dialect: str, column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """``column IN (…)`` for a list of texts of any length as the one parameter ``name``.

    A placeholder for each value would make another statement of each length, to be parsed anew.
    """
    if dialect == "sqlite":
        listed = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
        return column.in_(select(listed.c.value))
    return column == func.any(bindparam(name, type_=ARRAY(String)))
