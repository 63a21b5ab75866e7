"""A real sandbox on a free port, a receiver for what it posts, and the real client libraries."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from slack_sdk.web.async_client import AsyncWebClient

from parley_sandbox.server import running
from parley_sandbox.settings import Settings

BOT_SCOPES = "chat:write,im:write,im:read,im:history,users:read,users:read.email"
GMAIL_SCOPES = ("openid", "email", "gmail.compose", "gmail.readonly", "gmail.modify")


@dataclass
class Receiver:
    """Stands where the gateway stands; keeps every request, answers what a test wants."""

    url: str = ""
    requests: list[SimpleNamespace] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    answer: Callable[[SimpleNamespace], Awaitable[str | None]] | None = None

    async def handle(self, request):
        body = await request.read()
        self.requests.append(SimpleNamespace(path=request.path, headers=request.headers, body=body))
        status = self.statuses.pop(0) if self.statuses else 200
        text = await self.answer(self.requests[-1]) if self.answer else ""
        return web.Response(status=status, text=text or "")

    def at(self, end):
        return [r for r in self.requests if r.path.endswith(end)]

    def events(self):
        return [json.loads(r.body) for r in self.at("/slack/events")]

    def interactions(self):
        return [interaction(r) for r in self.at("/slack/interactions")]

    async def until(self, end, count=1):
        async with asyncio.timeout(30):
            while len(self.at(end)) < count:  # noqa: ASYNC110 - what comes is not ours to signal
                await asyncio.sleep(0.01)
        return self.at(end)


def interaction(request):
    return json.loads(parse_qs(request.body.decode())["payload"][0])


@pytest.fixture
async def receiver():
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    receiver.url = f"http://127.0.0.1:{port}"
    yield receiver
    await runner.cleanup()


@pytest.fixture
def overrides():
    """Settings that a test module may replace by its own fixture."""
    return {}


@pytest.fixture
async def sandbox(receiver, overrides):
    settings = {
        "sandbox_port": 0,
        "parley_public_url": receiver.url,
        "sandbox_slack_retry_seconds": (0.0, 0.02, 0.02),
        "sandbox_gmail_push_retry_seconds": (0.01, 0.01, 0.01),
        "sandbox_gmail_push_interval_seconds": 0.0,
        "sandbox_slack_echo": False,
    }
    async with running(Settings(**settings | overrides)) as sandbox:
        yield sandbox


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def control(sandbox, session):
    """Call a control route; returns `(status, JSON)`."""

    async def call(path, body=None, method=None):
        url = sandbox.settings.public_url + path
        verb = method or ("GET" if body is None else "POST")
        async with session.request(verb, url, json=body) as response:
            return response.status, await response.json()

    return call


@pytest.fixture
def slack(sandbox, session):
    """Make a slack_sdk client; by default one with the bot scopes."""

    def make(scopes=BOT_SCOPES, token=None):
        issued = token or sandbox.slack.grants.install(tuple(scopes.split(",")))[0]
        base = sandbox.settings.public_url + "/api/"
        return AsyncWebClient(token=issued, base_url=base, retry_handlers=[], session=session)

    return make


@pytest.fixture
async def bot(slack):
    return slack()


@pytest.fixture
async def ann(bot):
    """Ann's user id and her channel with the bot."""
    found = await bot.users_lookupByEmail(email="ann@example.com")
    user = found["user"]["id"]
    opened = await bot.conversations_open(users=user)
    return SimpleNamespace(id=user, dm=opened["channel"]["id"])


@pytest.fixture
def access_token(sandbox):
    """Issue an access token of an account without the browser step."""

    def issue(email="agent@example.com", scopes=GMAIL_SCOPES):
        base = "https://www.googleapis.com/auth/"
        full = tuple(base + s if s.startswith("gmail.") else s for s in scopes)
        accounts = sandbox.google.accounts
        return accounts.new_access_token(email, full, accounts.new_grant(email))

    return issue


@pytest.fixture
async def gmail(sandbox, access_token):
    """Make `run(lambda users: request)` on google-api-python-client for an account."""
    services = []

    def make(email="agent@example.com", scopes=GMAIL_SCOPES):
        service = build(
            "gmail",
            "v1",
            credentials=Credentials(access_token(email, scopes)),
            static_discovery=True,
            cache_discovery=False,
            client_options={"api_endpoint": sandbox.settings.public_url + "/"},
        )
        services.append(service)

        async def run(request_of):
            return await asyncio.to_thread(lambda: request_of(service.users()).execute())

        return run

    yield make
    for service in services:
        service.close()


@pytest.fixture
def query_of():
    """Return the query of a redirect as a plain dictionary."""
    return lambda url: {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}
