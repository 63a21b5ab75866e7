"""Breakers and pacing counters: shared by all doors of the database."""

import asyncio
from datetime import timedelta

from tests.conformance.store.test_queue import claim, enqueue, gates, only_lane, settle
from tests.conformance.store.world import HOUR, settled

from parley_kit.clock import utc_now
from parley_orchestrator.domain.breaker import Breaker, BreakerState
from parley_orchestrator.domain.claiming import Rank, Take
from parley_orchestrator.domain.delivery import Kind, Outcome, Result, State
from parley_orchestrator.domain.pacing import Key, Limit, Pace, Scope, admit
from parley_orchestrator.domain.verdict import Verdict
from parley_orchestrator.ports import Hold, Settled

SECOND = timedelta(seconds=1)


def breaker(channel, connection_id="con_1", **more):
    values = {
        "state": BreakerState.OPEN,
        "until": utc_now() + HOUR,
        "trips": 1,
        "code": "timeout",
        **more,
    }
    return Breaker(channel, connection_id, **values)


async def test_a_breaker_is_kept_changed_and_closed(stores, world):
    one = breaker(world.channel)
    await stores[0].transact(lambda unit: unit.gates.set_breaker(one))
    found = await stores[1].read(lambda unit: unit.gates.breakers(world.channel))
    assert found == {(world.channel, "con_1"): one}
    again = breaker(world.channel, state=BreakerState.HALF_OPEN, trips=2, is_cleared=True)
    await stores[1].transact(lambda unit: unit.gates.set_breaker(again))
    locked = await stores[0].transact(
        lambda unit: unit.gates.lock_breakers([(world.channel, "con_1"), (world.channel, "x")])
    )
    assert locked == {(world.channel, "con_1"): again}
    await stores[0].transact(lambda unit: unit.gates.close_breaker(world.channel, "con_1"))
    assert await stores[1].read(lambda unit: unit.gates.breakers(world.channel)) == {}


async def test_the_newest_attempts_on_a_connection_are_read(store, world):
    for n, result in enumerate([Result.NOT_SENT, Result.SENT, Result.SKIPPED, Result.AMBIGUOUS]):
        await enqueue(store, world.deliver(n))
        for name in await gates(store, world.channel):
            lane = await only_lane(store, world.channel, gate=name)
            outcome = Outcome(result, "x", connection_id="con_1")
            verdict = Verdict(State.DEAD, "", is_attempt=result is not Result.SKIPPED)
            await settle(store, lane, Settled(lane.deliveries[0], outcome, verdict))
    since = utc_now() - HOUR

    def read(limit, since=since, connection_id="con_1"):
        return store.read(
            lambda unit: unit.gates.attempts_on(world.channel, connection_id, since, limit)
        )

    assert [str(result) for _id, result in await read(10)] == ["ambiguous", "sent", "not_sent"]
    assert len(await read(2)) == 2
    assert await read(10, since=utc_now() + HOUR) == []
    assert await read(10, connection_id="con_2") == []


async def test_counters_are_kept_and_never_run_back(stores, world):
    key = Key(world.channel, "posts", "con_1")
    now = utc_now()
    for tat in (now + 5 * SECOND, now + 3 * SECOND):
        await stores[0].transact(lambda unit, tat=tat: unit.gates.set_paces({key: Pace(tat)}))
    found = await stores[1].transact(lambda unit: unit.gates.paces([key]))
    assert found == {key: Pace(now + 5 * SECOND)}
    assert await stores[1].read(lambda unit: unit.gates.paces_of(world.channel)) == found


async def test_a_channel_is_awake_while_a_counter_is(store, world):
    key = Key(world.channel, "posts", "con_1")
    now = utc_now()

    def awake():
        return store.read(lambda unit: unit.gates.is_awake(world.channel))

    assert not await awake()
    await store.transact(lambda unit: unit.gates.set_paces({key: Pace(now, now + HOUR)}))
    assert await awake()
    await store.transact(lambda unit: unit.gates.set_paces({key: Pace(now, now - SECOND)}))
    assert not await awake()


async def test_counters_that_are_over_are_forgotten(store, world):
    now = utc_now()
    keys = [Key(world.channel, "posts", name) for name in ("over", "ahead", "awake")]
    values = [Pace(now - HOUR), Pace(now + HOUR), Pace(now - HOUR, now + HOUR)]
    await store.transact(lambda unit: unit.gates.set_paces(dict(zip(keys, values, strict=True))))
    await store.transact(lambda unit: unit.gates.forget_paces(now))
    left = await store.transact(lambda unit: unit.gates.paces(keys))
    assert {key.subject for key in left} == {"ahead", "awake"}


async def test_replicas_that_spend_at_once_share_one_limit(stores, world):
    """Twenty workers ask for one each: five pass, as many as the burst."""
    limit = Limit("posts", Scope.CONNECTION, 1, HOUR, burst=5)
    one = world.deliver()
    key = Key(world.channel, "posts", "con_1")
    await stores[0].transact(lambda unit: unit.gates.set_paces({key: Pace(utc_now())}))

    def spend(unit):
        admitted = admit([one], "con_1", [limit], unit.gates.paces([key]), unit.now)
        unit.gates.set_paces(admitted.paces)
        return admitted.count

    passed = await asyncio.gather(*(stores[n % 2].transact(spend) for n in range(20)))
    assert sum(passed) == 5


async def test_lanes_wait_at_the_gates_of_their_connections(store, world):
    mine, other = world.deliver(1, gate="con_1"), world.deliver(1, to=world.bob, gate="con_2")
    await enqueue(store, mine, other)
    assert set(await gates(store, world.channel)) == {"con_1", "con_2"}
    lane = await only_lane(store, world.channel, gate="con_2")
    assert (lane.gate, lane.deliveries[0].user_id) == ("con_2", world.bob.id)
    failed = Outcome(Result.NOT_SENT, "busy", connection_id="con_3")
    later = Verdict(State.QUEUED, "later", utc_now() + HOUR)
    await settle(store, lane, Settled(lane.deliveries[0], failed, later))
    assert set(await gates(store, world.channel)) == {"con_1", "con_3"}, "where it really waits"


async def test_decisions_stand_in_a_line_of_their_own(store, world):
    """A lane stays there as long as it has something to do, then it is talk again."""
    talk = world.deliver(1)
    card = world.deliver(1, kind=Kind.CARD, to=world.bob)
    urgent = world.deliver(2, to=world.bob, urgent=True)
    await enqueue(store, talk, card, urgent)

    async def ranks():
        found = await store.read(lambda unit: unit.deliveries.gates(world.channel))
        return {gate.rank for gate in found}

    assert await ranks() == {Rank.DECISIONS, Rank.TALK}
    for expected in (card, urgent):
        [lane] = await claim(store, world.channel, ranks=[Rank.DECISIONS])
        assert [d.id for d in lane.deliveries] == [expected.id]
        await settle(store, lane, settled(lane.deliveries[0]))
    assert await claim(store, world.channel, ranks=[Rank.DECISIONS]) == []
    await enqueue(store, world.deliver(3, to=world.bob))
    assert await ranks() == {Rank.TALK}


async def test_what_is_held_comes_again_at_its_time(store, world):
    one = world.deliver()
    await enqueue(store, one)
    until = utc_now() + HOUR

    def hold(unit):
        [lane] = unit.deliveries.lease(world.channel, Take("", Rank.TALK, 10, 10), 30)
        unit.deliveries.hold([Hold(lane, until, "paced: posts", one.id)])

    await store.transact(hold)
    assert await claim(store, world.channel) == []
    assert abs((await gates(store, world.channel))[""] - until) < timedelta(milliseconds=1)
    kept = (await store.read(lambda unit: unit.deliveries.get([one.id])))[one.id]
    assert (kept.state, kept.explanation) == (State.QUEUED, "paced: posts")


async def test_what_waits_at_a_gate_and_could_go_elsewhere_is_found(store, world):
    could = world.deliver(1, gate="con_1", route=("slack",))
    could_not = world.deliver(2, gate="con_1")
    other = world.deliver(1, to=world.bob, gate="con_2", route=("slack",))
    await enqueue(store, could, could_not, other)

    def behind(connection_id, after=""):
        return store.read(
            lambda unit: unit.deliveries.behind(world.channel, connection_id, 10, after)
        )

    assert [d.id for d in await behind("con_1")] == [could.id]
    assert {d.id for d in await behind("")} == {could.id, other.id}
    assert await behind("con_1", could.id) == []


async def test_a_lane_that_is_hurried_leaves_retries_their_time(store, world):
    at = utc_now() + HOUR
    quiet = world.deliver(1, next_attempt_at=at)
    retry = world.deliver(1, to=world.bob, next_attempt_at=at, failed_tries=1)
    await enqueue(store, quiet, retry)
    await store.transact(lambda unit: unit.deliveries.hurry([quiet.lane, retry.lane]))
    found = await store.read(lambda unit: unit.deliveries.get([quiet.id, retry.id]))
    assert found[quiet.id].urgent
    assert found[quiet.id].next_attempt_at < at
    assert found[retry.id].next_attempt_at == retry.next_attempt_at
