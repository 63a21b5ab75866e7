"""A small real HTTP server that answers like the gateway and fails as it is told."""

import threading
import time

import pytest
import uvicorn
from tests.client.fake_parley import KEY, FakeParley
from tests.client.faults import Faulty

from parley_client import AsyncParley, Parley, Patience

QUICK = Patience(total_seconds=5, first_seconds=0.01, longest_seconds=0.05)


@pytest.fixture
def server():
    fake = FakeParley()
    faulty = Faulty(fake.app)
    config = uvicorn.Config(
        faulty, host="127.0.0.1", port=0, log_level="critical", lifespan="off", ws="none",
        interface="asgi3", timeout_graceful_shutdown=1,
    )  # fmt: skip
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.005)
    fake.url = f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    fake.faults = faulty.faults
    yield fake
    running.should_exit = True
    thread.join(10)


@pytest.fixture
def parley(server):
    with Parley(server.url, KEY, patience=QUICK) as parley:
        yield parley


@pytest.fixture
async def parley_async(server):
    async with AsyncParley(server.url, KEY, patience=QUICK) as parley:
        yield parley


@pytest.fixture
def session(parley):
    return parley.create_session([parley.create_user("Ann", email="ann@example.com")])


@pytest.fixture
def environment(server, monkeypatch):
    """What examples and the command read."""
    monkeypatch.setenv("PARLEY_URL", server.url)
    monkeypatch.setenv("PARLEY_AGENT_KEY", KEY)
    return server
