"""The one line between this process and the orchestrator that carries what sockets need."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress

import grpc

from parley.orchestrator.v1 import stream_pb2, stream_pb2_grpc
from parley_gateway.websocket.hub import Hub
from parley_kit.errors import ServiceError
from parley_kit.logs import get_logger

log = get_logger(__name__)
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0


class Stream:
    """Keeps StreamService.Connect open; comes back with backoff and tells all presence again."""

    def __init__(self, stub: stream_pb2_grpc.StreamServiceStub, hub: Hub) -> None:
        self._stub = stub
        self._hub = hub
        self._task: asyncio.Task[None] | None = None
        self._wait_seconds = FIRST_WAIT_SECONDS

    def start(self) -> None:
        """Begins."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Ends."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                await self._follow()
            except (grpc.aio.AioRpcError, ServiceError) as error:
                log.warning("the line to the orchestrator broke", code=_code(error))
            await asyncio.sleep(self._wait_seconds * random.uniform(0.5, 1.0))  # noqa: S311  # jitter
            self._wait_seconds = min(self._wait_seconds * 2, LONGEST_WAIT_SECONDS)

    async def _follow(self) -> None:
        async for news in self._stub.Connect(self._frames()):
            self._wait_seconds = FIRST_WAIT_SECONDS
            self._hub.dispatch(news)

    async def _frames(self) -> AsyncIterator[stream_pb2.ConnectRequest]:
        outbox = self._hub.outbox
        yield outbox.first(self._hub.user_ids)
        line = outbox.line
        self._hub.resync_all()  # the line is up: read what happened while it was not
        while (frame := await outbox.next(line)) is not None:
            yield frame


def _code(error: grpc.aio.AioRpcError | ServiceError) -> str:
    code = error.code() if isinstance(error, grpc.aio.AioRpcError) else error.code
    return str(code.name)
