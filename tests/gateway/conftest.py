import pytest
from tests.gateway.socket_talk import greeted, present
from tests.gateway.suite import Suite, eventually, suite


@pytest.fixture
async def parley():
    """The gateway with one session: ses_1, agent agt_1, with Ann."""
    async with suite() as running:
        running.orchestrator.log.begin("ses_1", "agt_1", ["usr_ann"])
        yield running


@pytest.fixture
async def ann(parley):
    """Ann's socket, greeted, and known to the orchestrator."""
    async with parley.socket() as socket:
        await greeted(socket)
        await eventually(lambda: present(parley))
        yield socket


__all__ = ["Suite", "parley"]
