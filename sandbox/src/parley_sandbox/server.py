"""Runs the sandbox on a socket, in this process or in a test's."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from parley_sandbox.app import Sandbox
from parley_sandbox.gate import TRANSPORT
from parley_sandbox.settings import Settings


class _Protocol(HttpToolsProtocol):
    """Shows the transport to the application, which must be able to drop a line."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        cast("dict[str, Any]", self.scope)[TRANSPORT] = self.transport


class _EmbeddedServer(uvicorn.Server):
    """A server that leaves the signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(settings: Settings) -> tuple[Settings, socket.socket]:
    """Bind the port (0 picks a free one) and return settings that name it."""
    # With protocol 0 asyncio would leave Nagle on, and every answer would take 40 ms.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((settings.sandbox_host, settings.sandbox_port))
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
    """Run a sandbox inside this event loop; its address is `sandbox.settings.public_url`."""
    settings, sock = bind(settings)
    sandbox = Sandbox(settings)
    server = _EmbeddedServer(configure(sandbox))
    task = asyncio.create_task(server.serve([sock]))
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event to wait for
        await asyncio.sleep(0.005)
    try:
        yield sandbox
    finally:
        await sandbox.close()
        server.should_exit = True
        await task
        sock.close()
