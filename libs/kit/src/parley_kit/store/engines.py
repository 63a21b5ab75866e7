"""SQLAlchemy engines for the two kinds of database URL."""

from __future__ import annotations

import sqlite3
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from parley_kit.store.prepared import Statement

_BUSY_MILLISECONDS = 10_000
_CHECKPOINT_PAGES = 4_000
"""16 MB of log: pages that change in every transaction are copied back a quarter as often."""
_JSON: dict[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}


def is_sqlite(url: str) -> bool:
    """Whether the URL names an SQLite database."""
    return url.startswith("sqlite:")


def is_memory(url: str) -> bool:
    """Whether the database lives in this process only."""
    return url in {"sqlite://", "sqlite:///:memory:"}


def open_writer(url: str, connections: int) -> Engine:
    """An engine whose transactions take the write lock at their beginning."""
    if not is_sqlite(url):
        return _postgresql(url, connections)
    engine = create_engine(url, poolclass=StaticPool, connect_args=_shared(), **_JSON)
    _tune_sqlite(engine, "BEGIN IMMEDIATE")
    return engine


def open_reader(url: str, connections: int) -> Engine:
    """An engine for reading beside the writers."""
    if not is_sqlite(url):
        return _postgresql(url, connections)
    engine = create_engine(
        url, pool_size=connections, max_overflow=0, connect_args=_shared(), **_JSON
    )
    _tune_sqlite(engine, "BEGIN")
    return engine


def _shared() -> dict[str, Any]:
    return {"check_same_thread": False}


def _postgresql(url: str, connections: int) -> Engine:
    driver_url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(
        driver_url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5, "client_encoding": "utf8"},
        **_JSON,
    )


def _tune_sqlite(engine: Engine, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, by us
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={_BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-65536",
            f"wal_autocheckpoint={_CHECKPOINT_PAGES}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    beginning = Statement(begin)

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        beginning(connection)
