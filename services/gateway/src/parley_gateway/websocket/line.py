"""One client's line: a bounded buffer, one writer, and the last seq of each session."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from parley.orchestrator.v1 import sessions_pb2
from parley_gateway.principal import Principal
from parley_gateway.problems import problem_of
from parley_gateway.websocket.backlog import Backlog, CatchUp, Item
from parley_gateway.websocket.frames import LiveEvent, error_text, event_text
from parley_kit.clock import monotonic_seconds
from parley_kit.errors import NotFoundError, ServiceError

STALLED_SECONDS = 10.0
PAGE = 200
CLOSE_SECONDS = 5.0
TRY_AGAIN_LATER = 1013
ABORT = "parley.abort"

ReadEvents = Callable[[Principal, str, int, int], Awaitable[sessions_pb2.ListEventsResponse]]


class Line:
    """What goes out to one client.

    Live events are hints: the writer compares each seq with the last one it sent, skips what the
    client has, and reads what it lacks from the log. So neither a reconnecting stream nor a replay
    that live events overtake can leave a gap or repeat anything, and what a slow client lets wait
    can be forgotten at any time.
    """

    __slots__ = (
        "__weakref__",
        "_backlog",
        "_closing",
        "_on_close",
        "_read_events",
        "_socket",
        "_wake",
        "_writer",
        "_written_at",
        "principal",
        "seen",
    )

    def __init__(
        self,
        socket: WebSocket,
        principal: Principal,
        read_events: ReadEvents,
        on_close: Callable[[int], None],
    ) -> None:
        self._socket = socket
        self._read_events = read_events
        self._on_close = on_close
        self._backlog = Backlog()
        self._wake = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._written_at = 0.0
        self.principal = principal
        self.seen: dict[str, int] = {}

    @property
    def has_begun(self) -> bool:
        """Whether the client said hello."""
        return self._writer is not None

    def offer(self, item: Item) -> None:
        """Queues without waiting; a client that does not keep up is closed and resumes later."""
        if self._closing is not None:
            return
        was_behind = self._backlog.is_behind
        self._backlog.add(item)
        if self._backlog.is_behind and not was_behind:
            self._written_at = monotonic_seconds()  # from now on it has to make progress
        if self._backlog.is_full or self._is_stalled():
            self.close(TRY_AGAIN_LATER)
            return
        self._wake.set()

    def _is_stalled(self) -> bool:
        idle_seconds = monotonic_seconds() - self._written_at
        return self._backlog.is_behind and self.has_begun and idle_seconds > STALLED_SECONDS

    async def say(self, text: str) -> None:
        """Sends an answer: behind what waits already, or at once before the hello."""
        if self.has_begun:
            self.offer(text)
        elif self._closing is None:
            await self._socket.send_text(text)

    def begin(self, welcome: str, seen: dict[str, int], replays: list[str]) -> None:
        """Sends the welcome, then what was missed, then what queued meanwhile and follows."""
        self.seen = seen
        self._backlog.prepend([welcome, *(CatchUp(session_id) for session_id in replays)])
        self._written_at = monotonic_seconds()
        self._wake.set()
        self._writer = asyncio.create_task(self._write())

    def close(self, code: int, last_words: str | None = None) -> None:
        """Ends the line, also when the client no longer reads."""
        if self._closing is None:
            self._backlog.clear()
            self._on_close(code)
            self._closing = asyncio.create_task(self._shut(code, last_words))

    async def end(self) -> None:
        """Stops the writer and waits for a close that is under way; the client is gone or going."""
        if self._writer is not None:
            self._writer.cancel()
        if self._closing is not None:
            await self._closing

    async def _shut(self, code: int, last_words: str | None) -> None:
        if self._writer is not None:
            self._writer.cancel()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                with suppress(WebSocketDisconnect, RuntimeError):
                    if last_words is not None:
                        await self._socket.send_text(last_words)
                    await self._socket.close(code)
        except TimeoutError:  # it does not read: not even a close frame fits
            self._socket.scope.get(ABORT, lambda: None)()

    async def _write(self) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                while self._backlog:
                    await self._put(self._backlog.take())
                self._wake.clear()
                await self._wake.wait()

    async def _put(self, item: Item) -> None:
        if isinstance(item, str):
            await self._send(item)
        elif isinstance(item, CatchUp):
            await self._catch_up(item.session_id)
        else:
            await self._put_event(item)

    async def _send(self, text: str) -> None:
        await self._socket.send_text(text)
        self._written_at = monotonic_seconds()

    async def _put_event(self, event: LiveEvent) -> None:
        if event.seq > self.seen.setdefault(event.session_id, 0) + 1:
            await self._catch_up(event.session_id)
        if event.seq == self.seen.get(event.session_id, event.seq) + 1:
            await self._send(event.text)
            self.seen[event.session_id] = event.seq

    async def _catch_up(self, session_id: str) -> None:
        has_more = True
        while has_more:
            after = self.seen.get(session_id, 0)
            try:
                page = await self._read_events(self.principal, session_id, after, PAGE)
            except NotFoundError as error:
                self.seen.pop(session_id, None)
                await self._send(error_text(problem_of(error)))
                return
            except ServiceError:
                self.close(TRY_AGAIN_LATER)
                return
            for event in page.events:
                await self._send(event_text(event).text)
                self.seen[session_id] = event.seq
            has_more = page.has_more
