"""Writers of the same sessions and lanes from two stores never wait for each other in a circle."""

import asyncio

import psycopg
import pytest
from tests.conformance.store.world import Settled, delivery

from parley_kit.clock import utc_now
from parley_orchestrator.domain.claiming import Rank, Take
from parley_orchestrator.domain.conversation import NewEvent
from parley_orchestrator.domain.delivery import Outcome, Result
from parley_orchestrator.domain.verdict import decide

TAKE = Take("", Rank.TALK, 10, 5)

ROUNDS = 60
SENT = Outcome(Result.SENT, provider_ref="r", thread_ref="t", connection_id="c")


@pytest.fixture
def engine():
    return "postgres"


def deadlocks(url):
    with psycopg.connect(url, autocommit=True) as connection:
        query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return connection.execute(query).fetchone()[0]


@pytest.mark.postgres
async def test_sending_and_recording_from_two_replicas_do_not_deadlock(stores, world, url):
    sessions = [world.session, *[await world.another_session(stores[0]) for _ in range(3)]]
    before = deadlocks(url)

    async def send(store, number):
        mine = sessions if number % 2 else list(reversed(sessions))

        def command(unit):
            events = [NewEvent(one.id, "message.created", {}) for one in mine]
            stored = unit.conversations.append(events)
            unit.deliveries.enqueue(
                [
                    delivery(one, world.ann, world.channel, event.seq)
                    for one, event in zip(mine, stored, strict=True)
                ]
            )

        await store.transact(command, [one.id for one in mine])

    async def record(store):
        lanes = await store.transact(
            lambda unit: unit.deliveries.begin(unit.deliveries.lease(world.channel, TAKE, 5))
        )
        found = [one for lane in lanes for one in lane.deliveries]

        def command(unit):
            held = unit.deliveries.held(lanes)
            settled = [Settled(one, SENT, decide(one, SENT, utc_now(), 0.5)) for one in found]
            unit.deliveries.settle([lane for lane in lanes if lane.lane in held], settled)
            unit.conversations.append(
                [NewEvent(d.session_id, "delivery.updated", {}) for d in found]
            )

        if lanes:
            await store.transact(command, {one.session_id for one in found})

    async def work(store):
        for number in range(ROUNDS):
            await asyncio.gather(send(store, number), record(store))

    await asyncio.gather(*(work(store) for store in stores for _ in range(2)))
    await asyncio.sleep(1.5)  # the server counts when its connections fall idle
    assert deadlocks(url) == before


@pytest.mark.postgres
async def test_commands_that_name_no_session_do_not_deadlock_either(stores, world, url):
    """They run again with what they turned out to write; each takes effect once."""
    sessions = [world.session, *[await world.another_session(stores[0]) for _ in range(3)]]
    before = deadlocks(url)
    runs = []

    async def write(store, number):
        mine = sessions if number % 2 else list(reversed(sessions))

        def command(unit):
            runs.append(number)
            for one in mine:
                unit.conversations.append([NewEvent(one.id, "message.created", {"n": number})])

        await store.transact(command)

    await asyncio.gather(*(write(stores[n % len(stores)], n) for n in range(40)))
    await asyncio.sleep(1.5)
    assert deadlocks(url) == before
    assert len(runs) > 40, "nothing ran again, so that nothing was shown"
    for one in sessions:
        events = await stores[0].read(
            lambda unit, id_=one.id: unit.conversations.events_after(id_, 0, 100)
        )
        written = [e.data["n"] for e in events if e.kind == "message.created"]
        assert sorted(written) == list(range(40))
