"""Hears of other replicas' commits: PostgreSQL's LISTEN, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from parley_kit.logs import get_logger

if TYPE_CHECKING:
    import psycopg

log = get_logger(__name__)
CHANNEL = "parley_orchestrator"
EVERYTHING = frozenset({"*"})
_POLL_SECONDS = 2.0
_RECONNECT_SECONDS = 1.0


class PostgresListener:
    """Hands hints to listeners on the event loop; after a lost connection, ``*``.

    Every two seconds without any hint it says ``*`` too, so that a lost one is only late.
    """

    def __init__(self, url: str, on_hints: Callable[[frozenset[str]], None]) -> None:
        self._url = url
        self._on_hints = on_hints
        self._loop = asyncio.get_running_loop()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="postgres-listener", daemon=True)

    def start(self) -> None:
        """Begins to listen."""
        self._thread.start()

    def close(self) -> None:
        """Stops; the thread ends within two seconds."""
        self._closed.set()

    def _run(self) -> None:
        import psycopg  # noqa: PLC0415  # 10 MB, which a service on SQLite does without

        while not self._closed.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
                    self._listen(connection)
            except psycopg.Error as error:
                log.warning("the database's hints are silent", reason=type(error).__name__)
                self._tell(EVERYTHING)
                self._closed.wait(_RECONNECT_SECONDS)

    def _listen(self, connection: psycopg.Connection) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        self._tell(EVERYTHING)
        while not self._closed.is_set():
            heard = False
            for note in connection.notifies(timeout=_POLL_SECONDS, stop_after=1):
                heard = True
                self._tell(frozenset(note.payload.split(",")))
            if not heard:
                self._tell(EVERYTHING)

    def _tell(self, hints: frozenset[str]) -> None:
        try:
            self._loop.call_soon_threadsafe(self._on_hints, hints)
        except RuntimeError:
            self._closed.set()  # the loop is closed: the process ends
