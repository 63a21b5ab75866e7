"""Parked, cancelled, retried by hand, acknowledged: what stops a delivery and starts it again."""

import asyncio
import threading
from datetime import timedelta

import pytest
from tests.conformance.store.test_queue import claim, enqueue, only_lane, settle, stored
from tests.conformance.store.world import HOUR, settled

from parley_kit.clock import utc_now
from parley_orchestrator.domain.delivery import Outcome, Result, State
from parley_orchestrator.domain.verdict import Verdict
from parley_orchestrator.ports import Settled


def set_state(store, one, state, *among):
    return store.transact(lambda u: u.deliveries.set_state([one.id], state, "by hand", among))


async def test_what_is_parked_waits_until_it_is_put_back(store, world):
    parked = world.deliver(1, state=State.PARKED, next_attempt_at=None)
    await enqueue(store, parked, world.deliver(2))
    lane = await only_lane(store, world.channel)
    assert [d.position for d in lane.deliveries] == [2], "what is parked holds up nobody"
    await settle(store, lane, settled(lane.deliveries[0]))
    found = await store.read(lambda u: u.deliveries.parked(world.channel, None, 10))
    assert found == [parked.id]
    assert await store.read(lambda u: u.deliveries.parked(world.channel, [world.bob.id], 10)) == []
    back = await store.transact(lambda u: u.deliveries.requeue([parked.id], "usable again"))
    assert [(d.id, d.state, d.failed_tries) for d in back] == [(parked.id, State.QUEUED, 0)]
    assert [d.id for d in (await only_lane(store, world.channel)).deliveries] == [parked.id]


@pytest.mark.parametrize("state", list(State))
async def test_only_what_stopped_is_put_back(store, world, state):
    one = world.deliver(state=state)
    await enqueue(store, one)
    back = await store.transact(lambda u: u.deliveries.requeue([one.id], "again"))
    assert bool(back) == (state in {State.PARKED, State.DEAD, State.UNKNOWN})


async def test_a_state_changes_only_from_the_named_ones(store, world):
    one = world.deliver(state=State.SENT)
    await enqueue(store, one)
    assert await set_state(store, one, State.CANCELLED, State.QUEUED, State.PARKED) == []
    changed = await set_state(store, one, State.DELIVERED, State.SENT)
    assert [(d.state, d.explanation) for d in changed] == [(State.DELIVERED, "by hand")]


async def test_cancelling_a_lanes_head_frees_the_lane(store, world):
    head = world.deliver(1)
    await enqueue(store, head)
    lane = await only_lane(store, world.channel)
    later = Verdict(State.QUEUED, "later", utc_now() + HOUR, failed_tries=1)
    await settle(store, lane, Settled(lane.deliveries[0], Outcome(Result.NOT_SENT), later))
    await enqueue(store, world.deliver(2, next_attempt_at=utc_now()))
    for one in await claim(store, world.channel):
        assert one.deliveries == ()
        await settle(store, one)
    assert await claim(store, world.channel) == []
    await set_state(store, head, State.CANCELLED, State.QUEUED)
    assert [d.position for d in (await only_lane(store, world.channel)).deliveries] == [2]


@pytest.mark.postgres
@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_what_is_cancelled_while_a_claim_runs_is_not_sent(stores, world):
    """The claim has read the delivery as queued and waits for its row; the cancel commits."""
    one = world.deliver()
    await enqueue(stores[0], one)
    is_cancelled, may_commit = threading.Event(), threading.Event()

    def cancel(unit):
        unit.deliveries.set_state([one.id], State.CANCELLED, "by hand", [State.QUEUED])
        is_cancelled.set()
        may_commit.wait(5)

    cancelling = asyncio.create_task(stores[0].transact(cancel))
    await asyncio.to_thread(is_cancelled.wait, 5)
    claiming = asyncio.create_task(claim(stores[1], world.channel))
    await asyncio.sleep(0.2)
    may_commit.set()
    await cancelling
    assert [lane.deliveries for lane in await claiming] in ([], [()])
    assert (await stored(stores[0], one)).state == State.CANCELLED


async def test_a_client_acknowledges_what_it_was_shown(store, world):
    soon = utc_now() + HOUR
    shown = [world.deliver(n, channel="websocket", state=State.SENT, ack_by=soon) for n in (1, 2)]
    parked = world.deliver(1, channel="websocket", state=State.PARKED)
    other = world.deliver(1, to=world.bob, channel="websocket", state=State.SENT, ack_by=soon)
    await enqueue(store, *shown, parked, other)
    acknowledge = lambda u: u.deliveries.acknowledge(world.ann.id, world.session.id, 1)  # noqa: E731
    changed = await store.transact(acknowledge)
    assert {d.id for d in changed} == {shown[0].id, parked.id}
    assert await store.transact(acknowledge) == []
    assert (await stored(store, shown[1])).state == State.SENT
    assert (await stored(store, other)).state == State.SENT
    used = await store.read(lambda u: u.conversations.detailed(world.session.id))
    assert used.used_channels == ["websocket"]


async def test_silent_clients_are_found_once_their_time_is_over(store, world):
    late = world.deliver(1, channel="websocket", state=State.SENT, ack_by=utc_now() - HOUR)
    early = world.deliver(2, channel="websocket", state=State.SENT, ack_by=utc_now() + HOUR)
    await enqueue(store, late, early)
    found = await store.transact(lambda u: u.deliveries.unacknowledged(100))
    mine = [d.id for d in found if d.session_id == world.session.id]
    assert mine == [late.id]
    await set_state(store, late, State.DEAD, State.SENT)
    found = await store.transact(lambda u: u.deliveries.unacknowledged(100))
    assert world.session.id not in {d.session_id for d in found}


async def test_parked_chat_is_shown_to_who_returns(store, world):
    parked = world.deliver(1, channel="websocket", state=State.PARKED)
    mail = world.deliver(1, state=State.PARKED)
    await enqueue(store, parked, mail)
    until = utc_now() + timedelta(seconds=15)
    shown = await store.transact(lambda u: u.deliveries.show_parked([world.ann.id], until))
    assert [(d.id, d.state) for d in shown] == [(parked.id, State.SENT)]
    assert abs(shown[0].ack_by - until) < timedelta(milliseconds=1)
    assert (await stored(store, mail)).state == State.PARKED


async def test_deliveries_of_a_subject_come_oldest_first(store, world):
    made = [world.deliver(n, subject_id=f"of-{world.channel}") for n in (1, 2, 3)]
    await enqueue(store, *made)
    found = await store.read(lambda u: u.deliveries.of_subject(f"of-{world.channel}"))
    assert [d.id for d in found] == sorted(d.id for d in made)


async def test_the_newest_session_on_a_channel_is_found(store, world):
    newer = await world.another_session(store, world.bob)
    await enqueue(store, world.deliver(1), world.deliver(1, to=world.bob))
    on_newer = world.deliver(1, to=world.bob, session_id=newer.id)
    await enqueue(store, on_newer)
    find = lambda *ids: store.read(  # noqa: E731
        lambda u: u.deliveries.last_channel_session(ids, world.channel)
    )
    assert await find(world.ann.id) == (world.session.id, world.ann.id)
    assert await find(world.ann.id, world.bob.id) == (newer.id, world.bob.id)
    assert await find("usr_unknown") is None


async def test_figures_count_the_queue_and_the_window(store, world):
    await enqueue(
        store,
        world.deliver(1),
        world.deliver(1, to=world.bob),
        world.deliver(2, to=world.bob),
        world.deliver(9, state=State.PARKED),
        world.deliver(9, state=State.DEAD),
    )
    lanes = {lane.deliveries[0].user_id: lane for lane in await claim(store, world.channel)}
    await asyncio.sleep(0.03)
    ann, bob = lanes[world.ann.id], lanes[world.bob.id]
    await settle(store, ann, settled(ann.deliveries[0]))
    await settle(
        store, bob, settled(bob.deliveries[0], Result.NOT_SENT), *map(_skip, bob.deliveries[1:])
    )
    figures = await store.read(lambda u: u.deliveries.figures(world.channel, utc_now() - HOUR))
    assert (figures.queued, figures.parked) == (2, 1)
    assert (figures.attempts, figures.succeeded) == (2, 1)
    assert len(figures.latencies_ms) == 1
    assert 25 < figures.latencies_ms[0] < 5_000
    none = await store.read(lambda u: u.deliveries.figures(world.channel, utc_now() + HOUR))
    assert (none.attempts, none.latencies_ms) == (0, ())


def _skip(one):
    return settled(one, Result.SKIPPED)


async def test_what_has_a_channel_behind_it_is_found_from_that_channel(store, world):
    name = world.channel
    parked = {"state": State.PARKED, "channel": "websocket"}
    behind = [world.deliver(n, route=("slack", name), **parked) for n in (1, 2)]
    await enqueue(
        store,
        *behind,
        world.deliver(3, route=(f"{name}-2", f"x{name}"), **parked),
        world.deliver(4, **parked),
        world.deliver(5, route=(name,), channel="websocket", state=State.DEAD),
    )
    ids = sorted(d.id for d in behind)
    found = await store.read(lambda u: u.deliveries.parked_ahead_of(name, 10))
    assert [d.id for d in found] == ids
    rest = await store.read(lambda u: u.deliveries.parked_ahead_of(name, 10, after=ids[0]))
    assert [d.id for d in rest] == ids[1:]
    assert await store.read(lambda u: u.deliveries.parked_ahead_of("%", 10)) == []


async def test_parked_ones_are_read_page_by_page(store, world):
    parked = [world.deliver(n, state=State.PARKED) for n in (1, 2, 3)]
    await enqueue(store, *parked)
    ids = sorted(d.id for d in parked)
    first = await store.read(lambda u: u.deliveries.parked(world.channel, None, 2))
    rest = await store.read(lambda u: u.deliveries.parked(world.channel, None, 2, first[-1]))
    assert (first, rest) == (ids[:2], ids[2:])
