"""A whole orchestrator in this process, behind its gRPC, with channels that run."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
import contextlib
import itertools
import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from tests.migrated import migrate

from parley.common.v1 import caller_pb2
from parley.common.v1 import feedback_pb2 as common_feedback
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
from parley_kit.rpc import ServiceClient
from parley_kit.store import Database
from parley_orchestrator.adapters.postgres_listener import CHANNEL
from parley_orchestrator.bootstrap import MIGRATIONS, Orchestrator
from parley_orchestrator.settings import OrchestratorSettings

MODULES = {
    "AccessService": (access_pb2, access_pb2_grpc),
    "AgentService": (agents_pb2, agents_pb2_grpc),
    "ChannelDirectoryService": (channels_pb2, channels_pb2_grpc),
    "DeliveryService": (deliveries_pb2, deliveries_pb2_grpc),
    "FeedbackService": (feedback_pb2, feedback_pb2_grpc),
    "InboxService": (inbox_pb2, inbox_pb2_grpc),
    "MessageService": (messages_pb2, messages_pb2_grpc),
    "PeopleOverviewService": (people_overview_pb2, people_overview_pb2_grpc),
    "SessionService": (sessions_pb2, sessions_pb2_grpc),
    "StreamService": (stream_pb2, stream_pb2_grpc),
    "UserService": (users_pb2, users_pb2_grpc),
}
RPCS = {
    f"{name}/{method.name}": method
    for name, (module, _stubs) in MODULES.items()
    for method in module.DESCRIPTOR.services_by_name[name].methods
}
KEY = "k" * 40
ADMIN = caller_pb2.Caller(admin=caller_pb2.Admin())
APPROVED = json.dumps("approved")


def agent_caller(agent_id):
    return caller_pb2.Caller(agent_id=agent_id)


def user_caller(user_id):
    return caller_pb2.Caller(user_id=user_id)


@dataclass
class Running:
    """One orchestrator, and short ways to say what tests say often."""

    orchestrator: Orchestrator
    client: ServiceClient
    settings: OrchestratorSettings
    database: Database
    channels: dict[str, Any]

    def __post_init__(self):
        self.stubs = SimpleNamespace(
            **{
                name: self.client.stub(getattr(grpc_module, f"{name}Stub"))
                for name, (_messages, grpc_module) in MODULES.items()
            }
        )
        self._names = itertools.count()

    def call(self, rpc, request, **options):
        """Calls an RPC by its ``Service/Method`` name."""
        service, method = rpc.split("/")
        return getattr(getattr(self.stubs, service), method)(request, **options)

    async def agent(self, name="Deploy agent", webhook_url=""):
        return await self.stubs.AgentService.CreateAgent(
            agents_pb2.CreateAgentRequest(caller=ADMIN, name=name, webhook_url=webhook_url)
        )

    async def user(self, by=ADMIN, name="Ann", **more):
        email = more.pop("email", f"person{next(self._names)}@example.com")
        created = await self.stubs.UserService.CreateUser(
            users_pb2.CreateUserRequest(
                caller=by, user=users_pb2.User(name=name, email=email, **more)
            )
        )
        return created.user

    async def prefer(self, user, *channels):
        await self.stubs.UserService.PutPreferences(
            users_pb2.PutPreferencesRequest(
                caller=ADMIN,
                user_id=user.id,
                preferences=users_pb2.Preferences(channels=channels),
            )
        )

    async def session(self, by, *users, title="Release"):
        created = await self.stubs.SessionService.CreateSession(
            sessions_pb2.CreateSessionRequest(
                caller=by, user_ids=[user.id for user in users], title=title
            )
        )
        return created.session

    async def send(self, by, session, text="Hello", **more):
        sent = await self.stubs.MessageService.SendMessage(
            messages_pb2.SendMessageRequest(caller=by, session_id=session.id, text=text, **more),
            timeout=60,  # forty at once on a slow machine
        )
        return sent.message

    async def ask(self, by, session, **more):
        values = {"prompt": "Deploy?", "kind": common_feedback.FEEDBACK_KIND_APPROVAL, **more}
        created = await self.stubs.FeedbackService.CreateFeedbackRequest(
            feedback_pb2.CreateFeedbackRequestRequest(caller=by, session_id=session.id, **values)
        )
        return created.request

    async def answer(self, by, request, value="approved", **more):
        recorded = await self.stubs.FeedbackService.RecordResponse(
            feedback_pb2.RecordResponseRequest(
                caller=by, request_id=request.id, value_json=json.dumps(value), **more
            )
        )
        return recorded.request

    async def request(self, request, by=ADMIN, wait_seconds=0.0):
        found = await self.stubs.FeedbackService.GetFeedbackRequest(
            feedback_pb2.GetFeedbackRequestRequest(
                caller=by, request_id=request.id, wait_seconds=wait_seconds
            )
        )
        return found.request

    async def deliveries(self, by=ADMIN, **filters):
        found = await self.stubs.DeliveryService.ListDeliveries(
            deliveries_pb2.ListDeliveriesRequest(caller=by, **filters)
        )
        return list(found.deliveries)

    async def events(self, session, by=ADMIN, **more):
        found = await self.stubs.SessionService.ListEvents(
            sessions_pb2.ListEventsRequest(caller=by, session_id=session.id, **more)
        )
        return list(found.events)

    async def ingest(self, *items):
        taken = await self.stubs.InboxService.Ingest(inbox_pb2.IngestRequest(items=items))
        return list(taken.results)

    async def settled(self, *states, seconds=10, **filters):
        """Deliveries, once each is in one of the states."""
        async with asyncio.timeout(seconds):
            while True:
                found = await self.deliveries(**filters)
                if found and all(one.state in states for one in found):
                    return found
                await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def orchestrator(url="sqlite:///:memory:", channels=(), **settings):
    """Runs one with fake channels until the block ends."""
    async with contextlib.AsyncExitStack() as stack:
        addresses = []
        for channel in channels:
            server = channel.server()
            await server.start()
            stack.push_async_callback(server.stop, 0)
            addresses.append(f"{channel.name}=127.0.0.1:{server.port}")
        made = OrchestratorSettings(
            _env_file=None,
            database_url=url,
            port=0,
            secret_keys=[KEY],
            channels=",".join(addresses),
            **settings,
        )
        database = Database(url, notify_channel=CHANNEL)
        stack.push_async_callback(database.close)
        await migrate(database, MIGRATIONS)
        running = Orchestrator(made, database)
        stopping = asyncio.Event()
        serving = asyncio.create_task(running.serve_until(stopping))
        stack.push_async_callback(_stopped, serving, stopping)
        async with asyncio.timeout(10):
            while not running.server.port and not serving.done():
                await asyncio.sleep(0.005)
        client = ServiceClient(f"127.0.0.1:{running.server.port}", made)
        stack.push_async_callback(client.close)
        yield Running(running, client, made, database, {c.name: c for c in channels})


async def _stopped(serving, stopping):
    stopping.set()
    async with asyncio.timeout(35):
        await serving
