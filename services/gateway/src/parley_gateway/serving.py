"""Runs the application on a socket."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from parley_gateway.settings import GatewaySettings
from parley_gateway.websocket.line import ABORT, CLOSE_SECONDS

MAX_FRAME_BYTES = 64 * 1024
DRAIN_SECONDS = 15
BACKLOG = 1024


class _Socket(WebSocketsSansIOProtocol):
    """Lets the application drop a client that no longer reads, so that not even a close fits."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        scope = getattr(self, "scope", None)
        if scope is not None:
            scope[ABORT] = self.transport.abort

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        # A peer that is gone empties no buffer, and an ordinary close would wait for that.
        self.loop.call_later(CLOSE_SECONDS, self.transport.abort)


class _Server(uvicorn.Server):
    """A server that leaves the signals to whoever runs it, and sleeps until it is told to stop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()

    async def main_loop(self) -> None:
        # Uvicorn's own wakes ten times a second, for the Date header and limits that we do not use.
        await self.on_tick(0)
        await self.stopping.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(settings: GatewaySettings) -> socket.socket:
    """The listening socket; port 0 takes a free one.

    Raises:
        OSError: The address is taken.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # With protocol 0 asyncio would leave Nagle on, and small answers would wait 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError:
        listening.close()
        raise
    return listening


@contextlib.asynccontextmanager
async def serving(
    app: ASGIApp, listening: socket.socket, settings: GatewaySettings
) -> AsyncIterator[None]:
    """Serves until the block ends, then lets running requests end."""
    server = _Server(
        uvicorn.Config(
            app,
            http="httptools",
            ws=_Socket,
            ws_max_size=MAX_FRAME_BYTES,
            ws_per_message_deflate=False,
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=False,
            backlog=BACKLOG,
            proxy_headers=settings.trust_proxy,
            forwarded_allow_ips="*" if settings.trust_proxy else None,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
    )
    task = asyncio.create_task(server.serve([listening]))
    while not server.started and not task.done():  # noqa: ASYNC110  # uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        server.stopping.set()
        await task
        listening.close()
