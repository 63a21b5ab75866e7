"""Ten thousand messages on all channels, through hundreds of kills and dozens of breakdowns."""

import threading
import time

import pytest
from tests.chaos.accounts import settled
from tests.chaos.trouble import Trouble
from tests.chaos.world import Talk

MESSAGES, KILLS, BREAKDOWNS = 10_000, 200, 50
pytestmark = [pytest.mark.long, pytest.mark.timeout(9_000)]


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_nothing_is_lost_or_doubled(shared_worlds, engine, seed, share, most_seconds, keep):
    """On SQLite a breakdown of the database is the death of the process that writes it."""
    world = shared_worlds[engine]
    world.patience_seconds = 900  # a breaker may stay open for five minutes
    began = time.monotonic()
    stopping = threading.Event()
    talk = Talk(world, stopping, each=4, pause_seconds=0.7)  # Slack takes one a second
    trouble = Trouble(world, talk.crowd, seed, lasts=True)
    talk.crowd.start()
    while not is_enough(talk, trouble, share) and time.monotonic() - began < most_seconds:
        trouble.happen()
    trouble.end()
    stopping.set()
    talk.crowd.join()
    seconds = time.monotonic() - began
    world.fleet.check_alive()
    accounts = settled(world, talk.crowd.acknowledged, talk.arrived)
    talk.close()
    figures = {
        "acknowledged": len(accounts.acknowledged),
        "lost": len(accounts.lost),
        "doubled": len(accounts.doubled),
        "misreported": len(accounts.misreported),
        "unknown": len(accounts.unknown),
        "in_doubt": len(accounts.ambiguous),
        "answers_lost_by_providers": world.journal_read.lost_answers,
        "ends": dict(accounts.ends),
        "seconds": round(seconds),
        **trouble.report(),
    }
    keep("durability", engine, figures)
    accounts.check(at_least=MESSAGES * share)
    assert trouble.happened["kills"] >= KILLS * share, figures
    assert trouble.happened["database breakdowns"] >= BREAKDOWNS * share, figures
    assert trouble.happened["busy"] >= 0.8 * (KILLS + BREAKDOWNS) * share, figures
    assert trouble.happened["met sends"] >= 0.8 * (KILLS + BREAKDOWNS) * share, figures
    assert world.journal_read.lost_answers >= 20 * share, figures


def is_enough(talk, trouble, share):
    return (
        len(talk.crowd.acknowledged) >= MESSAGES * share
        and trouble.happened["kills"] >= KILLS * share
        and trouble.happened["database breakdowns"] >= BREAKDOWNS * share
    )
