"""The queue: order in a lane, leases, fences, retries; no lane holds up another."""

import asyncio
from datetime import timedelta

from tests.conformance.store.world import HOUR, changed, settled

from parley_kit.clock import utc_now
from parley_orchestrator.domain.claiming import Rank, Take
from parley_orchestrator.domain.delivery import Kind, Outcome, Result, State
from parley_orchestrator.domain.verdict import Verdict
from parley_orchestrator.ports import Settled

LEASE = 30.0


def claim(store, channel, lanes=100, per_lane=10, lease=LEASE, gate="", ranks=tuple(Rank)):
    def command(unit):
        found = [
            lane
            for rank in ranks
            for lane in unit.deliveries.lease(channel, Take(gate, rank, lanes, per_lane), lease)
        ]
        return unit.deliveries.begin(found)

    return store.transact(command)


async def gates(store, channel):
    found = await store.read(lambda unit: unit.deliveries.gates(channel))
    return {gate.connection_id: gate.due_at for gate in reversed(found)}


def enqueue(store, *deliveries):
    return store.transact(lambda unit: unit.deliveries.enqueue(list(deliveries)))


def settle(store, lane, *outcomes):
    """Records outcomes if the lane is still held; answers whether it was."""

    def command(unit):
        held = unit.deliveries.held([lane])
        if lane.lane in held:
            unit.deliveries.settle([lane], list(outcomes))
        return bool(held)

    return store.transact(command)


async def stored(store, one):
    return (await store.read(lambda unit: unit.deliveries.get([one.id])))[one.id]


async def only_lane(store, channel, **more):
    lanes = await claim(store, channel, **more)
    assert len(lanes) == 1
    return lanes[0]


async def test_a_delivery_goes_through_once(store, world):
    one = world.deliver()
    await enqueue(store, one)
    lane = await only_lane(store, world.channel)
    assert [d.id for d in lane.deliveries] == [one.id]
    assert (await stored(store, one)).state == State.SENDING
    assert await claim(store, world.channel) == []
    assert await settle(store, lane, settled(lane.deliveries[0], provider_ref="p1"))
    after = await stored(store, one)
    assert (after.state, after.provider_ref, after.attempts) == (State.SENT, "p1", 1)
    assert await claim(store, world.channel) == []
    assert await gates(store, world.channel) == {}


async def test_a_lane_keeps_its_order_and_gives_messages_together(store, world):
    await enqueue(store, *(world.deliver(n) for n in (3, 1, 2)))
    lane = await only_lane(store, world.channel)
    assert [d.position for d in lane.deliveries] == [1, 2, 3]
    await enqueue(store, world.deliver(4))
    assert await claim(store, world.channel) == [], "the lane is held: nothing may overtake"
    await settle(store, lane, *(settled(d) for d in lane.deliveries))
    assert [d.position for d in (await only_lane(store, world.channel)).deliveries] == [4]


async def test_a_card_goes_out_by_itself(store, world):
    card = world.deliver(2, kind=Kind.CARD, subject_id="fbr_1")
    await enqueue(store, world.deliver(1), card, world.deliver(3))
    seen = []
    for _ in range(3):
        lane = await only_lane(store, world.channel)
        seen.append([d.position for d in lane.deliveries])
        await settle(store, lane, *(settled(d) for d in lane.deliveries))
    assert seen == [[1], [2], [3]]


async def test_one_lane_never_holds_up_another(store, world):
    """Ann's head waits an hour for its retry; Bob's message flows, Ann's next one waits."""
    waiting = world.deliver(1, next_attempt_at=utc_now() + HOUR)
    await enqueue(store, waiting, world.deliver(2), world.deliver(2, to=world.bob))
    claimed = await claim(store, world.channel)
    ready = {lane.deliveries[0].user_id for lane in claimed if lane.deliveries}
    assert ready == {world.bob.id}


async def test_a_retry_waits_for_its_time_and_holds_its_lane(store, world):
    first, second = world.deliver(1), world.deliver(2)
    await enqueue(store, first, second)
    lane = await only_lane(store, world.channel)
    at = utc_now() + HOUR
    again = Settled(
        lane.deliveries[0],
        Outcome(Result.NOT_SENT, "busy"),
        Verdict(State.QUEUED, "later", at, failed_tries=1),
    )
    skipped = settled(lane.deliveries[1], Result.SKIPPED)
    await settle(store, lane, again, skipped)
    assert await claim(store, world.channel) == []
    due = (await gates(store, world.channel))[""]
    assert abs(due - at) < timedelta(milliseconds=1)
    assert (await stored(store, first)).failed_tries == 1
    tries = await store.read(lambda u: u.deliveries.attempts_of([first.id, second.id]))
    assert [t.outcome for t in tries[first.id]] == ["not_sent"]
    assert second.id not in tries, "what was not tried is no attempt"


async def test_an_expired_lease_is_taken_up_and_its_holder_fenced_off(stores, world):
    one = world.deliver()
    await enqueue(stores[0], one)
    paused = await only_lane(stores[0], world.channel, lease=0.0)
    taken = await only_lane(stores[1], world.channel)
    assert taken.fence > paused.fence
    assert taken.deliveries[0].state == State.SENDING, "so that it is looked up, not sent again"
    assert not await settle(stores[0], paused, settled(paused.deliveries[0], provider_ref="late"))
    assert await settle(
        stores[1], taken, settled(taken.deliveries[0], Result.FOUND, provider_ref="p")
    )
    assert (await stored(stores[0], one)).provider_ref == "p"
    assert not await settle(stores[1], taken, settled(taken.deliveries[0])), "given back"


async def test_a_renewed_lease_is_kept(stores, world):
    await enqueue(stores[0], world.deliver())
    lane = await only_lane(stores[0], world.channel, lease=0.0)
    await stores[0].transact(lambda unit: unit.deliveries.renew([lane], LEASE))
    assert await claim(stores[1], world.channel) == []
    assert await settle(stores[0], lane, settled(lane.deliveries[0]))
    await stores[0].transact(lambda unit: unit.deliveries.renew([lane], LEASE))
    await enqueue(stores[0], world.deliver(2))
    assert await only_lane(stores[1], world.channel), "a late renewal holds nothing"


async def test_a_later_holder_cannot_be_renewed_away(stores, world):
    await enqueue(stores[0], world.deliver())
    old = await only_lane(stores[0], world.channel, lease=0.0)
    new = await only_lane(stores[1], world.channel, lease=0.0)
    await stores[0].transact(lambda unit: unit.deliveries.renew([old], LEASE))
    third = await only_lane(stores[0], world.channel)
    assert third.fence == new.fence + 1


async def test_several_workers_take_every_lane_once(stores, world):
    sessions = [await world.another_session(stores[0]) for _ in range(20)]
    await enqueue(
        *stores[:1],
        *(changed(world.deliver(n), session_id=s.id) for s in sessions for n in (1, 2)),
    )
    taken = []

    async def work(store):
        while lanes := await claim(store, world.channel, lanes=3):
            for lane in lanes:
                taken.extend((lane.lane, d.position) for d in lane.deliveries)
                await settle(store, lane, *(settled(d) for d in lane.deliveries))

    await asyncio.gather(*(work(store) for store in (*stores, *stores)))
    assert len(taken) == len(set(taken)) == 40
    for lane in {name for name, _ in taken}:
        assert [position for name, position in taken if name == lane] == [1, 2]


async def test_work_that_comes_while_a_lane_is_held_is_found_when_it_is_given_back(stores, world):
    await enqueue(stores[0], world.deliver(1))
    for position in range(2, 12):
        lane = await only_lane(stores[0], world.channel)
        await asyncio.gather(
            enqueue(stores[1], world.deliver(position)),
            settle(stores[0], lane, *(settled(d) for d in lane.deliveries)),
        )
    lane = await only_lane(stores[0], world.channel)
    assert [d.position for d in lane.deliveries] == [11]


async def test_a_thread_and_its_connection_stay_with_the_lane(store, world):
    await enqueue(store, world.deliver(1))
    lane = await only_lane(store, world.channel)
    sent = settled(lane.deliveries[0], thread_ref="t1", connection_id="c1")
    await settle(store, lane, sent)
    await enqueue(store, world.deliver(2))
    assert await claim(store, world.channel) == [], "it waits at its connection's gate now"
    lane = await only_lane(store, world.channel, gate="c1")
    assert (lane.thread_ref, lane.connection_id) == ("t1", "c1")
    await settle(store, lane, settled(lane.deliveries[0], connection_id="c2"))
    await enqueue(store, world.deliver(3))
    assert (await only_lane(store, world.channel, gate="c2")).thread_ref == "t1"
    used = await store.read(lambda u: u.conversations.detailed(world.session.id))
    assert used.used_channels == [world.channel]


async def test_an_attempt_says_when_it_began(store, world):
    """Also the second one: what is shown as latency is that try's, not the first one's."""
    await enqueue(store, world.deliver())
    for _ in range(2):
        before = utc_now()
        lane = await only_lane(store, world.channel)
        await asyncio.sleep(0.02)
        again = Settled(
            lane.deliveries[0], Outcome(Result.NOT_SENT), Verdict(State.QUEUED, "", before)
        )
        await settle(store, lane, again)
    tries = await store.read(
        lambda u: u.deliveries.attempts_of([lane.deliveries[0].id])[lane.deliveries[0].id]
    )
    assert [t.number for t in tries] == [1, 2]
    for one in tries:
        assert timedelta(milliseconds=15) < one.finished_at - one.started_at < timedelta(seconds=5)
    assert tries[1].started_at >= tries[0].finished_at


async def test_a_long_lane_is_worked_off_in_order(store, world):
    """Positions far apart, and more of them than one claim looks at."""
    positions = [1, 2, *range(1_000, 1_300), 90_000]
    await enqueue(store, *(world.deliver(n) for n in positions))
    seen = []
    for _ in range(80):
        for lane in await claim(store, world.channel):
            seen.extend(d.position for d in lane.deliveries)
            await settle(store, lane, *(settled(d) for d in lane.deliveries))
    assert seen == positions
