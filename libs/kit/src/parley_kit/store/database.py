"""One database: commands that wait together commit together; reads run beside them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, text

from parley_kit.clock import utc_now
from parley_kit.store import engines
from parley_kit.store.failures import translated
from parley_kit.store.jobs import Job
from parley_kit.store.writer import GroupWriter, LockRows, UnlockedRowsError

T = TypeVar("T")
Hints = frozenset[str]
Listener = Callable[[Hints], None]
_READERS = 4


class Transaction:
    """What a command gets: the connection, the database's time, and hints to leave.

    Attributes:
        connection: For SQLAlchemy Core statements.
        now: The database's clock, aware UTC; read once a group.
        hints: Short texts that are handed to the listeners after commit, e.g. ``session:ses_1:7``.
        locked: The rows that were locked at its beginning; None where nobody waits for rows.
    """

    __slots__ = ("connection", "hints", "locked", "now")

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self.hints: set[str] = set()
        self.locked: frozenset[str] | None = None

    def require(self, rows: Collection[str]) -> None:
        """Says which rows the command is about to change.

        Raises:
            UnlockedRowsError: They were not locked at the beginning; the command runs again with
                them, so that all commands lock in one order and never wait in a circle.
        """
        if self.locked is not None and not self.locked.issuperset(rows):
            raise UnlockedRowsError(rows)


Command = Callable[[Transaction], T]


@dataclass(frozen=True)
class Standing(Generic[T]):
    """A command that stands by.

    Attributes:
        result: Resolved after commit, as `Database.write` would return or raise.
        withdraw: Takes the command back; False when it was called: the result is on the way.
    """

    result: asyncio.Future[T]
    withdraw: Callable[[], bool]


class Database:
    """A database by URL: ``sqlite:///path``, ``sqlite:///:memory:`` or ``postgresql://…``.

    Args:
        url: Where it is.
        notify_channel: PostgreSQL only: hints are also sent as NOTIFY on this channel, in the
            transaction that left them, so that other processes hear of the commit.
        writers: How many connections write at once on PostgreSQL; SQLite has one.
    """

    def __init__(self, url: str, *, notify_channel: str = "", writers: int = 2) -> None:
        self.url = url
        self.is_sqlite = engines.is_sqlite(url)
        self._is_memory = engines.is_memory(url)
        count = 1 if self.is_sqlite else writers
        self._write_engine = engines.open_writer(url, count)
        self._listeners: list[Listener] = []
        self._notify_channel = "" if self.is_sqlite else notify_channel
        self._writer = GroupWriter(
            self._write_engine, count, self._begin, self._before_commit, self._tell
        )
        self._readers: ThreadPoolExecutor | None = None
        if not self._is_memory:
            self._read_engine = engines.open_reader(url, _READERS)
            self._readers = ThreadPoolExecutor(_READERS, "store-reader")

    def on_commit(self, listener: Listener) -> None:
        """Calls back on the event loop after each commit that left hints."""
        self._listeners.append(listener)

    def _tell(self, hints: Hints) -> None:
        for listener in self._listeners:
            listener(hints)

    def lock_with(self, lock_rows: LockRows) -> None:
        """How the rows that `write` names are locked, all of a group's at once and in order."""
        self._writer.lock_rows = None if self.is_sqlite else lock_rows

    async def write(self, command: Command[T], rows: Collection[str] = ()) -> T:
        """Runs a command in a transaction and returns after commit.

        Args:
            command: Runs in the writer's thread; may run again when it lost a race.
            rows: What the command is known to lock. Commands that name rows are stored together,
                and all their rows are locked first, in order; one that names none is stored by
                itself, and runs again if it turns out to need some (`Transaction.require`).

        Raises:
            ServiceError: What the command raised (its own changes are rolled back), or
                UnavailableError when the database does not answer; then nothing is known to be
                stored.
        """
        loop = asyncio.get_running_loop()
        job: Job[T] = Job(command, loop, loop.create_future(), frozenset(rows))
        self._writer.put(job)
        return await job.future

    def stand_by(self, hint: str, command: Command[T]) -> Standing[T]:
        """Lets a command run in the first transaction of this process that leaves a hint.

        It runs after those that left it and commits together with them: what they stored is
        taken further without another commit. Await `result`, or `withdraw` it.
        """
        loop = asyncio.get_running_loop()
        job: Job[T] = Job(command, loop, loop.create_future())
        self._writer.standing_by.add(hint, job)
        return Standing(job.future, lambda: self._writer.standing_by.withdraw(hint, job))

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Runs a query beside the writers; in memory it takes its turn among them."""
        if self._readers is None:
            return await self.write(lambda tx: query(tx.connection))
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, query)

    def _read(self, query: Callable[[Connection], T]) -> T:
        with translated(), self._read_engine.connect() as connection, connection.begin():
            return query(connection)

    async def close(self) -> None:
        """Lets what waits finish, then closes the connections."""
        await asyncio.to_thread(self._writer.close)
        if self._readers is not None:
            self._readers.shutdown()
            self._read_engine.dispose()
        self._write_engine.dispose()

    def _begin(self, connection: Connection) -> Transaction:
        if self.is_sqlite:
            return Transaction(connection, utc_now())
        moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return Transaction(connection, moment.astimezone(UTC))

    def _before_commit(self, connection: Connection, hints: set[str]) -> None:
        if self._notify_channel and hints:
            payload = ",".join(sorted(hints))
            values: dict[str, Any] = {
                "channel": self._notify_channel,
                "payload": payload if len(payload) <= _NOTIFY_LIMIT else "*",
            }
            connection.execute(text("SELECT pg_notify(:channel, :payload)"), values)


_NOTIFY_LIMIT = 7_900  # bytes; PostgreSQL takes less than 8,000
