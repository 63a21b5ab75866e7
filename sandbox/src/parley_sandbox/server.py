"""Runs the sandbox on a socket, in this process or in a test's."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from parley_sandbox.app import Sandbox
from parley_sandbox.gate import TRANSPORT
from parley_sandbox.settings import Settings

BACKLOG = 1_024


class _Protocol(HttpToolsProtocol):
    """Shows the transport to the application, which must be able to drop a line."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        cast("dict[str, Any]", self.scope)[TRANSPORT] = self.transport


def bind(settings: Settings) -> tuple[Settings, socket.socket]:
    """Bind the port (0 picks a free one) and return settings that name it."""
    # With protocol 0 asyncio would leave Nagle on, and every answer would take 40 ms.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((settings.sandbox_host, settings.sandbox_port))
    sock.listen(BACKLOG)  # from here on nobody is refused, only kept waiting
    return settings.model_copy(update={"sandbox_port": sock.getsockname()[1]}), sock


def configure(sandbox: Sandbox) -> uvicorn.Config:
    """Return the server's configuration: no access log, the journal is the log."""
    return uvicorn.Config(
        sandbox.asgi,
        http=_Protocol,
        ws="websockets-sansio",
        lifespan="off",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=2,
        server_header=False,
    )


async def serve(settings: Settings) -> None:
    """Run until SIGINT or SIGTERM."""
    settings, sock = bind(settings)
    sandbox = Sandbox(settings)
    print(f"parley-sandbox on {settings.public_url}", flush=True)  # noqa: T201
    try:
        await uvicorn.Server(configure(sandbox)).serve([sock])
    finally:
        await sandbox.close()


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Sandbox]:
    """Run a sandbox inside this event loop; its address is `sandbox.settings.public_url`.

    It starts and stops at once, where a whole uvicorn server would wait for its ticks.
    """
    settings, sock = bind(settings)
    sandbox = Sandbox(settings)
    config, state = configure(sandbox), ServerState()
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: _Protocol(config=config, server_state=state, app_state={}), sock=sock
    )
    try:
        yield sandbox
    finally:
        await sandbox.close()
        server.close()
        for connection in list(state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.gather(*state.tasks, return_exceptions=True)
