"""Two of every service on one PostgreSQL: they share the work, and any of them may go."""

import threading
import time
from collections import defaultdict

import pytest
from tests.chaos.accounts import settled
from tests.chaos.fleet import KINDS, LEASE_SECONDS
from tests.chaos.recovery import RECOVERY_SECONDS, created_at, figures_of, moments_after
from tests.chaos.world import Talk

from parley_kit.clock import utc_now

HOUR = 3_600
DRAIN_SECONDS = 30
pytestmark = [pytest.mark.postgres, pytest.mark.timeout(300)]


@pytest.fixture
def world(replicated_world):
    yield replicated_world
    replicated_world.recover()


@pytest.fixture
def talk(world):
    """Agents that talk through both gateways until the test ends; then the accounts are checked."""
    stopping = threading.Event()
    urls = [world.fleet.url_of(name) for name in ("gateway", "gateway/2")]
    talk = Talk(world, stopping, pause_seconds=0.1, urls=urls)
    talk.crowd.start()
    yield talk
    stopping.set()
    talk.crowd.join()
    accounts = settled(world, talk.crowd.acknowledged, talk.arrived)
    talk.close()
    accounts.check(at_least=50)


def flow(talk, count=40):
    """Lets some more messages be acknowledged."""
    enough = len(talk.crowd.acknowledged) + count
    talk.world.eventually(
        lambda: len(talk.crowd.acknowledged) >= enough, f"{count} more are acknowledged", 60
    )


def test_they_share_the_work(world, talk):
    fleet = world.fleet
    before = [cpu_seconds(fleet.processes[name].pid) for name in replicas("orchestrator")]
    flow(talk, 120)
    after = [cpu_seconds(fleet.processes[name].pid) for name in replicas("orchestrator")]
    spent = [b - a for a, b in zip(before, after, strict=True)]
    assert min(spent) > 0.15 * sum(spent), f"one of them did it all: {spent}"


@pytest.mark.parametrize(
    "kind",
    [
        "orchestrator",
        pytest.param("slack", marks=pytest.mark.long),
        pytest.param("gmail", marks=pytest.mark.long),
    ],
)
def test_a_killed_one_is_replaced_by_the_other(world, talk, kind, keep):
    """Its work is taken up again within the lease and five seconds, counted from its death."""
    flow(talk)
    world.fault("slack", "latency", seconds=0.5, count=6)
    world.fault("gmail", "latency", seconds=0.5, count=6)
    flow(talk, 10)
    died_at = utc_now()
    world.fleet.kill(f"{kind}/2")
    flow(talk)
    time.sleep(RECOVERY_SECONDS)
    waits = waits_of_lanes(talk, died_at)
    keep("replicas", kind, figures_of(waits))
    assert max(waits, default=0) <= RECOVERY_SECONDS, sorted(waits)[-5:]
    world.fleet.start([f"{kind}/2"])


def test_one_that_slept_past_its_lease_changes_nothing_any_more(world, talk):
    """What it did not record in time was recorded by the other one."""
    flow(talk)
    world.fault("slack", "latency", seconds=1, count=8)
    flow(talk, 10)
    with world.fleet.paused("orchestrator/2"):
        time.sleep(3 * LEASE_SECONDS)
    flow(talk)
    world.fleet.check_logs()


@pytest.mark.parametrize(
    "offset", [HOUR, pytest.param(-HOUR, marks=pytest.mark.long)], ids=["ahead", "behind"]
)
def test_a_clock_that_is_an_hour_wrong_moves_neither_leases_nor_ends(world, talk, offset):
    """They go by the database's clock."""
    fleet = world.fleet
    fleet.kill("orchestrator/2")
    fleet.start_as("orchestrator/2", PLANTED=f"clock_off={offset}")
    fleet.ready("orchestrator/2")
    world.fault("slack", "rate_limit", count=2, seconds=1)
    _user, session = world.resident("slack")
    began = time.monotonic()
    asked = [world.ask(session, expires_in_seconds=5) for _ in range(4)]
    first = world.eventually(lambda: ended(world, asked), "one of the requests expires", 30)
    assert time.monotonic() - began >= 5, first
    world.eventually(lambda: len(ended(world, asked)) == len(asked), "all of them expire", 15)
    flow(talk)
    fleet.kill("orchestrator/2")


def waits_of_lanes(talk, died_at):
    """Seconds until something moved again, for each lane in which something was under way.

    What stands behind a message that is looked up waits for it: that is the order, no delay.
    """
    resumed = defaultdict(list)
    for message_id in list(talk.crowd.acknowledged.values()):
        for delivery in talk.world.deliveries(message_id):
            if created_at(delivery) < died_at:
                lane = delivery["session_id"], delivery["channel"]
                resumed[lane] += moments_after(died_at, delivery)
    return [(min(moments) - died_at).total_seconds() for moments in resumed.values() if moments]


def ended(world, requests):
    return [one["id"] for one in requests if world.request(one)["status"] == "expired"]


def test_a_rolling_restart_fails_no_call_twice(world, talk):
    """Each service is told to stop, drains, ends well, and comes back before the next one goes."""
    flow(talk)
    drains = {}
    for kind in KINDS:
        for name in replicas(kind):
            began = time.monotonic()
            status = world.fleet.processes[name].stop()
            drains[name] = time.monotonic() - began
            assert status == 0, f"{name} ended with {status}"
            world.fleet.start([name])
            world.fleet.ready(name)
            flow(talk, 15)
    assert max(drains.values()) <= DRAIN_SECONDS, drains
    assert talk.crowd.most_tries <= 2, "a call failed twice"


def replicas(kind):
    return [kind, f"{kind}/2"]


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123  # a process's own pseudo-file
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100
