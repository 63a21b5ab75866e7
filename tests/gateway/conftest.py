import pytest
from tests.gateway.suite import Suite, suite


@pytest.fixture
async def parley():
    """The gateway with one session: ses_1, agent agt_1, with Ann."""
    async with suite() as running:
        running.orchestrator.log.begin("ses_1", "agt_1", ["usr_ann"])
        yield running


__all__ = ["Suite", "parley"]
