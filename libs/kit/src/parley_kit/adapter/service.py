"""A channel service put together: database, ledger, inbox, forwarder, server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from parley.channel.v1 import channel_pb2, channel_pb2_grpc
from parley.orchestrator.v1 import inbox_pb2_grpc
from parley_kit.adapter.connections import Connections
from parley_kit.adapter.forwarder import Forwarder, Identify
from parley_kit.adapter.inbox import Inbox
from parley_kit.adapter.leases import Leases
from parley_kit.adapter.ledger import Ledger
from parley_kit.adapter.oauth_states import OAuthStates
from parley_kit.adapter.provider import Provider
from parley_kit.adapter.replies import Replies
from parley_kit.adapter.resealing import Resealing
from parley_kit.adapter.servicer import ChannelServicer
from parley_kit.adapter.settings import AdapterSettings
from parley_kit.adapter.tables import AdapterTables, adapter_tables
from parley_kit.rpc import Registration, ServiceClient, ServiceServer
from parley_kit.sealing import KeyRing
from parley_kit.store import Database
from parley_kit.store.migrating import Migrations

_FOLDER = Path(__file__).parent / "migrations"
SERVICE_NAME = channel_pb2.DESCRIPTOR.services_by_name["ChannelService"].full_name


@dataclass(frozen=True)
class Storage:
    """Everything that a provider may need to keep."""

    database: Database
    tables: AdapterTables
    connections: Connections
    ledger: Ledger
    inbox: Inbox
    replies: Replies
    oauth_states: OAuthStates
    leases: Leases


def open_storage(channel: str, database: Database, keys: KeyRing) -> Storage:
    """The storage of a channel in a database."""
    tables = adapter_tables(channel)
    replies = Replies(database, tables)
    inbox = Inbox(database, tables, replies)
    return Storage(
        database,
        tables,
        Connections(database, tables, keys, inbox),
        Ledger(database, tables),
        inbox,
        replies,
        OAuthStates(database, tables, keys),
        Leases(database, tables),
    )


def migrations(channel: str) -> Migrations:
    """The migrations of a channel's tables."""
    return Migrations(_FOLDER, f"{channel}_alembic_version")


class ChannelService:
    """One channel's process: serves the contract and empties the inbox.

    Args:
        settings: Of the service.
        storage: Opened with `open_storage`, migrated.
        provider: The channel's own part.
        background: The channel's own loops (polling, watches); cancelled at the end.
        claims_updates: See `Sender`.
        identify: Finds out more of a sender whom nobody knows, where the channel can.
    """

    def __init__(
        self,
        settings: AdapterSettings,
        port: int,
        storage: Storage,
        provider: Provider,
        background: Sequence[Callable[[], Awaitable[None]]],
        *,
        claims_updates: bool = False,
        identify: Identify | None = None,
    ) -> None:
        self._orchestrator = ServiceClient(settings.orchestrator, settings)
        servicer = ChannelServicer(
            provider, storage.ledger, storage.inbox, claims_updates=claims_updates
        )
        registration = Registration(
            SERVICE_NAME,
            lambda server: channel_pb2_grpc.add_ChannelServiceServicer_to_server(servicer, server),
        )
        self.server = ServiceServer(settings, port, [registration])
        stub = self._orchestrator.stub(inbox_pb2_grpc.InboxServiceStub)
        own = [Forwarder(storage.inbox, stub, identify).run, Resealing(storage.connections).run]
        self._background = [*own, *background]

    async def serve_until(self, stopping: asyncio.Event) -> None:
        """Serves until told to stop, then drains. A loop that fails ends the process."""
        try:
            async with asyncio.TaskGroup() as group:
                await self.server.start()
                tasks = [group.create_task(_forever(work)) for work in self._background]
                try:
                    await stopping.wait()
                finally:
                    await self.server.stop()
                for task in tasks:
                    task.cancel()
        finally:
            await self._orchestrator.close()


async def _forever(work: Callable[[], Awaitable[None]]) -> None:
    await work()


async def prepare(
    channel: str, settings: AdapterSettings, database: Database, *own: Migrations
) -> None:
    """Migrates an embedded database; waits for a shared one to be migrated.

    `own` are the channel's own tables, beside those that all channels have.
    """
    for each in (migrations(channel), *own):
        if database.is_sqlite or settings.migrate_on_start:
            await each.apply(database)
        else:
            await each.wait_until_applied(database)
