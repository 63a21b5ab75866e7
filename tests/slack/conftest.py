"""The Slack service in this process, between the sandbox and an orchestrator that listens."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
import os
import re
import sys
import uuid
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from parley.channel.v1 import card_pb2, channel_pb2, channel_pb2_grpc, recipient_pb2, webhook_pb2
from parley.common.v1 import feedback_pb2
from parley.orchestrator.v1 import inbox_pb2, inbox_pb2_grpc
from parley_kit.clock import to_timestamp, utc_now
from parley_kit.rpc import Registration, ServiceClient, ServiceServer
from parley_kit.settings import ServiceSettings
from parley_kit.store.migrating import create_if_missing
from parley_sandbox.server import running
from parley_sandbox.settings import Settings
from parley_slack.bootstrap import open_service
from parley_slack.settings import SlackSettings

KEY = "k" * 40
SECRET = "sandbox-slack-signing-secret"
BROWSER = "this-browser"


class Orchestrator(inbox_pb2_grpc.InboxServiceServicer):
    """Keeps what it is handed, once an id."""

    def __init__(self):
        self.items = {}
        self.is_there = asyncio.Event()
        self.is_there.set()

    async def Ingest(self, request, context):
        await self.is_there.wait()
        results = []
        for item in request.items:
            is_new = item.inbound_id not in self.items
            self.items.setdefault(item.inbound_id, item)
            verdict = (
                inbox_pb2.INGEST_VERDICT_ACCEPTED if is_new else inbox_pb2.INGEST_VERDICT_DUPLICATE
            )
            results.append(inbox_pb2.IngestResult(inbound_id=item.inbound_id, verdict=verdict))
        return inbox_pb2.IngestResponse(results=results)

    async def heard(self, count=1, seconds=30.0):
        async with asyncio.timeout(seconds):
            while len(self.items) < count:
                await asyncio.sleep(0.01)
        return list(self.items.values())


class Bridge:
    """What the gateway does with Slack's requests: passes them on raw."""

    def __init__(self):
        self.stub = None
        self.url = ""
        self.seen = []

    async def handle(self, request):
        message = webhook_pb2.HandleWebhookRequest(
            endpoint=request.match_info["endpoint"],
            headers=[
                webhook_pb2.HttpHeader(name=name.lower(), value=value)
                for name, value in request.headers.items()
            ],
            body=await request.read(),
        )
        self.seen.append(message)
        answer = await self.stub.HandleWebhook(message)
        return web.Response(status=answer.status, body=answer.body)


class Suite:
    """Everything a test needs."""

    def __init__(self, settings, sandbox, orchestrator, bridge, service, stub, http):
        self.settings = settings
        self.sandbox = sandbox
        self.orchestrator = orchestrator
        self.bridge = bridge
        self.service = service
        self.stub = stub
        self.http = http
        self._numbers = itertools.count(1)

    async def connect(self):
        """Installs the app as a browser would."""
        start = channel_pb2.StartAuthorizationRequest(browser_binding=BROWSER)
        begun = await self.stub.StartAuthorization(start)
        parameters = await self.consent(begun.authorize_url)
        done = await self.stub.CompleteAuthorization(
            channel_pb2.CompleteAuthorizationRequest(parameters=parameters, browser_binding=BROWSER)
        )
        return done.connection

    async def consent(self, url, **query):
        """Follows the consent page; answers what the redirect brings."""
        async with self.http.get(url, params=query, allow_redirects=False) as response:
            assert response.status == 302, await response.text()
            return dict(parse_qsl(urlsplit(response.headers["location"]).query))

    async def control(self, path, **body):
        async with self.http.post(f"{self.sandbox.settings.public_url}{path}", json=body) as answer:
            return answer.status, await answer.json()

    async def journal(self, call=""):
        url = f"{self.sandbox.settings.public_url}/journal"
        async with self.http.get(url, params={"channel": "slack", "call": call}) as answer:
            return await answer.json()

    def message(self, text="Hello", **values):
        number = next(self._numbers)
        values = {
            "delivery_id": f"dlv_{number}",
            "recipient": self.person(),
            "conversation": recipient_pb2.Conversation(session_id="ses_1"),
            "author_name": "Release bot",
        } | values
        return channel_pb2.SendMessageRequest(text=text, **values)

    def person(self, email="ann@example.com", **addresses):
        named = {"email": email} | addresses if email else addresses
        return recipient_pb2.Recipient(user_id=f"usr_{email}", name="Ann", addresses=named)

    def card(self, **values):
        values = {
            "request_id": f"fbr_{next(self._numbers)}",
            "kind": feedback_pb2.FEEDBACK_KIND_APPROVAL,
            "prompt": "Deploy **v2**?",
            "digest": hashlib.sha256(b"shown").hexdigest(),
            "author_name": "Release bot",
        } | values
        return card_pb2.Card(**values)

    async def ask(self, card, **values):
        values = {
            "delivery_id": f"dlv_{next(self._numbers)}",
            "recipient": self.person(),
            "conversation": recipient_pb2.Conversation(session_id="ses_1"),
        } | values
        request = channel_pb2.RequestFeedbackRequest(card=card, **values)
        return (await self.stub.RequestFeedback(request)).outcome

    async def send(self, *args, **values):
        request = self.message(*args, **values)
        return (await self.stub.SendMessage(request)).outcome

    async def webhook(self, endpoint, body, headers=None, **signing):
        signed = sign(body, **signing) if headers is None else headers
        request = webhook_pb2.HandleWebhookRequest(
            endpoint=endpoint,
            body=body,
            headers=[webhook_pb2.HttpHeader(name=n, value=v) for n, v in signed],
        )
        return await self.stub.HandleWebhook(request)

    async def event(self, payload):
        return await self.webhook("events", json.dumps(payload).encode())

    async def interaction(self, payload):
        return await self.webhook("interactions", form(payload))


def sign(body, *, secret=SECRET, at=None):
    stamp = str(int(utc_now().timestamp()) if at is None else at)
    base = f"v0:{stamp}:".encode() + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return [("x-slack-request-timestamp", stamp), ("x-slack-signature", f"v0={digest}")]


def form(payload):
    return urlencode({"payload": json.dumps(payload)}).encode()


@contextlib.asynccontextmanager
async def bridged():
    bridge = Bridge()
    app = web.Application()
    app.router.add_post("/api/channels/slack/{endpoint}", bridge.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    bridge.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield bridge
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def listening(orchestrator):
    name = inbox_pb2.DESCRIPTOR.services_by_name["InboxService"].full_name
    add = lambda s: inbox_pb2_grpc.add_InboxServiceServicer_to_server(orchestrator, s)  # noqa: E731
    server = ServiceServer(ServiceSettings(_env_file=None), 0, [Registration(name, add)])
    await server.start()
    try:
        yield f"127.0.0.1:{server.port}"
    finally:
        await server.stop(0)


@contextlib.asynccontextmanager
async def serving(settings, clock=utc_now):
    """The service on a free port, as its own process would run it."""
    stopping = asyncio.Event()
    async with open_service(settings, clock) as service:
        task = asyncio.create_task(service.serve_until(stopping))
        while service.server.port == 0:
            await asyncio.sleep(0.005)
        client = ServiceClient(f"127.0.0.1:{service.server.port}", settings)
        try:
            yield service, client.stub(channel_pb2_grpc.ChannelServiceStub)
        finally:
            await client.close()
            stopping.set()
            await task


ENVIRONMENT = {
    "PARLEY_SLACK_PORT": "port",
    "DATABASE_URL": "database_url",
    "PARLEY_MIGRATE_ON_START": "migrate_on_start",
    "PARLEY_SECRET_KEYS": "secret_keys",
    "PARLEY_ORCHESTRATOR": "orchestrator",
    "PARLEY_PUBLIC_URL": "public_url",
    "SLACK_CLIENT_ID": "client_id",
    "SLACK_CLIENT_SECRET": "client_secret",
    "SLACK_SIGNING_SECRET": "signing_secret",
    "SLACK_API_URL": "api_url",
    "SLACK_AUTHORIZE_URL": "authorize_url",
    "PARLEY_LOG_LEVEL": "log_level",
}


def _revealed(value):
    if isinstance(value, list):
        return ",".join(_revealed(item) for item in value)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


@contextlib.asynccontextmanager
async def spawned(folder, *arguments, **environment):
    """The service as a process of its own; gives the process and the lines it wrote so far."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}  # noqa: TID251
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "parley_slack",
        *arguments,
        cwd=folder,
        env=kept | {"PARLEY_SLACK_PORT": "0", "PARLEY_LOG_FORMAT": "json"} | environment,
        stderr=asyncio.subprocess.PIPE,
    )
    lines = []

    async def read():
        async for line in process.stderr:
            lines.append(line.decode())  # noqa: PERF401  # read while it is being written

    reading = asyncio.create_task(read())
    try:
        yield process, lines
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 30)
        await reading


async def port_in(lines):
    async with asyncio.timeout(30):
        while not (found := re.search(r'"port": (\d+)', "".join(lines))):
            await asyncio.sleep(0.02)
    return int(found[1])


@contextlib.asynccontextmanager
async def serving_apart(settings, folder):
    """The service as a process, by the same settings."""
    environment = {name: _revealed(getattr(settings, f)) for name, f in ENVIRONMENT.items()}
    async with spawned(folder, **environment) as (process, lines):
        process.lines = lines
        client = ServiceClient(f"127.0.0.1:{await port_in(lines)}", settings)
        try:
            yield process, client.stub(channel_pb2_grpc.ChannelServiceStub)
        finally:
            await client.close()


def database_url(tmp_path):
    """An SQLite file, or a new database on the server that PARLEY_TEST_POSTGRES names."""
    server = os.environ.get("PARLEY_TEST_POSTGRES")  # noqa: TID251
    if not server:
        return f"sqlite:///{tmp_path}/slack.db"
    url = f"{server}/slack_{uuid.uuid4().hex}"
    create_if_missing(url)
    return url


@pytest.fixture
def sqlite_file(tmp_path):
    """The service's database as a file, for tests that look into it or break it."""
    if os.environ.get("PARLEY_TEST_POSTGRES"):  # noqa: TID251
        pytest.skip("looks into an SQLite file")
    return tmp_path / "slack.db"


def slack_settings(tmp_path, url="http://127.0.0.1:9", **values):
    return SlackSettings(
        _env_file=None,
        **{
            "port": 0,
            "database_url": database_url(tmp_path),
            "migrate_on_start": True,
            "secret_keys": [KEY],
            "client_id": "sandbox-slack-client",
            "client_secret": "sandbox-slack-secret",
            "signing_secret": SECRET,
            "api_url": f"{url}/api/",
            "authorize_url": f"{url}/oauth/v2/authorize",
        }
        | values,
    )


@pytest.fixture
def suite_with(tmp_path):
    """A maker of suites: `async with suite_with(sandbox={…}, **settings) as suite`."""

    @contextlib.asynccontextmanager
    async def make(*, sandbox=None, clock=utc_now, database_url=None, is_process=False, **values):
        orchestrator = Orchestrator()
        async with contextlib.AsyncExitStack() as stack:
            bridge = await stack.enter_async_context(bridged())
            options = {"sandbox_port": 0, "parley_public_url": bridge.url} | (sandbox or {})
            world = await stack.enter_async_context(running(Settings(_env_file=None, **options)))
            address = await stack.enter_async_context(listening(orchestrator))
            settings = slack_settings(
                tmp_path,
                world.settings.public_url,
                public_url=bridge.url,
                orchestrator=address,
                **({"database_url": database_url} if database_url else {}),
                **values,
            )
            served = serving_apart(settings, tmp_path) if is_process else serving(settings, clock)
            service, stub = await stack.enter_async_context(served)
            bridge.stub = stub
            http = await stack.enter_async_context(aiohttp.ClientSession())
            yield Suite(settings, world, orchestrator, bridge, service, stub, http)

    return make


@pytest.fixture
async def suite(suite_with):
    """A connected suite."""
    async with suite_with() as made:
        await made.connect()
        yield made


@pytest.fixture
def tools():
    """Functions that tests share."""

    class Tools:
        sign = staticmethod(sign)
        form = staticmethod(form)
        serving = staticmethod(serving)
        spawned = staticmethod(spawned)
        port_in = staticmethod(port_in)
        settings = staticmethod(slack_settings)
        timestamp = staticmethod(to_timestamp)
        browser = BROWSER

    return Tools
