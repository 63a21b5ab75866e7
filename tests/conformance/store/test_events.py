"""The event log: numbered from 1 without gaps, whoever writes."""

import asyncio

import pytest
from tests.conformance.store.world import agent, events, message, session

from parley_kit.clock import utc_now
from parley_kit.ids import new_id
from parley_orchestrator.domain.conversation import NewEvent


async def test_events_are_numbered_in_their_order(store, world):
    stored = await store.transact(lambda unit: unit.conversations.append(events(world.session, 3)))
    assert [(event.seq, event.data["n"]) for event in stored] == [(1, 0), (2, 1), (3, 2)]
    read = await store.read(lambda unit: unit.conversations.events_after(world.session.id, 1, 10))
    assert [event.seq for event in read] == [2, 3]
    assert read == stored[1:]


async def test_sequences_stay_without_gaps_under_many_writers(stores, world):
    """Also with two sessions in one command, in either order, and with commands that fail."""
    other = await world.another_session(stores[0])

    def command(n):
        def append(unit):
            both = [world.session, other] if n % 2 else [other, world.session]
            unit.conversations.append([e for s in both for e in events(s, 1 + n % 3)])
            if n % 5 == 0:
                raise ZeroDivisionError

        return append

    results = await asyncio.gather(
        *(stores[n % 2].transact(command(n)) for n in range(40)), return_exceptions=True
    )
    assert [type(r) for r in results].count(ZeroDivisionError) == 8
    expected = sum(1 + n % 3 for n in range(40) if n % 5)
    for within in (world.session, other):
        read = await stores[1].read(
            lambda unit, within=within: unit.conversations.events_after(within.id, 0, 1_000)
        )
        assert [event.seq for event in read] == list(range(1, expected + 1))
        detailed = await stores[0].read(
            lambda unit, within=within: unit.conversations.detailed(within.id)
        )
        assert detailed.last_seq == expected


async def test_an_events_data_may_name_its_own_number(store, world):
    new = NewEvent(world.session.id, "note", lambda seq: {"seq": seq, "text": "naïve \x00 ☃"})
    event = (await store.transact(lambda unit: unit.conversations.append([new, new])))[1]
    found = await store.read(lambda unit: unit.conversations.event(world.session.id, event.seq))
    assert found.data == {"seq": 2, "text": "naïve \x00 ☃"}
    assert abs((found.created_at - utc_now()).total_seconds()) < 60


async def test_each_commit_hints_at_its_sessions(store, world):
    heard = []
    store.on_commit(heard.append)
    await store.transact(lambda unit: unit.conversations.append(events(world.session, 2)))
    assert any(f"session:{world.session.id}:1" in hints for hints in heard)
    await store.transact(lambda unit: unit.conversations.append(events(world.session, 2)))
    assert any(f"session:{world.session.id}:3" in hints for hints in heard)


async def test_hints_are_given_even_when_nobody_waits_for_the_commit_any_more(store, world):
    """A caller that hangs up after its command was queued must not leave others unaware."""
    heard = asyncio.Event()
    expected = f"session:{world.session.id}:1"
    store.on_commit(lambda hints: heard.set() if expected in hints else None)
    writing = asyncio.create_task(
        store.transact(lambda unit: unit.conversations.append(events(world.session, 1)))
    )
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.wait_for(heard.wait(), 5)


async def test_messages_come_back_as_they_were_stored(store, world):
    said = [message(world.session, text, n) for n, text in enumerate(["a", "b ☃", "c"], 1)]
    await store.transact(lambda unit: unit.conversations.add_messages(said))
    after = await store.read(lambda unit: unit.conversations.messages_after(world.session.id, 1, 1))
    assert after == [said[1]]
    by_id = await store.read(lambda unit: unit.conversations.messages([said[2].id, "msg_unknown"]))
    assert by_id == {said[2].id: said[2]}


async def test_sessions_come_back_as_they_were_stored(store, world):
    found = await store.read(
        lambda unit: unit.conversations.sessions([world.session.id, "ses_unknown"])
    )
    assert found == {world.session.id: world.session}
    assert await store.read(lambda unit: unit.conversations.detailed("ses_unknown")) is None
    await store.transact(lambda unit: unit.conversations.set_channel(world.session.id, "gmail"))
    assert (await store.read(lambda u: u.conversations.detailed(world.session.id))).channel == (
        "gmail"
    )


async def test_sessions_of_an_agent_with_a_webhook_are_told_from_others(store, world):
    by = agent(webhook_url="https://example.com/hook")
    made = session(by, world.ann)

    def command(unit):
        unit.people.add_agent(by, f"key-{by.id}", "sealed")
        unit.conversations.add_session(made)
        return unit.conversations.hooked_agents([made.id, world.session.id])

    assert await store.transact(command) == {made.id: by.id}


async def test_a_failed_command_leaves_nothing(store, world):
    def command(unit):
        unit.conversations.append(events(world.session, 1))
        unit.conversations.add_messages([message(world.session)])
        unit.hint("never")
        raise ZeroDivisionError

    heard = []
    store.on_commit(heard.append)
    with pytest.raises(ZeroDivisionError):
        await store.transact(command)
    assert await store.read(lambda u: u.conversations.events_after(world.session.id, 0, 9)) == []
    assert not any("never" in hints for hints in heard)


async def test_an_idempotency_key_is_kept_once(stores, world):
    """Eight racers with one key: each sees that it is unused, or what the first one stored."""
    key = world.agent.id, "deploy-1"

    def command(n):
        def remember(unit):
            used = unit.conversations.idempotent([key]).get(key)
            if used is None:
                unit.conversations.remember([(*key, "hash", f"msg_{n}")])
                return f"msg_{n}"
            return used[1]

        return remember

    winners = await asyncio.gather(*(stores[n % 2].transact(command(n)) for n in range(8)))
    assert len(set(winners)) == 1
    found = await stores[1].read(
        lambda unit: unit.conversations.idempotent([key, (world.agent.id, new_id("k", utc_now()))])
    )
    assert found == {key: ("hash", winners[0])}
