"""How far people read, what was said last, and what the web chat's attempts leave."""

from datetime import timedelta

import pytest
from tests.conformance.store.world import changed, events, message

from parley_kit.clock import utc_now
from parley_kit.ids import new_id
from parley_orchestrator.domain.delivery import Attempt, Kind, Result, State
from parley_orchestrator.domain.routing import WEBSOCKET


async def read_seqs(store, world):
    found = await store.read(lambda u: u.conversations.detailed(world.session.id))
    return found.read_seqs


def mark(store, world, seq, who=None):
    user_id = who or world.ann.id
    return store.transact(lambda u: u.conversations.mark_read(user_id, world.session.id, seq))


async def test_reading_only_moves_on(store, world):
    await store.transact(lambda u: u.conversations.append(events(world.session, 5)))
    assert await mark(store, world, 3) is True
    assert await mark(store, world, 3) is False
    assert await mark(store, world, 2) is False
    assert await read_seqs(store, world) == {world.ann.id: 3, world.bob.id: 0}


async def test_nobody_has_read_what_is_to_come(store, world):
    await store.transact(lambda u: u.conversations.append(events(world.session, 5)))
    assert await mark(store, world, 1_000) is True
    assert await mark(store, world, 1_001) is False
    assert (await read_seqs(store, world))[world.ann.id] == 5
    await store.transact(lambda u: u.conversations.append(events(world.session, 1)))
    assert await mark(store, world, 6) is True


async def test_a_stranger_reads_nothing(store, world):
    await store.transact(lambda u: u.conversations.append(events(world.session, 1)))
    assert await mark(store, world, 1, "usr_stranger") is False
    assert set((await read_seqs(store, world)).values()) == {0}


async def test_who_is_there_and_what_carried_it_are_details(store, world):
    session = await store.read(lambda u: u.conversations.detailed(world.session.id))
    assert (session.present, session.uses) == (frozenset(), ())
    await store.transact(lambda u: u.live.arrive([world.ann.id], "g1", 60))
    session = await store.read(lambda u: u.conversations.detailed(world.session.id))
    assert session.present == {world.ann.id}
    assert session.name_of(world.ann.id) == "Ann"
    assert session.name_of(world.agent.id) == "Deployer"
    assert session.name_of("usr_stranger") == ""


async def test_the_last_messages_after_a_seq_in_their_order(store, world):
    said = [message(world.session, str(seq), seq) for seq in (1, 2, 3, 5)]
    await store.transact(lambda u: u.conversations.add_messages(said))

    async def last(seq, limit):
        found = await store.read(
            lambda u: u.conversations.last_messages(world.session.id, seq, limit)
        )
        return [each.seq for each in found]

    assert await last(0, 2) == [3, 5]
    assert await last(0, 9) == [1, 2, 3, 5]
    assert await last(2, 9) == [3, 5]
    assert await last(5, 9) == []


async def test_the_last_position_counts_messages_and_recaps_that_went_out(store, world):
    def last(channel=world.channel):
        return store.read(
            lambda u: u.deliveries.last_position(world.session.id, world.ann.id, channel)
        )

    assert await last() == 0
    out = [
        world.deliver(2, state=State.SENT),
        world.deliver(3, kind=Kind.CARD, subject_id="fbr_1", state=State.SENT),
        world.deliver(4, state=State.DEAD),
        world.deliver(5, to=world.bob, state=State.SENT),
        world.deliver(6, channel="other", state=State.SENT),
    ]
    await store.transact(lambda u: u.deliveries.enqueue(out))
    assert await last() == 2
    recap = world.deliver(7, kind=Kind.NOTICE, subject_id=world.session.id)
    await store.transact(lambda u: u.deliveries.enqueue([recap]))
    assert await last() == 7
    assert await last("unused") == 0


async def test_attempts_of_the_web_chat_are_kept_and_counted(store, world):
    shown = world.deliver(1, channel=WEBSOCKET, state=State.SENT, next_attempt_at=None)
    await store.transact(lambda u: u.deliveries.enqueue([shown]))
    began = utc_now()
    kept = [
        Attempt(shown.id, n, began, began + timedelta(seconds=n), result, "", "seen", "", "")
        for n, result in ((1, Result.AMBIGUOUS), (2, Result.SENT))
    ]
    await store.transact(lambda u: u.deliveries.keep_attempts(WEBSOCKET, kept))
    await store.transact(lambda u: u.deliveries.keep_attempts(WEBSOCKET, []))
    found = await store.read(lambda u: u.deliveries.attempts_of([shown.id]))
    assert found[shown.id] == kept
    [stored] = (await store.read(lambda u: u.deliveries.get([shown.id]))).values()
    assert stored.attempts == 2


@pytest.mark.parametrize("state", [State.SENT, State.PARKED])
async def test_an_acknowledged_delivery_began_when_it_was_shown(store, world, state):
    """What was parked waited for the person, not the other way round."""
    await store.transact(lambda u: u.conversations.append(events(world.session, 1)))
    new = changed(
        world.deliver(1, channel=WEBSOCKET, state=state, next_attempt_at=None),
        id=new_id("dlv", utc_now()),
    )
    await store.transact(lambda u: u.deliveries.enqueue([new]))
    [shown] = await store.transact(
        lambda u: u.deliveries.acknowledge(world.ann.id, world.session.id, 1)
    )
    assert shown.state is State.DELIVERED
    assert (shown.started_at == new.created_at) is (state is State.SENT)
