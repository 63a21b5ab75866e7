"""Puts the gateway together; the only place that opens connections to other services."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from grpc_health.v1 import health_pb2_grpc

from parley.channel.v1 import channel_pb2_grpc
from parley_gateway.authentication import Authenticator
from parley_gateway.batching import MessageBatcher
from parley_gateway.metrics import Metrics
from parley_gateway.orchestrator import Orchestrator, stubs
from parley_gateway.same_origin import OriginPolicy
from parley_gateway.settings import GatewaySettings
from parley_gateway.websocket.hub import Hub
from parley_gateway.websocket.stream import Stream
from parley_kit.clock import Clock, utc_now
from parley_kit.errors import NotFoundError, Reason
from parley_kit.rpc import ServiceClient
from parley_kit.sealing import KeyRing


@dataclass(frozen=True)
class Gateway:
    """Everything that routes and sockets use."""

    settings: GatewaySettings
    orchestrator: Orchestrator
    health: health_pb2_grpc.HealthStub
    channels: Mapping[str, channel_pb2_grpc.ChannelServiceStub]
    authenticator: Authenticator
    batcher: MessageBatcher
    origins: OriginPolicy
    keys: KeyRing
    metrics: Metrics
    clock: Clock
    stopping: asyncio.Event
    hub: Hub
    stream: Stream
    clients: tuple[ServiceClient, ...]

    def channel(self, name: str) -> channel_pb2_grpc.ChannelServiceStub:
        """The service of a channel.

        Raises:
            NotFoundError: No channel of this name is configured.
        """
        found = self.channels.get(name)
        if found is None:
            known = ", ".join(self.channels) or "none"
            raise NotFoundError(
                f"No channel {name!r} is configured here; there is: {known}.",
                reason=Reason.ERROR_REASON_UNKNOWN_CHANNEL,
                metadata={"channel": name},
            )
        return found

    def start(self) -> None:
        """Opens the line that carries live events."""
        self.stream.start()

    async def close(self) -> None:
        """Closes the line and the connections to other services."""
        await self.stream.stop()
        await self.hub.close()
        for client in self.clients:
            await client.close()


def build(settings: GatewaySettings, clock: Clock = utc_now) -> Gateway:
    """The gateway of these settings; needs a running event loop.

    Raises:
        ValueError: PARLEY_SECRET_KEYS is empty; says what to do.
    """
    keys = KeyRing(settings.keys)
    client = ServiceClient(settings.orchestrator, settings)
    channel_clients = {
        name: ServiceClient(address, settings)
        for name, address in settings.channel_addresses.items()
    }
    orchestrator = stubs(client)
    metrics = Metrics()
    origins = OriginPolicy(settings.origins)
    authenticator = Authenticator(orchestrator.access, settings.admin_secret, keys, origins, clock)
    hub = Hub(orchestrator, authenticator, metrics, clock, secrets.token_hex(8))
    return Gateway(
        settings=settings,
        orchestrator=orchestrator,
        health=client.stub(health_pb2_grpc.HealthStub),
        channels={
            name: each.stub(channel_pb2_grpc.ChannelServiceStub)
            for name, each in channel_clients.items()
        },
        authenticator=authenticator,
        batcher=MessageBatcher(orchestrator.messages.SendMessages, metrics.observe_batch),
        origins=origins,
        keys=keys,
        metrics=metrics,
        clock=clock,
        stopping=asyncio.Event(),
        hub=hub,
        stream=Stream(orchestrator.stream, hub),
        clients=(client, *channel_clients.values()),
    )
