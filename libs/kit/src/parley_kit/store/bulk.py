"""Many rows through one statement, with as little work a row as there can be.

SQLAlchemy's own executemany builds a parameter dictionary for each row through its compiler; for
statements that run thousands of times a second that costs more than the database does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

Processor = Callable[[Any], Any] | None


class Bulk:
    """An INSERT or UPDATE that is compiled once a dialect.

    Args:
        build: The statement for a dialect's name, e.g. ``sqlite``.
        keys: The names that each row brings, all of them.
    """

    def __init__(self, build: Callable[[str], UpdateBase], keys: Sequence[str]) -> None:
        self._build = build
        self._keys = list(keys)
        self._prepared: dict[str, _Prepared] = {}

    def __call__(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Runs the statement for every row; does nothing without rows."""
        if not rows:
            return
        dialect = connection.dialect
        prepared = self._prepared.get(dialect.name)
        if prepared is None:
            prepared = _Prepared(self._build(dialect.name), self._keys, dialect)
            self._prepared[dialect.name] = prepared
        connection.exec_driver_sql(prepared.text, [prepared.values(row) for row in rows])


class _Prepared:
    def __init__(self, statement: UpdateBase, keys: list[str], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=keys)
        self.text = compiled.string
        names = compiled.positiontup or list(compiled.binds)
        self._is_positional = compiled.positiontup is not None
        self._slots = [_slot(compiled, name, keys, dialect) for name in names]

    def values(self, row: Mapping[str, Any]) -> Any:
        """The row as the driver takes it."""
        if self._is_positional:
            return tuple(_value(slot, row) for slot in self._slots)
        return {slot[0]: _value(slot, row) for slot in self._slots}


_Slot = tuple[str, bool, Any, Processor]


def _slot(compiled: SQLCompiler, name: str, keys: list[str], dialect: Dialect) -> _Slot:
    bind = compiled.binds[name]
    processor = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if name in keys:
        return name, True, None, processor
    constant = bind.effective_value
    return name, False, processor(constant) if processor else constant, None


def _value(slot: _Slot, row: Mapping[str, Any]) -> Any:
    name, is_from_row, constant, processor = slot
    if not is_from_row:
        return constant
    return processor(row[name]) if processor else row[name]
