"""SIGKILL of any service, breakdowns of the database, providers' faults: all at the same time."""

import threading

import pytest
from tests.chaos.accounts import settled
from tests.chaos.later import at_once
from tests.chaos.trouble import Trouble
from tests.chaos.world import Talk

ROUNDS = 12
ENOUGH = 150


@pytest.mark.timeout(300)
def test_what_was_acknowledged_arrives_once(worlds, seed, later):
    def have_trouble(world):
        stopping = threading.Event()
        talk = Talk(world, stopping, each=2, pause_seconds=0.5)
        trouble = Trouble(world, talk.crowd, seed)
        talk.crowd.start()
        trouble.lose_an_answer()
        while sum(trouble.deaths) < ROUNDS or len(talk.crowd.acknowledged) < ENOUGH:
            trouble.happen()
        trouble.end()
        stopping.set()
        talk.crowd.join()
        world.fleet.check_alive()
        assert trouble.happened["busy"] >= ROUNDS / 2, trouble.report()
        later.check(f"kills on {world.fleet.database.name}", lambda: verdict(talk))

    at_once(have_trouble, **worlds)


def verdict(talk):
    accounts = settled(talk.world, talk.crowd.acknowledged, talk.arrived)
    talk.close()
    accounts.check(at_least=ENOUGH)
    assert accounts.ambiguous, "nothing was ever in doubt: this run proves little"
