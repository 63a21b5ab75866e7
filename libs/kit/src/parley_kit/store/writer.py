"""Group commit: a thread runs every waiting command in one transaction, each in its savepoint."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DBAPIError

from parley_kit.logs import get_logger
from parley_kit.store.failures import as_service_error, is_lost_race, unavailable
from parley_kit.store.jobs import Job, Outcome, StandingBy
from parley_kit.store.prepared import Statement

if TYPE_CHECKING:
    from parley_kit.store.database import Transaction

log = get_logger(__name__)

_GROUP = 256
_TRIES = 8
LockRows = Callable[[Connection, list[str]], None]


class CalledError(Exception):
    """A command that stood by undid the transaction; those that called it are run again alone."""


class UnlockedRowsError(Exception):
    """A command needs rows that it had not named."""

    def __init__(self, rows: Iterable[str]) -> None:
        super().__init__("rows must be locked first")
        self.rows = frozenset(rows)


class CommitLostError(Exception):
    """The commit did not answer: what is in `outcomes` may be stored or not."""

    def __init__(self, reason: str, outcomes: Sequence[Outcome]) -> None:
        super().__init__(reason)
        self.outcomes = outcomes


def _lost(error: CommitLostError) -> list[Outcome]:
    return [Outcome(outcome.job, error=unavailable(error)) for outcome in error.outcomes]


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
        self.standing_by = StandingBy()
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
            for part in self._parts(group):
                self._answer(self._settle(part))
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

    def _parts(self, group: list[Job[Any]]) -> list[list[Job[Any]]]:
        """What is committed together: what names its rows, where rows are locked."""
        if self.lock_rows is None:
            return [group]
        named = [job for job in group if job.rows]
        return [*([named] if named else []), *([job] for job in group if not job.rows)]

    def _settle(self, group: list[Job[Any]]) -> list[Outcome]:
        """Commits the group; where that fails as a whole, each command by itself."""
        if len(group) > 1:
            try:
                return self._transact(group)
            except CommitLostError as error:
                return _lost(error)
            except Exception as error:  # noqa: BLE001  # each is tried alone, meets its own error
                log.debug("a group was undone", commands=len(group), reason=type(error).__name__)
        return [outcome for job in group for outcome in self._settle_alone(job)]

    def _settle_alone(self, job: Job[Any]) -> list[Outcome]:
        for attempt in range(1, _TRIES + 1):
            try:
                return self._transact_alone(job)
            except CalledError:
                continue
            except DBAPIError as error:
                if is_lost_race(error) and attempt < _TRIES:
                    continue
                return [Outcome(job, error=as_service_error(error) or error)]
            except CommitLostError as error:
                return _lost(error)
            except BaseException as error:  # noqa: BLE001  # the waiting task gets it
                return [Outcome(job, error=error)]
        return [Outcome(job, error=unavailable(RuntimeError("it is too busy")))]

    def _transact_alone(self, job: Job[Any]) -> list[Outcome]:
        """Finds out which rows it needs by running it; then it has them from its beginning."""
        while True:
            try:
                return self._transact([job])
            except UnlockedRowsError as error:
                if error.rows <= job.rows:
                    raise AssertionError("rows that were locked are asked for again") from error
                job.rows |= error.rows

    def _answer(self, outcomes: Sequence[Outcome]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[Outcome]] = {}
        for outcome in outcomes:
            by_loop.setdefault(outcome.job.loop, []).append(outcome)
        for loop, theirs in by_loop.items():
            try:
                loop.call_soon_threadsafe(self._tell, theirs)
            except RuntimeError:
                continue  # that loop is closed: nobody waits any more

    def _tell(self, outcomes: Sequence[Outcome]) -> None:
        """On the loop. A caller may have hung up: what it stored is told of all the same."""
        for outcome in outcomes:
            outcome.resolve()
        hints: frozenset[str] = frozenset().union(*(outcome.hints for outcome in outcomes))
        if hints:
            self._after_commit(hints)

    def _transact(self, group: Sequence[Job[Any]]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        with self._engine.connect() as connection:
            transaction = connection.begin()
            try:
                self._run_group(connection, group, outcomes)
            except BaseException:
                transaction.rollback()
                self._call_later(group, outcomes)
                raise
            _commit(transaction, outcomes)
        return outcomes

    def _run_group(
        self, connection: Connection, group: Sequence[Job[Any]], outcomes: list[Outcome]
    ) -> None:
        """Adds an outcome for each command, then for each that stood by for a hint of theirs."""
        tx = self._begin(connection)
        rows: frozenset[str] = frozenset().union(*(job.rows for job in group))
        if self.lock_rows is not None:
            tx.locked = rows
            if rows:
                self.lock_rows(connection, sorted(rows))
        run = _run_one if len(group) == 1 else _run_in_savepoint
        outcomes += [run(tx, job) for job in group]
        hints = _hints(outcomes)
        for hint, job in self.standing_by.called_by(hints):
            self._run_called(tx, hint, job, outcomes)
        self._before_commit(connection, hints | _hints(outcomes))

    def _run_called(
        self, tx: Transaction, hint: str, job: Job[Any], outcomes: list[Outcome]
    ) -> None:
        outcomes.append(Outcome(job))
        try:
            outcomes[-1] = _run_in_savepoint(tx, job)
        except UnlockedRowsError as error:
            _ROLLBACK(tx.connection)
            tx.hints.clear()
            outcomes.pop()
            job.rows |= error.rows
            self._queue.put(job)  # it has them from its beginning, in a transaction of its own
        except DBAPIError as error:
            raise CalledError from error
        else:
            for outcome in outcomes[:-1]:
                outcome.hints -= {hint}  # it is followed already

    def _call_later(self, group: Sequence[Job[Any]], outcomes: Sequence[Outcome]) -> None:
        """What stood by ran in a transaction that was undone: it runs again by itself."""
        for outcome in outcomes:
            if outcome.job not in group:
                self._queue.put(outcome.job)


def _hints(outcomes: Sequence[Outcome]) -> set[str]:
    return set().union(*(outcome.hints for outcome in outcomes))


def _commit(transaction: RootTransaction, outcomes: Sequence[Outcome]) -> None:
    """Commits; a failure here may have been a success, so nothing is run again."""
    try:
        transaction.commit()
    except DBAPIError as error:
        if is_lost_race(error):
            raise
        raise CommitLostError(str(error.orig), outcomes) from error


def _run_one(tx: Transaction, job: Job[Any]) -> Outcome:
    value = job.command(tx)
    return Outcome(job, value=value, hints=_taken(tx))


_SAVEPOINT = Statement("SAVEPOINT command")
_RELEASE = Statement("RELEASE SAVEPOINT command")
_ROLLBACK = Statement("ROLLBACK TO SAVEPOINT command")


def _run_in_savepoint(tx: Transaction, job: Job[Any]) -> Outcome:
    _SAVEPOINT(tx.connection)
    try:
        value = job.command(tx)
    except (DBAPIError, UnlockedRowsError):
        raise  # the group is run again one by one, where each command meets its own error
    except Exception as error:  # noqa: BLE001  # the waiting task gets it
        _ROLLBACK(tx.connection)
        tx.hints.clear()
        return Outcome(job, error=error)
    _RELEASE(tx.connection)
    return Outcome(job, value=value, hints=_taken(tx))


def _taken(tx: Transaction) -> frozenset[str]:
    hints = frozenset(tx.hints)
    tx.hints.clear()
    return hints
