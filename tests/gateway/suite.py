"""The gateway as a whole, on free ports, in front of fakes that run."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
from tests.gateway.fake_channel import FakeChannel
from tests.gateway.fake_orchestrator import FakeOrchestrator
from websockets.asyncio.client import ClientConnection, connect

from parley.channel.v1 import channel_pb2, channel_pb2_grpc
from parley.orchestrator.v1 import (
    access_pb2,
    access_pb2_grpc,
    agents_pb2,
    agents_pb2_grpc,
    channels_pb2,
    channels_pb2_grpc,
    deliveries_pb2,
    deliveries_pb2_grpc,
    feedback_pb2,
    feedback_pb2_grpc,
    messages_pb2,
    messages_pb2_grpc,
    sessions_pb2,
    sessions_pb2_grpc,
    stream_pb2,
    stream_pb2_grpc,
    users_pb2,
    users_pb2_grpc,
)
from parley_gateway.app import create_app
from parley_gateway.bootstrap import Gateway, build
from parley_gateway.serving import bind, serving
from parley_gateway.settings import GatewaySettings
from parley_kit.rpc import Registration, ServiceServer
from parley_kit.settings import ServiceSettings

ADMIN_KEY = "admin-key-for-tests"
ADMIN = {"Authorization": f"Bearer {ADMIN_KEY}"}
AGENT = {"Authorization": "Bearer key-agt_1"}
OTHER_AGENT = {"Authorization": "Bearer key-agt_2"}
ANN = {"Authorization": "Bearer token-usr_ann"}
BOB = {"Authorization": "Bearer token-usr_bob"}
SERVICES: list[tuple[Any, Any, str]] = [
    (access_pb2, access_pb2_grpc, "AccessService"),
    (agents_pb2, agents_pb2_grpc, "AgentService"),
    (channels_pb2, channels_pb2_grpc, "ChannelDirectoryService"),
    (deliveries_pb2, deliveries_pb2_grpc, "DeliveryService"),
    (feedback_pb2, feedback_pb2_grpc, "FeedbackService"),
    (messages_pb2, messages_pb2_grpc, "MessageService"),
    (sessions_pb2, sessions_pb2_grpc, "SessionService"),
    (stream_pb2, stream_pb2_grpc, "StreamService"),
    (users_pb2, users_pb2_grpc, "UserService"),
]


def service_settings() -> ServiceSettings:
    return ServiceSettings(_env_file=None, service_token="t" * 24)


def registrations(servicer: Any, services=SERVICES) -> list[Registration]:
    return [
        Registration(
            types.DESCRIPTOR.services_by_name[name].full_name,
            lambda server, stubs=stubs, name=name: getattr(stubs, f"add_{name}Servicer_to_server")(
                servicer, server
            ),
        )
        for types, stubs, name in services
    ]


@contextlib.asynccontextmanager
async def served(servicer: Any, services=SERVICES, port: int = 0) -> AsyncIterator[ServiceServer]:
    server = ServiceServer(service_settings(), port, registrations(servicer, services))
    await server.start()
    try:
        yield server
    finally:
        await server.stop(0)


@dataclass
class Suite:
    """A running gateway with its fakes."""

    gateway: Gateway
    url: str
    orchestrator: FakeOrchestrator
    channel: FakeChannel
    http: httpx.AsyncClient

    def forget(self) -> None:
        """The fakes begin anew; streams that are open stay."""
        streams = self.orchestrator.streams
        self.orchestrator.__init__()
        self.orchestrator.streams = streams
        self.channel.__init__()
        self.http.cookies.clear()

    def socket(self, token: str | None = "token-usr_ann", **options: Any) -> connect:
        protocols = ["parley.v1", f"bearer.{token}"] if token else ["parley.v1"]
        options.setdefault("subprotocols", protocols)
        return connect(self.url.replace("http", "ws") + "/ws", compression=None, **options)


@contextlib.asynccontextmanager
async def suite(**values: Any) -> AsyncIterator[Suite]:
    """Fakes and a gateway in front of them; `values` are settings."""
    orchestrator, channel = FakeOrchestrator(), FakeChannel()
    channel_services = [(channel_pb2, channel_pb2_grpc, "ChannelService")]
    async with served(orchestrator) as main, served(channel, channel_services) as slack:
        settings = gateway_settings(main.port, slack.port, **values)
        async with (
            running(settings) as (gateway, url),
            httpx.AsyncClient(base_url=url, timeout=20, verify=False) as http,
        ):
            yield Suite(gateway, url, orchestrator, channel, http)


def gateway_settings(orchestrator_port: int, channel_port: int, **values: Any) -> GatewaySettings:
    return GatewaySettings(
        _env_file=None,
        **{
            "port": 0,
            "admin_key": ADMIN_KEY,
            "secret_keys": "k" * 40,
            "service_token": "t" * 24,
            "orchestrator": f"127.0.0.1:{orchestrator_port}",
            "channels": f"slack=127.0.0.1:{channel_port}",
        }
        | values,
    )


@contextlib.asynccontextmanager
async def running(settings: GatewaySettings) -> AsyncIterator[tuple[Gateway, str]]:
    gateway = build(settings)
    listening = bind(settings)
    gateway.start()
    try:
        async with serving(create_app(gateway), listening, settings):
            yield gateway, f"http://127.0.0.1:{listening.getsockname()[1]}"
            gateway.stopping.set()
    finally:
        await gateway.close()


async def eventually(is_so, seconds: float = 30.0) -> None:
    """Waits until something holds; fails with the test's own line when it never does."""
    ends = asyncio.get_running_loop().time() + seconds
    while not is_so():
        assert asyncio.get_running_loop().time() < ends, "it never came to hold"
        await asyncio.sleep(0.01)


__all__ = ["ADMIN", "AGENT", "ANN", "BOB", "ClientConnection", "Suite", "eventually", "suite"]
