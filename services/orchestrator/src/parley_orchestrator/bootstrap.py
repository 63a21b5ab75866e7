"""The orchestrator put together; the only place that names concrete adapters."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson

from parley.channel.v1 import channel_pb2_grpc
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
    inbox_pb2,
    inbox_pb2_grpc,
    messages_pb2,
    messages_pb2_grpc,
    people_overview_pb2,
    people_overview_pb2_grpc,
    sessions_pb2,
    sessions_pb2_grpc,
    stream_pb2,
    stream_pb2_grpc,
    users_pb2,
    users_pb2_grpc,
)
from parley_kit.clock import utc_now
from parley_kit.rpc import Registration, ServiceClient, ServiceServer
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
from parley_orchestrator.servicers.conversations import MessageServicer, SessionServicer
from parley_orchestrator.servicers.feedback import FeedbackServicer
from parley_orchestrator.servicers.operations import (
    ChannelDirectoryServicer,
    DeliveryServicer,
    InboxServicer,
)
from parley_orchestrator.servicers.overview import PeopleOverviewServicer
from parley_orchestrator.servicers.people import AccessServicer, AgentServicer, UserServicer
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
from parley_orchestrator.use_cases.admit import Admit
from parley_orchestrator.use_cases.claim_work import ClaimWork
from parley_orchestrator.use_cases.converse import CreateSession
from parley_orchestrator.use_cases.end_feedback import CancelFeedback, ExpireFeedback
from parley_orchestrator.use_cases.enqueue import Enqueue
from parley_orchestrator.use_cases.escalate import Escalate
from parley_orchestrator.use_cases.forget_paces import ForgetPaces
from parley_orchestrator.use_cases.hand_on import HandOn
from parley_orchestrator.use_cases.hear_text import HearText
from parley_orchestrator.use_cases.ingest import Ingest
from parley_orchestrator.use_cases.note_typing import NoteTyping
from parley_orchestrator.use_cases.oversee import (
    ForgetOverviewChanges,
    GetOverview,
    ListOverviewChanges,
)
from parley_orchestrator.use_cases.record_outcomes import RecordOutcomes
from parley_orchestrator.use_cases.record_response import RecordResponse
from parley_orchestrator.use_cases.register import (
    CreateAgent,
    CreateUser,
    PutPreferences,
    RotateWebhookSecret,
)
from parley_orchestrator.use_cases.request_feedback import RequestFeedback
from parley_orchestrator.use_cases.send_messages import SendMessages
from parley_orchestrator.use_cases.steer_deliveries import SteerDeliveries
from parley_orchestrator.use_cases.switch_channel import SwitchChannel
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
        self._steer = SteerDeliveries(self._store)
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
        self.server = ServiceServer(settings, settings.port, self._registrations())

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

    def _registrations(self) -> list[Registration]:
        store, enqueue, directory = self._store, self._enqueue, self.directory
        send = SendMessages(store, enqueue)
        ingest = Ingest(store, HearText(send, enqueue), enqueue, self._settings.public_url)
        agents = AgentServicer(
            CreateAgent(store, self._keys), RotateWebhookSecret(store, self._keys), store
        )
        users = UserServicer(CreateUser(store), PutPreferences(store, directory), store, directory)
        sessions = SessionServicer(
            CreateSession(store),
            SwitchChannel(store, enqueue),
            NoteTyping(store),
            store,
            self._news,
        )
        feedback = FeedbackServicer(
            RequestFeedback(store, enqueue),
            RecordResponse(store),
            CancelFeedback(store),
            store,
            self._news,
        )
        return [
            _registration(agents_pb2, agents_pb2_grpc, "AgentService", agents),
            _registration(users_pb2, users_pb2_grpc, "UserService", users),
            _registration(
                access_pb2, access_pb2_grpc, "AccessService", AccessServicer(Admit(store))
            ),
            _registration(sessions_pb2, sessions_pb2_grpc, "SessionService", sessions),
            _registration(
                messages_pb2, messages_pb2_grpc, "MessageService", MessageServicer(send, store)
            ),
            _registration(feedback_pb2, feedback_pb2_grpc, "FeedbackService", feedback),
            _registration(
                deliveries_pb2,
                deliveries_pb2_grpc,
                "DeliveryService",
                DeliveryServicer(self._steer, store),
            ),
            _registration(
                channels_pb2,
                channels_pb2_grpc,
                "ChannelDirectoryService",
                ChannelDirectoryServicer(directory, store),
            ),
            _registration(inbox_pb2, inbox_pb2_grpc, "InboxService", InboxServicer(ingest)),
            _registration(
                people_overview_pb2,
                people_overview_pb2_grpc,
                "PeopleOverviewService",
                PeopleOverviewServicer(
                    GetOverview(store, directory), ListOverviewChanges(store), directory
                ),
            ),
            _registration(stream_pb2, stream_pb2_grpc, "StreamService", self._streams),
        ]

    async def _close(self) -> None:
        await self._webhooks.close()
        for client in self._clients.values():
            await client.close()


def _registration(messages: object, stubs: object, name: str, servicer: object) -> Registration:
    full_name = messages.DESCRIPTOR.services_by_name[name].full_name  # type: ignore[attr-defined]
    add = getattr(stubs, f"add_{name}Servicer_to_server")
    return Registration(full_name, lambda server: add(servicer, server))


async def _await(work: Callable[[], Awaitable[None]]) -> None:
    await work()
