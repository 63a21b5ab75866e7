"""Which sockets are open here, and what reaches them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from parley.orchestrator.v1 import sessions_pb2, stream_pb2
from parley_gateway.authentication import Authenticator
from parley_gateway.metrics import Metrics
from parley_gateway.orchestrator import Orchestrator
from parley_gateway.principal import Principal
from parley_gateway.websocket.backlog import CatchUp, Item
from parley_gateway.websocket.frames import (
    event_text,
    health_text,
    presence_text,
    read_text,
    typing_text,
)
from parley_gateway.websocket.line import Line
from parley_gateway.websocket.outbox import Outbox
from parley_kit.clock import Clock, rfc3339
from parley_kit.errors import ServiceError
from parley_kit.logs import get_logger

log = get_logger(__name__)
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
SETTLE_SECONDS = 2.0
MAX_READS = 16
PAGE = 200
MAX_SESSIONS = 1_000
SIGNED_OUT = 4401


class Hub:
    """The sockets of this process, by user.

    Args:
        gateway_id: Random; tells this process from other gateways.
    """

    def __init__(
        self,
        orchestrator: Orchestrator,
        authenticator: Authenticator,
        metrics: Metrics,
        clock: Clock,
        gateway_id: str,
    ) -> None:
        self._orchestrator = orchestrator
        self._authenticator = authenticator
        self._metrics = metrics
        self._clock = clock
        self._lines: dict[str, set[Line]] = {}
        self._reads = asyncio.Semaphore(MAX_READS)
        self._tasks: set[asyncio.Task[None]] = set()
        self.outbox = Outbox(gateway_id)

    @property
    def user_ids(self) -> list[str]:
        """Users with at least one socket here."""
        return list(self._lines)

    def attach(self, line: Line) -> None:
        """A client said hello: its user is present, and live events queue from now on."""
        user_id = line.principal.id
        lines = self._lines.setdefault(user_id, set())
        lines.add(line)
        self._metrics.sockets.inc()
        if len(lines) == 1:
            self.outbox.present(user_id)
        self.resync(user_id, SETTLE_SECONDS)

    def detach(self, line: Line) -> None:
        """A client is gone."""
        user_id = line.principal.id
        lines = self._lines.get(user_id, set())
        if line not in lines:
            return
        lines.remove(line)
        self._metrics.sockets.dec()
        if not lines:
            del self._lines[user_id]
            self.outbox.absent(user_id)

    def dispatch(self, news: stream_pb2.ConnectResponse) -> None:
        """Hands news to the sockets that they concern; never waits for any of them."""
        for change in news.events:
            self._offer(change.user_ids, event_text(change.event))
        for typing in news.typing:
            self._offer(typing.user_ids, typing_text(typing.typing))
        for read in news.reads:
            self._offer(read.user_ids, read_text(read.read))
        for presence in news.presence:
            self._offer(presence.user_ids, presence_text(presence))
        for health in news.channel_health_json:
            self._offer(self.user_ids, health_text(health, rfc3339(self._clock())))
        if news.revoked_user_ids:
            self.sign_out(news.revoked_user_ids)
        if news.is_incomplete:
            self.resync_all()

    def sign_out(self, user_ids: Iterable[str]) -> None:
        """The tokens of these users were revoked."""
        self._authenticator.forget_users(user_ids)
        for line in self._of(user_ids):
            line.close(SIGNED_OUT)

    def _offer(self, user_ids: Iterable[str], item: Item) -> None:
        for line in self._of(user_ids):
            line.offer(item)

    def _of(self, user_ids: Iterable[str]) -> list[Line]:
        return [line for user_id in user_ids for line in self._lines.get(user_id, ())]

    def resync(self, user_id: str, after_seconds: float = 0) -> None:
        """Compares what was sent with the log, later.

        An event may have come after a reading of the log and before the orchestrator knew that
        this user is here; nobody would have told of it.
        """
        task = asyncio.create_task(self._resync(user_id, after_seconds))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _resync(self, user_id: str, after_seconds: float) -> None:
        await asyncio.sleep(after_seconds)
        lines = [line for line in self._lines.get(user_id, ()) if line.has_begun]
        if not lines:
            return
        try:
            sessions = await self.sessions(lines[0].principal)
        except ServiceError:
            log.warning("a user's sessions could not be compared", user_id=user_id)
            return
        for line in lines:
            for session in sessions:
                if session.last_seq > line.seen.get(session.id, 0):
                    line.offer(CatchUp(session.id))

    def resync_all(self) -> None:
        """After a break of the stream: what happened meanwhile is read from the log."""
        for user_id in self.user_ids:
            self.resync(user_id)
            self.resync(user_id, SETTLE_SECONDS)

    async def sessions(self, principal: Principal) -> list[sessions_pb2.Session]:
        """The sessions of a user, newest first, at most 1,000."""
        found: list[sessions_pb2.Session] = []
        asked = sessions_pb2.ListSessionsRequest(caller=principal.caller, page_size=PAGE)
        while len(found) < MAX_SESSIONS:
            answer = await self._read(self._orchestrator.sessions.ListSessions, asked)
            found.extend(answer.sessions)
            asked.page_token = answer.next_page_token
            if not answer.next_page_token:
                break
        return found

    async def events(
        self, principal: Principal, session_id: str, after: int, limit: int
    ) -> sessions_pb2.ListEventsResponse:
        """A page of a session's log."""
        asked = sessions_pb2.ListEventsRequest(
            caller=principal.caller, session_id=session_id, after_seq=after, page_size=limit
        )
        return await self._read(self._orchestrator.sessions.ListEvents, asked)

    async def _read(self, call: Callable[[Asked], Awaitable[Answer]], asked: Asked) -> Answer:
        async with self._reads:  # a thousand sockets that come back at once take turns
            return await call(asked)

    async def close(self) -> None:
        """Ends what runs in the background."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
