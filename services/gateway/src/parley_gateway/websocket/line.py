"""One client's line: a bounded buffer, one writer, and the last seq of each session."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple

from starlette.websockets import WebSocket, WebSocketDisconnect

from parley.orchestrator.v1 import sessions_pb2
from parley_gateway.principal import Principal
from parley_gateway.problems import problem_of
from parley_gateway.websocket.frames import LiveEvent, error_text, event_text
from parley_kit.errors import NotFoundError, ServiceError

MAX_WAITING = 1_000
PAGE = 200
CLOSE_SECONDS = 5.0
TRY_AGAIN_LATER = 1013
ABORT = "parley.abort"


class CatchUp(NamedTuple):
    """Read the log of a session from the last seq that went out."""

    session_id: str


Item = str | LiveEvent | CatchUp
ReadEvents = Callable[[Principal, str, int, int], Awaitable[list[sessions_pb2.Event]]]


class Line:
    """What goes out to one client.

    Live events are hints: the writer compares each seq with the last one it sent, skips what the
    client has, and reads what it lacks from the log. So neither a reconnecting stream nor a replay
    that live events overtake can leave a gap or repeat anything.
    """

    __slots__ = (
        "__weakref__",
        "_closing",
        "_on_close",
        "_read_events",
        "_socket",
        "_waiting",
        "_wake",
        "_writer",
        "name",
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
        self._waiting: deque[Item] = deque()
        self._wake = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self.principal = principal
        self.name = ""
        self.seen: dict[str, int] = {}

    @property
    def has_begun(self) -> bool:
        """Whether the client said hello."""
        return self._writer is not None

    def offer(self, item: Item) -> None:
        """Queues without waiting; a client that does not keep up is closed and resumes later."""
        if self._closing is not None:
            return
        if len(self._waiting) >= MAX_WAITING:
            self.close(TRY_AGAIN_LATER)
            return
        self._waiting.append(item)
        self._wake.set()

    async def say(self, text: str) -> None:
        """Sends an answer: behind what waits already, or at once before the hello."""
        if self.has_begun:
            self.offer(text)
        elif self._closing is None:
            await self._socket.send_text(text)

    def begin(self, welcome: str, seen: dict[str, int], replays: list[str]) -> None:
        """Sends the welcome, then what was missed, then what queued meanwhile and follows."""
        self.seen = seen
        self._waiting.extendleft(CatchUp(session_id) for session_id in reversed(replays))
        self._waiting.appendleft(welcome)
        self._wake.set()
        self._writer = asyncio.create_task(self._write())

    def close(self, code: int, last_words: str | None = None) -> None:
        """Ends the line, also when the client no longer reads."""
        if self._closing is None:
            self._waiting.clear()
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
                while self._waiting:
                    await self._put(self._waiting.popleft())
                self._wake.clear()
                await self._wake.wait()

    async def _put(self, item: Item) -> None:
        if isinstance(item, str):
            await self._socket.send_text(item)
        elif isinstance(item, CatchUp):
            await self._catch_up(item.session_id)
        else:
            await self._put_event(item)

    async def _put_event(self, event: LiveEvent) -> None:
        if event.seq > self.seen.setdefault(event.session_id, 0) + 1:
            await self._catch_up(event.session_id)
        if event.seq == self.seen.get(event.session_id, event.seq) + 1:
            await self._socket.send_text(event.text)
            self.seen[event.session_id] = event.seq

    async def _catch_up(self, session_id: str) -> None:
        while True:
            after = self.seen.get(session_id, 0)
            try:
                events = await self._read_events(self.principal, session_id, after, PAGE)
            except NotFoundError as error:
                self.seen.pop(session_id, None)
                await self._socket.send_text(error_text(problem_of(error)))
                return
            except ServiceError:
                self.close(TRY_AGAIN_LATER)
                return
            for event in events:
                await self._socket.send_text(event_text(event).text)
                self.seen[session_id] = event.seq
            if len(events) < PAGE:
                return
