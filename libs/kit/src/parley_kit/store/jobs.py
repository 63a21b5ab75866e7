"""Commands on their way through the writer, and those that stand by for a hint."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from parley_kit.store.database import Transaction

T = TypeVar("T")


@dataclass(eq=False)
class Job(Generic[T]):
    """One command, who waits for it, and the rows that it is known to lock."""

    command: Callable[[Transaction], T]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[T]
    rows: frozenset[str] = frozenset()


@dataclass(eq=False)
class Outcome:
    """What became of a job: a value or an error, and the hints that it left."""

    job: Job[Any]
    value: Any = None
    hints: frozenset[str] = frozenset()
    error: BaseException | None = None

    def resolve(self) -> None:
        """Tells who waits, on their loop."""
        if self.job.future.done():
            return
        if self.error is not None:
            self.job.future.set_exception(self.error)
        else:
            self.job.future.set_result(self.value)


class StandingBy:
    """Jobs that run in the first transaction that leaves their hint, before it commits."""

    def __init__(self) -> None:
        self._jobs: dict[str, list[Job[Any]]] = {}
        self._lock = threading.Lock()

    def add(self, hint: str, job: Job[Any]) -> None:
        """Lets a job stand by."""
        with self._lock:
            self._jobs.setdefault(hint, []).append(job)

    def withdraw(self, hint: str, job: Job[Any]) -> bool:
        """Takes a job back; False when it was called already, and its result is on the way."""
        with self._lock:
            waiting = self._jobs.get(hint, [])
            if job not in waiting:
                return False
            waiting.remove(job)
            return True

    def called_by(self, hints: Iterable[str]) -> list[tuple[str, Job[Any]]]:
        """The jobs that these hints call, with the hint of each; they no longer stand by."""
        if not self._jobs:
            return []
        with self._lock:
            return [(hint, job) for hint in hints for job in self._jobs.pop(hint, ())]
