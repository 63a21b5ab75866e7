"""The Slack service between the sandbox and an orchestrator that listens."""

import contextlib
import os
from datetime import timedelta

import aiohttp
import pytest
from tests.slack.running import port_in, serving, serving_apart, slack_settings, spawned
from tests.slack.suite import BROWSER, Suite, form, sign
from tests.slack.surroundings import Orchestrator, bridged, listening

from parley_kit.adapter.service import open_storage
from parley_kit.clock import to_timestamp, utc_now
from parley_kit.sealing import KeyRing
from parley_kit.store import Database
from parley_sandbox.server import running
from parley_sandbox.settings import Settings


@pytest.fixture(autouse=True)
def _tries_again_soon(monkeypatch):
    """What Slack or the orchestrator did not take is tried again at once, which saves seconds a test."""
    monkeypatch.setattr("parley_slack.inbound.replying._AGAIN", timedelta(seconds=0.3))
    monkeypatch.setattr("parley_slack.inbound.replying._IDLE_SECONDS", 0.3)
    monkeypatch.setattr("parley_slack.homes.keeper._AGAIN", timedelta(seconds=0.2))
    monkeypatch.setattr("parley_slack.homes.keeper._IDLE_SECONDS", 0.3)
    monkeypatch.setattr("parley_slack.homes.keeper.WATCH_SECONDS", 0.1)


@pytest.fixture
def sqlite_file(tmp_path):
    """The service's database as a file, for tests that look into it or break it."""
    if os.environ.get("PARLEY_TEST_SLACK_SERVER"):  # noqa: TID251
        pytest.skip("looks into an SQLite file")
    return tmp_path / "slack.db"


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
            database = Database(settings.database_url)
            stack.push_async_callback(database.close)
            connections = open_storage("slack", database, KeyRing(settings.keys)).connections
            yield Suite(settings, world, orchestrator, bridge, service, stub, http, connections)

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
