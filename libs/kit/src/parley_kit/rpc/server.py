"""A gRPC server with health, reflection, interceptors, limits, TLS and a graceful end."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer
from grpc_reflection.v1alpha import reflection

from parley_kit.logs import get_logger
from parley_kit.rpc.interceptors import CallInterceptor
from parley_kit.rpc.options import SERVER_OPTIONS
from parley_kit.rpc.tls import server_credentials
from parley_kit.sealing import Secret
from parley_kit.settings import ServiceSettings

log = get_logger(__name__)
DRAIN_SECONDS = 20.0
_SERVING = health_pb2.HealthCheckResponse.SERVING


@dataclass(frozen=True)
class Registration:
    """One service to serve: its full name, and what adds its servicer to a server."""

    name: str
    add_to: Callable[[grpc.aio.Server], None]


class ServiceServer:
    """A running gRPC server; `port` is known after `start`.

    Args:
        settings: Host, token, TLS and reflection.
        port: 0 takes a free one.
        services: What is served.
    """

    def __init__(
        self, settings: ServiceSettings, port: int, services: Sequence[Registration]
    ) -> None:
        refuse_open_server(settings)
        self._settings = settings
        self._services = services
        self._health = HealthServicer()
        token = Secret(settings.service_token.get_secret_value())
        self._server = grpc.aio.server(
            interceptors=[CallInterceptor(token)], options=SERVER_OPTIONS
        )
        self.port = port

    async def start(self) -> None:
        """Binds and serves.

        Raises:
            RuntimeError: The address is taken.
        """
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = [service.name for service in self._services]
        for service in self._services:
            service.add_to(self._server)
        if self._settings.reflection:
            shown = (*names, "grpc.health.v1.Health", reflection.SERVICE_NAME)
            reflection.enable_server_reflection(shown, self._server)
        self.port = self._bind(f"{self._settings.host}:{self.port}")
        await self._server.start()
        for name in ("", *names):
            await self._health.set(name, _SERVING)
        log.info("serving", host=self._settings.host, port=self.port)

    def _bind(self, address: str) -> int:
        credentials = server_credentials(self._settings)
        if credentials is None:
            return self._server.add_insecure_port(address)
        return self._server.add_secure_port(address, credentials)

    async def stop(self, drain_seconds: float = DRAIN_SECONDS) -> None:
        """Says NOT_SERVING, lets running calls end, then closes."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(drain_seconds)

    async def serve_until(self, stopping: asyncio.Event) -> None:
        """Serves until told to stop."""
        await self.start()
        await stopping.wait()
        await self.stop()


def refuse_open_server(settings: ServiceSettings) -> None:
    """Refuses to listen beyond this machine without a service token.

    Raises:
        ValueError: Says what to set.
    """
    if settings.service_token.get_secret_value() or _is_loopback(settings.host):
        return
    raise ValueError(
        "PARLEY_SERVICE_TOKEN is empty and PARLEY_HOST is not a loopback address: "
        "set the same random token for all services (`openssl rand -hex 32`)."
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
