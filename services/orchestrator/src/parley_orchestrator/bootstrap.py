"""The orchestrator put together; the only place that names concrete adapters."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson

from parley.channel.v1 import channel_pb2_grpc
from parley_kit.clock import utc_now
from parley_kit.rpc import ServiceClient, ServiceServer
from parley_kit.sealing import KeyRing
from parley_kit.store import Database
from parley_kit.store.migrating import Migrations
from parley_orchestrator.adapters.channel_directory import ChannelDirectory
from parley_orchestrator.adapters.grpc_channel import GrpcChannel
from parley_orchestrator.adapters.postgres_listener import PostgresListener
from parley_orchestrator.adapters.sql_store import SqlStore
from parley_orchestrator.adapters.webhook_channel import WebhookChannel
from parley_orchestrator.dispatch.housekeeping import Chore, keep_house
from parley_orchestrator.dispatch.loop import Dispatcher
from parley_orchestrator.domain.routing import WEBHOOK
from parley_orchestrator.domain.views import moment
from parley_orchestrator.ports import ChannelPort, ChannelState
from parley_orchestrator.registrations import registrations
from parley_orchestrator.servicers.stream import StreamServicer
from parley_orchestrator.settings import OrchestratorSettings
from parley_orchestrator.sync.fanout import Fanout
from parley_orchestrator.sync.news import News
from parley_orchestrator.use_cases.acknowledge import (
    Acknowledge,
    Arrive,
    EndStalePresence,
    GiveUpOnSilentClients,
)
from parley_orchestrator.use_cases.claim_work import ClaimWork
from parley_orchestrator.use_cases.end_feedback import ExpireFeedback
from parley_orchestrator.use_cases.enqueue import Enqueue
from parley_orchestrator.use_cases.escalate import Escalate
from parley_orchestrator.use_cases.forget_paces import ForgetPaces
from parley_orchestrator.use_cases.hand_on import HandOn
from parley_orchestrator.use_cases.note_typing import NoteTyping
from parley_orchestrator.use_cases.oversee import (
    ForgetOverviewChanges,
)
from parley_orchestrator.use_cases.record_outcomes import RecordOutcomes
from parley_orchestrator.use_cases.wake_parked import WakeParked

MIGRATIONS = Migrations(Path(__file__).parent / "migrations", "orchestrator_alembic_version")
CHORES_SECONDS = 0.5
MAX_BATCH = 200


class Orchestrator:
    """One orchestrator process.

    Args:
        settings: Of the service.
        database: Migrated, or to be migrated by `serve_until`.
    """

    def __init__(self, settings: OrchestratorSettings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._keys = KeyRing(settings.keys)
        self._store = SqlStore(database)
        self._clients = {
            name: ServiceClient(address, settings)
            for name, address in settings.channel_addresses.items()
        }
        self._stubs = {
            name: client.stub(channel_pb2_grpc.ChannelServiceStub)
            for name, client in self._clients.items()
        }
        self.directory = ChannelDirectory(self._stubs, utc_now)
        self.directory.on_change = self._on_channel_change
        self._enqueue = Enqueue(self.directory, self._keys, settings.ack_seconds)
        self._wake_parked = WakeParked(self._store, self._enqueue)
        self._hand_on = HandOn(self._store, self._enqueue, utc_now)
        self._news = News()
        self._fanout = Fanout(self._store)
        self._webhooks = WebhookChannel(
            self._store,
            lambda sealed, agent_id: self._keys.unseal(
                sealed, row=agent_id, field="webhook_secret"
            ),
            utc_now,
            allow_private=settings.webhook_allow_private,
        )
        self._streams = self._make_streams()
        self._dispatchers = self._make_dispatchers()
        self._listeners = [
            self._news.on_hints,
            self._fanout.on_hints,
            self.directory.on_hints,
        ]
        for listener in self._listeners:
            self._store.on_commit(listener)
        services = registrations(
            self._store,
            self._enqueue,
            self.directory,
            self._keys,
            self._news,
            self._streams,
            settings.public_url,
        )
        self.server = ServiceServer(settings, settings.port, services)

    async def serve_until(self, stopping: asyncio.Event) -> None:
        """Serves until told to stop, then drains: streams, calls, batches in flight."""
        listener = self._listen()
        await self.directory.check_all()
        async with asyncio.TaskGroup() as group:
            await self.server.start()
            tasks = [group.create_task(_await(work)) for work in self._loops()]
            dispatching = [group.create_task(d.run(stopping)) for d in self._dispatchers]
            await stopping.wait()
            self._streams.stop()
            await self.server.stop()
            await asyncio.wait(dispatching)
            for task in tasks:
                task.cancel()
        if listener is not None:
            listener.close()
        await self._close()

    def _listen(self) -> PostgresListener | None:
        if self._database.is_sqlite:
            return None
        listener = PostgresListener(self._settings.database_url, self._on_foreign_hints)
        listener.start()
        return listener

    def _on_foreign_hints(self, hints: frozenset[str]) -> None:
        for listener in (*self._listeners, *(d.on_hints for d in self._dispatchers)):
            listener(hints)

    def _loops(self) -> list[Callable[[], Awaitable[None]]]:
        chores: list[Chore] = [
            ExpireFeedback(self._store),
            Escalate(self._store, self._enqueue),
            GiveUpOnSilentClients(self._store, self._enqueue),
            EndStalePresence(self._store),
            self._hand_on,
            ForgetPaces(self._store, utc_now),
            ForgetOverviewChanges(self._store, utc_now),
        ]
        return [
            self.directory.run,
            self._fanout.run,
            lambda: keep_house(chores, CHORES_SECONDS),
        ]

    async def _on_channel_change(self, state: ChannelState) -> None:
        self._fanout.tell_health(
            orjson.dumps(
                {
                    "channel": state.name,
                    "display_name": state.display_name,
                    "status": state.status,
                    "detail": state.detail,
                    "checked_at": moment(state.checked_at),
                }
            )
        )
        if state.is_usable:
            for dispatcher in self._dispatchers:
                dispatcher.on_hints(frozenset({f"due:{state.name}"}))
            await self._wake_parked(state.name)
            await self._hand_on.again()

    def _make_streams(self) -> StreamServicer:
        presence_seconds = self._settings.presence_seconds
        arrive = Arrive(self._store, self._settings.ack_seconds, presence_seconds)
        return StreamServicer(
            self._fanout,
            arrive,
            Acknowledge(self._store),
            NoteTyping(self._store),
            presence_seconds / 3,
        )

    def _make_dispatchers(self) -> list[Dispatcher]:
        ports: dict[str, ChannelPort] = {
            name: GrpcChannel(stub, max_batch=MAX_BATCH, public_url=self._settings.public_url)
            for name, stub in self._stubs.items()
        }
        claim = ClaimWork(self._store, self._keys, self._enqueue, self._settings.lease_seconds)
        record = RecordOutcomes(self._store, self._enqueue, random.random)
        return [
            Dispatcher(
                name,
                port,
                self._store,
                claim,
                record,
                renew_seconds=self._settings.lease_seconds / 3,
            )
            for name, port in {**ports, WEBHOOK: self._webhooks}.items()
        ]

    async def _close(self) -> None:
        await self._webhooks.close()
        for client in self._clients.values():
            await client.close()


async def _await(work: Callable[[], Awaitable[None]]) -> None:
    await work()
