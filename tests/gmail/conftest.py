"""The service with its sandbox: running, on a file, slow, pushed to."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import grpc
import pytest
from aiohttp import web
from tests.gmail.suite import AUDIENCE, PUSHER, Orchestrator, Suite, serving, settings_for

from parley.channel.v1 import (
    channel_pb2_grpc,
    webhook_pb2,
)
from parley_gmail.bootstrap import CHANNEL, make_service
from parley_gmail.google.http import open_session
from parley_kit.adapter.service import open_storage, prepare
from parley_kit.clock import utc_now
from parley_kit.sealing import KeyRing
from parley_kit.store import Database
from parley_sandbox.server import running
from parley_sandbox.settings import Settings as SandboxSettings


@pytest.fixture(autouse=True)
def _quick_roster(monkeypatch):
    """New mailboxes are noticed at once, which saves a second a test."""
    monkeypatch.setattr("parley_gmail.receiving.listener._ROSTER_SECONDS", 0.02)


@pytest.fixture
async def sandbox():
    settings = SandboxSettings(
        sandbox_port=0,
        sandbox_gmail_push_interval_seconds=0.0,
        gmail_pubsub_audience=AUDIENCE,
        gmail_pubsub_service_account=PUSHER,
    )
    async with running(settings) as sandbox:
        yield sandbox


@asynccontextmanager
async def suite_at(google_url, **more):
    """The service against any Google."""
    orchestrator = Orchestrator()
    async with serving(orchestrator) as port, open_session() as session:
        settings = settings_for(google_url, port, **more)
        database = Database(settings.database_url)
        await prepare(CHANNEL, settings, database)
        storage = open_storage(CHANNEL, database, KeyRing(settings.keys))
        clock = more.pop("clock", utc_now)
        service = make_service(settings, storage, session, clock)
        stopping = asyncio.Event()
        task = asyncio.create_task(service.serve_until(stopping))
        async with asyncio.timeout(30):
            while not service.server.port:
                await asyncio.sleep(0.005)
        channel = grpc.aio.insecure_channel(f"127.0.0.1:{service.server.port}")
        async with aiohttp.ClientSession() as http:
            stub = channel_pb2_grpc.ChannelServiceStub(channel)
            yield Suite(google_url, http, stub, orchestrator, storage, settings)
        await channel.close()
        stopping.set()
        await task
        await database.close()


@pytest.fixture(name="suite_at")
def _suite_at():
    return suite_at


@pytest.fixture
async def suite(sandbox):
    async with suite_at(sandbox.settings.public_url) as suite:
        suite.sandbox = sandbox
        yield suite


@pytest.fixture
async def suite_on_file(sandbox, tmp_path):
    """The service with a database that can be looked into."""
    path = tmp_path / "gmail.db"
    async with suite_at(sandbox.settings.public_url, database_url=f"sqlite:///{path}") as suite:
        suite.sandbox = sandbox
        yield suite, path


@pytest.fixture
async def connected(suite):
    connection = await suite.connect()
    assert connection.display_name == "agent@example.com"
    return suite


@pytest.fixture
async def suite_on():
    """The service against a Google that a test writes: `await suite_on(handler)`."""
    async with AsyncExitStack() as stack:

        async def start(handler, **more):
            app = web.Application()
            app.router.add_route("*", "/{path:.*}", handler)
            runner = web.AppRunner(app)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            port = site._server.sockets[0].getsockname()[1]
            more = {"poll_seconds": 60, **more}
            return await stack.enter_async_context(suite_at(f"http://127.0.0.1:{port}", **more))

        yield start


@pytest.fixture
async def suite_slow(sandbox):
    """The service with a poll that comes too late for any test."""
    async with suite_at(sandbox.settings.public_url, poll_seconds=3600) as suite:
        suite.sandbox = sandbox
        yield suite


class Bridge:
    """What the gateway does with Google's pushes: passes them on raw."""

    def __init__(self):
        self.stub = None
        self.statuses = []

    async def handle(self, request):
        headers = [
            webhook_pb2.HttpHeader(name=name.lower(), value=value)
            for name, value in request.headers.items()
        ]
        answer = await self.stub.HandleWebhook(
            webhook_pb2.HandleWebhookRequest(
                endpoint="webhook", headers=headers, body=await request.read()
            )
        )
        self.statuses.append(answer.status)
        return web.Response(status=answer.status, body=answer.body)


@pytest.fixture
async def watched(sandbox):
    """A connected service that Google pushes to, with a poll that comes too late."""
    bridge = Bridge()
    app = web.Application()
    app.router.add_post("/api/channels/gmail/webhook", bridge.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    object.__setattr__(sandbox.settings, "sandbox_deliver_url", url)
    more = {"poll_seconds": 3600, "pubsub_topic": "projects/sandbox/topics/gmail"}
    async with suite_at(sandbox.settings.public_url, **more) as suite:
        suite.sandbox, bridge.stub = sandbox, suite.stub
        await suite.connect()
        await suite.until_polled()
        yield suite, bridge
    await runner.cleanup()
