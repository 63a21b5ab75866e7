"""A statement compiled once, run on the driver's own cursor.

SQLAlchemy's execution builds parameters, contexts and row objects anew each time; for statements
that run thousands of times a second that costs several times as much as the database does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Processor = Callable[[Any], Any]
Values = Mapping[str, Any]


class Statement:
    """A text without values, e.g. ``SAVEPOINT command``."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __call__(self, connection: Connection) -> Any:
        """Runs it; answers the driver's cursor."""
        return _run(connection, self._text, ())


class Prepared:
    """A statement's text, and how its values are handed to the driver.

    Args:
        statement: Any SQLAlchemy Core statement.
        keys: The names that the values bring; other parameters are constants of the statement.
        dialect: What it is compiled for.
    """

    def __init__(self, statement: Any, keys: Sequence[str], dialect: Dialect) -> None:
        compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(keys))
        self._text = compiled.string
        is_positional = compiled.positiontup is not None
        names = list(compiled.positiontup or compiled.binds)
        self._processed: list[tuple[str, Processor]] = []
        self._constants: dict[str, Any] = {}
        for name in dict.fromkeys(names):
            bind = compiled.binds[name]
            process = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if name not in keys:
                value = bind.effective_value
                self._constants[name] = process(value) if process else value
            elif process is not None:
                self._processed.append((name, process))
        self._in_order = _in_order(names) if is_positional else None
        self._names: list[str] = []
        self._results: list[tuple[str, Processor]] = []
        for found in getattr(statement, "exported_columns", ()):
            self._names.append(found.name)
            process = found.type.dialect_impl(dialect).result_processor(dialect, None)
            if process is not None:
                self._results.append((found.name, process))

    def bound(self, values: Values) -> Any:
        """The values as the driver takes them."""
        bound = {**self._constants, **values}
        for name, process in self._processed:
            bound[name] = process(bound[name])
        return bound if self._in_order is None else self._in_order(bound)

    def run(self, connection: Connection, values: Values) -> Any:
        """Runs it once; answers the driver's cursor."""
        return _run(connection, self._text, self.bound(values))

    def rows(self, connection: Connection, values: Values) -> list[dict[str, Any]]:
        """Runs it once; answers all rows by column name."""
        return [self._row(found) for found in self.run(connection, values).fetchall()]

    def _row(self, values: Sequence[Any]) -> dict[str, Any]:
        row = dict(zip(self._names, values, strict=True))
        for name, process in self._results:
            row[name] = process(row[name])
        return row

    def run_many(self, connection: Connection, rows: Iterable[Values]) -> None:
        """Runs it for every row."""
        parameters = [self.bound(row) for row in rows]
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(self._text, parameters)
        except _driver_error(connection) as error:
            raise _translated(connection, self._text, error) from error


class PerDialect:
    """A statement that is compiled once a dialect.

    Args:
        build: The statement for a dialect's name, e.g. ``sqlite``.
        keys: The names of the values that come with each run.
    """

    def __init__(self, build: Callable[[str], Any], keys: Sequence[str] = ()) -> None:
        self._build = build
        self._keys = list(keys)
        self._prepared: dict[str, Prepared] = {}

    def prepared(self, connection: Connection) -> Prepared:
        """The statement for the connection's dialect."""
        dialect = connection.dialect
        found = self._prepared.get(dialect.name)
        if found is None:
            found = Prepared(self._build(dialect.name), self._keys, dialect)
            self._prepared[dialect.name] = found
        return found


def _run(connection: Connection, text: str, parameters: Any) -> Any:
    cursor = connection.connection.cursor()
    try:
        cursor.execute(text, parameters)
    except _driver_error(connection) as error:
        raise _translated(connection, text, error) from error
    return cursor


def _translated(connection: Connection, text: str, error: Exception) -> Exception:
    """The error as SQLAlchemy would have raised it; a line that broke is not used again."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]
    if is_lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        text,
        None,
        error,
        _driver_error(connection),
        connection_invalidated=is_lost,
        dialect=dialect,
        hide_parameters=True,
    )


def _driver_error(connection: Connection) -> type[Exception]:
    found: type[Exception] = connection.dialect.loaded_dbapi.Error
    return found


def _in_order(names: Sequence[str]) -> Callable[[Values], tuple[Any, ...]]:
    if not names:
        return lambda _values: ()
    if len(names) == 1:
        return lambda values: (values[names[0]],)
    return itemgetter(*names)
