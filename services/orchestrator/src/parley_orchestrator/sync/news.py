"""Waiting for news of a session, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Waiter:
    """One who waits; clear it before reading."""

    def __init__(self, *, with_typing: bool) -> None:
        self.changed = asyncio.Event()
        self._with_typing = with_typing
        self._typists: set[str] = set()

    def type(self, typist_id: str) -> None:
        """Somebody types."""
        if self._with_typing:
            self._typists.add(typist_id)
            self.changed.set()

    def typists_but(self, own_id: str) -> set[str]:
        """The ids of those who typed meanwhile, except for one."""
        return self._typists - {own_id}


class News:
    """Wakes those who wait for a session when a commit touched it."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[Waiter]] = {}

    def on_hints(self, hints: frozenset[str]) -> None:
        """Takes the hints of a commit; ``*`` means anything may have changed."""
        if "*" in hints:
            self._wake(list(self._waiting))
            return
        for hint in hints:
            kind, _, rest = hint.partition(":")
            session_id, _, typist_id = rest.partition(":")
            if kind == "session":
                self._wake([session_id])
            elif kind == "typing":
                for waiter in self._waiting.get(session_id, ()):
                    waiter.type(typist_id)

    def _wake(self, session_ids: list[str]) -> None:
        for session_id in session_ids:
            for waiter in self._waiting.get(session_id, ()):
                waiter.changed.set()

    @contextmanager
    def of(self, session_id: str, *, with_typing: bool = False) -> Iterator[Waiter]:
        """Somebody who is woken when the session has news."""
        waiter = Waiter(with_typing=with_typing)
        self._waiting.setdefault(session_id, set()).add(waiter)
        try:
            yield waiter
        finally:
            waiting = self._waiting[session_id]
            waiting.discard(waiter)
            if not waiting:
                del self._waiting[session_id]
