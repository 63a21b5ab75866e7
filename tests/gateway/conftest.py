import pytest
import pytest_asyncio
from tests.gateway.socket_talk import greeted, present
from tests.gateway.suite import Suite, eventually, suite


@pytest.fixture
async def parley():
    """The gateway with one session: ses_1, agent agt_1, with Ann."""
    async with suite() as running:
        running.orchestrator.log.begin("ses_1", "agt_1", ["usr_ann"])
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def standing():
    """One gateway for a module whose tests change only what its fakes remember."""
    async with suite() as running:
        yield running


@pytest.fixture
def shared(standing):
    """The same with nothing remembered but the session ses_1 of agt_1 with Ann."""
    standing.forget()
    standing.orchestrator.log.begin("ses_1", "agt_1", ["usr_ann"])
    return standing


@pytest.fixture
async def ann(parley):
    """Ann's socket, greeted, and known to the orchestrator."""
    async with parley.socket() as socket:
        await greeted(socket)
        await eventually(lambda: present(parley))
        yield socket


__all__ = ["Suite", "parley", "shared", "standing"]
