"""Group commit: a thread runs every waiting command in one transaction, each in its savepoint."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DBAPIError

from parley_kit.logs import get_logger
from parley_kit.store.failures import as_service_error, is_lost_race, unavailable
from parley_kit.store.prepared import Statement

if TYPE_CHECKING:
    from parley_kit.store.database import Transaction

log = get_logger(__name__)

T = TypeVar("T")
_GROUP = 256
_TRIES = 8
LockRows = Callable[[Connection, list[str]], None]


class CommitLostError(Exception):
    """The commit did not answer: the group may be stored or not."""


@dataclass(eq=False)
class Job(Generic[T]):
    """One command, who waits for it, and the rows that it is known to lock."""

    command: Callable[[Transaction], T]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[T]
    rows: frozenset[str] = frozenset()


@dataclass(eq=False)
class _Outcome:
    job: Job[Any]
    value: Any = None
    hints: frozenset[str] = frozenset()
    error: BaseException | None = None


class GroupWriter:
    """Threads that take turns at the queue; each commits what has gathered meanwhile."""

    def __init__(
        self,
        engine: Engine,
        threads: int,
        begin: Callable[[Connection], Transaction],
        before_commit: Callable[[Connection, set[str]], None],
        after_commit: Callable[[frozenset[str]], None],
    ) -> None:
        self._engine = engine
        self.lock_rows: LockRows | None = None
        self._begin = begin
        self._before_commit = before_commit
        self._after_commit = after_commit
        self._queue: queue.SimpleQueue[Job[Any] | None] = queue.SimpleQueue()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, name=f"store-writer-{n}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, job: Job[Any]) -> None:
        """Queues a command."""
        if self._closed:
            raise unavailable(RuntimeError("it is closed"))
        self._queue.put(job)

    def close(self) -> None:
        """Finishes what waits and ends the threads."""
        self._closed = True
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            group = [first]
            is_last = self._gather(group)
            self._answer(self._settle(group))
            if is_last:
                return

    def _gather(self, group: list[Job[Any]]) -> bool:
        while len(group) < _GROUP:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return False
            if job is None:
                return True
            group.append(job)
        return False

    def _settle(self, group: list[Job[Any]]) -> list[_Outcome]:
        """Commits the group; where that fails as a whole, each command by itself."""
        if len(group) > 1:
            try:
                return self._transact(group)
            except CommitLostError as error:
                return [_Outcome(job, error=unavailable(error)) for job in group]
            except Exception as error:  # noqa: BLE001  # each is tried alone, meets its own error
                log.debug("a group was undone", commands=len(group), reason=type(error).__name__)
        return [self._settle_alone(job) for job in group]

    def _settle_alone(self, job: Job[Any]) -> _Outcome:
        for attempt in range(1, _TRIES + 1):
            try:
                return self._transact([job])[0]
            except DBAPIError as error:
                if is_lost_race(error) and attempt < _TRIES:
                    continue
                return _Outcome(job, error=as_service_error(error) or error)
            except CommitLostError as error:
                return _Outcome(job, error=unavailable(error))
            except BaseException as error:  # noqa: BLE001  # the waiting task gets it
                return _Outcome(job, error=error)
        raise AssertionError("the last try returns")

    def _answer(self, outcomes: Sequence[_Outcome]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[_Outcome]] = {}
        for outcome in outcomes:
            by_loop.setdefault(outcome.job.loop, []).append(outcome)
        for loop, theirs in by_loop.items():
            try:
                loop.call_soon_threadsafe(self._tell, theirs)
            except RuntimeError:
                continue  # that loop is closed: nobody waits any more

    def _tell(self, outcomes: Sequence[_Outcome]) -> None:
        """On the loop. A caller may have hung up: what it stored is told of all the same."""
        _resolve(outcomes)
        hints: frozenset[str] = frozenset().union(*(outcome.hints for outcome in outcomes))
        if hints:
            self._after_commit(hints)

    def _transact(self, group: list[Job[Any]]) -> list[_Outcome]:
        with self._engine.connect() as connection:
            transaction = connection.begin()
            try:
                outcomes = self._run_group(connection, group)
            except BaseException:
                transaction.rollback()
                raise
            _commit(transaction)
        return outcomes

    def _run_group(self, connection: Connection, group: list[Job[Any]]) -> list[_Outcome]:
        tx = self._begin(connection)
        rows: frozenset[str] = frozenset().union(*(job.rows for job in group))
        if rows and self.lock_rows is not None:
            self.lock_rows(connection, sorted(rows))
        if len(group) == 1:
            outcomes = [_run_one(tx, group[0])]
        else:
            outcomes = [_run_in_savepoint(tx, job) for job in group]
        hints: set[str] = set().union(*(outcome.hints for outcome in outcomes))
        self._before_commit(connection, hints)
        return outcomes


def _commit(transaction: RootTransaction) -> None:
    """Commits; a failure here may have been a success, so nothing is run again."""
    try:
        transaction.commit()
    except DBAPIError as error:
        if is_lost_race(error):
            raise
        raise CommitLostError(str(error.orig)) from error


def _run_one(tx: Transaction, job: Job[Any]) -> _Outcome:
    value = job.command(tx)
    return _Outcome(job, value=value, hints=_taken(tx))


_SAVEPOINT = Statement("SAVEPOINT command")
_RELEASE = Statement("RELEASE SAVEPOINT command")
_ROLLBACK = Statement("ROLLBACK TO SAVEPOINT command")


def _run_in_savepoint(tx: Transaction, job: Job[Any]) -> _Outcome:
    _SAVEPOINT(tx.connection)
    try:
        value = job.command(tx)
    except DBAPIError:
        raise  # the group is run again one by one, where each command meets its own error
    except Exception as error:  # noqa: BLE001  # the waiting task gets it
        _ROLLBACK(tx.connection)
        tx.hints.clear()
        return _Outcome(job, error=error)
    _RELEASE(tx.connection)
    return _Outcome(job, value=value, hints=_taken(tx))


def _taken(tx: Transaction) -> frozenset[str]:
    hints = frozenset(tx.hints)
    tx.hints.clear()
    return hints


def _resolve(outcomes: Sequence[_Outcome]) -> None:
    for outcome in outcomes:
        if outcome.job.future.done():
            continue
        if outcome.error is not None:
            outcome.job.future.set_exception(outcome.error)
        else:
            outcome.job.future.set_result(outcome.value)
