"""The orchestrator under test: on the engine it names, with fake channels."""

import pytest
from tests.orchestrator.fake_channel import FakeChannel
from tests.orchestrator.good_requests import made
from tests.orchestrator.receiver import Receiver, listening
from tests.orchestrator.running import orchestrator
from tests.orchestrator.workshop import workshop


@pytest.fixture
def gmail():
    return FakeChannel("gmail", needs_answer_links=True)


@pytest.fixture
def slack():
    return FakeChannel("slack", address_keys=("slack_user_id", "email"))


@pytest.fixture
async def parley(gmail, slack):
    """An orchestrator in memory with a fake Gmail and a fake Slack."""
    async with orchestrator(channels=[gmail, slack]) as running:
        yield running


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine_url(request):
    """A database on each engine that behaves differently for a caller."""
    if request.param == "memory":
        return "sqlite:///:memory:"
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture
async def shop():
    """The use cases on a store in memory, with Ann in a session of an agent's."""
    async with workshop() as made:
        await made.begin(channels=("gmail", "slack"))
        yield made


@pytest.fixture
async def world():
    """An orchestrator, and an agent in it with all that a request can name."""
    async with orchestrator() as running:
        begun = await made(running)
        begun.parley = running
        yield begun


@pytest.fixture
async def receiver():
    """An agent's HTTP server on a free port."""
    listener = Receiver()
    async with listening(listener) as port:
        listener.port = port
        listener.url = f"http://127.0.0.1:{port}/hook"
        yield listener
