"""Waiting for news of a session, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

_PREFIX = "session:"


class News:
    """Wakes those who wait for a session when a commit touched it."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}

    def on_hints(self, hints: frozenset[str]) -> None:
        """Takes the hints of a commit; ``*`` means anything may have changed."""
        if "*" in hints:
            self._wake(list(self._waiting))
        else:
            self._wake([h.removeprefix(_PREFIX) for h in hints if h.startswith(_PREFIX)])

    def _wake(self, session_ids: list[str]) -> None:
        for session_id in session_ids:
            for event in self._waiting.get(session_id, ()):
                event.set()

    @contextmanager
    def of(self, session_id: str) -> Iterator[asyncio.Event]:
        """An event that is set when the session has news; clear it before reading."""
        event = asyncio.Event()
        self._waiting.setdefault(session_id, set()).add(event)
        try:
            yield event
        finally:
            waiting = self._waiting[session_id]
            waiting.discard(event)
            if not waiting:
                del self._waiting[session_id]
