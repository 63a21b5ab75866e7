"""`Store` and `Unit` on a `parley_kit.store.Database`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, bindparam, select

from parley_kit.clock import utc_now
from parley_kit.store import Database, Standing, Transaction
from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.adapters.sql_store.conversations import SqlConversations
from parley_orchestrator.adapters.sql_store.deliveries import SqlDeliveries
from parley_orchestrator.adapters.sql_store.feedback import SqlFeedback
from parley_orchestrator.adapters.sql_store.gates import SqlGates
from parley_orchestrator.adapters.sql_store.links import SqlLinks
from parley_orchestrator.adapters.sql_store.live import SqlLive
from parley_orchestrator.adapters.sql_store.people import SqlPeople
from parley_orchestrator.ports import Unit

T = TypeVar("T")


class SqlUnit:
    """One transaction's repositories."""

    def __init__(
        self,
        connection: Connection,
        now: datetime,
        hints: set[str],
        require: Callable[[Collection[str]], None],
    ) -> None:
        self.now = now
        self.concern = require
        self._hints = hints
        self.people = SqlPeople(connection, now)
        self.conversations = SqlConversations(connection, now, self.hint, require)
        self.feedback = SqlFeedback(connection, now)
        self.deliveries = SqlDeliveries(connection, now, self.hint)
        self.links = SqlLinks(connection, now)
        self.gates = SqlGates(connection, now)
        self.live = SqlLive(connection, now, self.hint)

    def hint(self, text: str) -> None:
        """Leaves a hint for after commit."""
        self._hints.add(text)


class SqlStore:
    """The orchestrator's state in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.lock_with(_lock_sessions)

    async def transact(self, command: Callable[[Unit], T], sessions: Collection[str] = ()) -> T:
        """Runs a command in one transaction; returns after commit."""
        return await self._database.write(lambda tx: command(_unit(tx)), sessions)

    def stand_by(self, hint: str, command: Callable[[Unit], T]) -> Standing[T]:
        """Lets a command run in the first transaction of this process that leaves a hint."""
        return self._database.stand_by(hint, lambda tx: command(_unit(tx)))

    async def read(self, query: Callable[[Unit], T]) -> T:
        """Runs a query beside the writers."""
        return await self._database.read(
            lambda connection: query(SqlUnit(connection, utc_now(), set(), _nothing))
        )

    def on_commit(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Hands the hints of each commit to a listener."""
        self._database.on_commit(listener)


def _unit(tx: Transaction) -> SqlUnit:
    return SqlUnit(tx.connection, tx.now, tx.hints, tx.require)


_LOCK = (
    select(t.sessions.c.id)
    .where(t.sessions.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(t.sessions.c.id)
    .with_for_update()
)


def _nothing(_sessions: Collection[str]) -> None:
    """A query changes no log."""


def _lock_sessions(connection: Connection, ids: list[str]) -> None:
    connection.execute(_LOCK, {"ids": ids})
