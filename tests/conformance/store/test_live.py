"""Presence, inbound items that were seen, and hints that cross processes."""

import asyncio
import subprocess
import sys

import pytest
from tests.conformance.store.world import events

from parley_kit.errors import InvalidArgumentError
from parley_orchestrator.adapters.postgres_listener import PostgresListener


def arrive(store, people, gateway, seconds=60.0):
    ids = [person.id for person in people]
    return store.transact(lambda u: u.live.arrive(ids, gateway, seconds))


def present(store, *people):
    return store.read(lambda u: u.live.present([person.id for person in people]))


async def test_who_arrives_is_new_once(store, world):
    ann, bob = world.ann, world.bob
    assert await arrive(store, [ann], "g1") == {ann.id}
    assert await arrive(store, [ann, bob], "g2") == {bob.id}
    assert await present(store, ann, bob) == {ann.id, bob.id}
    assert await arrive(store, [], "g1") == set()


async def test_who_leaves_one_gateway_may_still_be_at_another(store, world):
    ann, bob = world.ann, world.bob
    first, second = f"g1-{world.channel}", f"g2-{world.channel}"
    await arrive(store, [ann, bob], first)
    await arrive(store, [ann], second)
    await store.transact(lambda u: u.live.leave([ann.id], first))
    assert await present(store, ann, bob) == {ann.id, bob.id}
    await store.transact(lambda u: u.live.leave(None, first))
    assert await present(store, ann, bob) == {ann.id}
    await store.transact(lambda u: u.live.leave(None, second))
    assert await present(store, ann, bob) == set()


async def test_presence_runs_out_by_itself(store, world):
    await arrive(store, [world.ann], "g1", seconds=0.05)
    await asyncio.sleep(0.1)
    assert await present(store, world.ann) == set()
    assert await arrive(store, [world.ann], "g1") == {world.ann.id}


async def test_what_ran_out_is_cleared_once(store, world):
    await store.transact(lambda u: u.live.expire())
    await arrive(store, [world.ann], "g1", seconds=0.05)
    await arrive(store, [world.bob], "g1")
    await asyncio.sleep(0.1)
    assert await store.transact(lambda u: u.live.expire()) == 1
    assert await store.transact(lambda u: u.live.expire()) == 0
    assert await present(store, world.ann, world.bob) == {world.bob.id}


async def test_arrivals_and_departures_leave_hints(store, world):
    first, second = f"g1-{world.channel}", f"g2-{world.channel}"
    heard = []
    store.on_commit(heard.append)
    await arrive(store, [world.ann], first)
    await arrive(store, [world.ann], second)
    await store.transact(lambda u: u.live.leave([world.ann.id], first))
    assert heard == [{f"presence:{world.ann.id}"}]
    await store.transact(lambda u: u.live.leave(None, second))
    assert heard[1:] == [{f"presence:{world.ann.id}"}]


async def test_companions_are_those_of_the_same_sessions(store, world):
    await world.another_session(store, world.ann)

    def companions(*people):
        ids = [person.id for person in people]
        return store.read(lambda u: u.live.companions(ids))

    assert await companions(world.ann) == {world.ann.id: {world.bob.id}}
    both = await companions(world.ann, world.bob)
    assert both == {world.ann.id: {world.bob.id}, world.bob.id: {world.ann.id}}


async def test_an_inbound_item_is_seen_once_a_channel(stores, world):
    key = world.channel, "event-1"

    def hear(unit):
        if key in unit.live.seen([key]):
            return "duplicate"
        unit.live.remember(*key, 1, "taken")
        return "new"

    heard = await asyncio.gather(*(stores[n % 2].transact(hear) for n in range(8)))
    assert sorted(heard) == ["duplicate"] * 7 + ["new"]
    other = "other-channel", "event-1"
    seen = await stores[1].read(lambda u: u.live.seen([key, other]))
    assert seen == {key: (1, "taken")}


async def test_what_a_database_cannot_hold_is_the_callers_fault(store, world, engine):
    """PostgreSQL takes no U+0000 in a text; SQLite does."""
    key = world.channel, "nul\x00"

    def command(unit):
        unit.live.remember(*key, 1, "")
        return unit.live.seen([key])

    if engine != "postgres":
        assert await store.transact(command) == {key: (1, "")}
        return
    with pytest.raises(InvalidArgumentError, match=r"U\+0000"):
        await store.transact(command)
    with pytest.raises(InvalidArgumentError, match=r"U\+0000"):
        await store.read(lambda u: u.conversations.sessions(["ses_\x00"]))


@pytest.mark.postgres
@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
class TestHintsOnPostgres:
    async def heard(self, url, expected, act):
        """What a listener hears until it heard the expected hint."""
        heard, begun, done = [], asyncio.Event(), asyncio.Event()

        def on_hints(hints):
            heard.append(hints)
            if begun.is_set() and expected <= hints:
                done.set()
            begun.set()

        listener = PostgresListener(url, on_hints)
        listener.start()
        try:
            async with asyncio.timeout(10):
                await begun.wait()
                await act()
                await done.wait()
        finally:
            listener.close()
        return heard

    async def test_a_commit_is_heard_on_another_connection(self, url, store, world):
        async def act():
            await store.transact(lambda u: u.conversations.append(events(world.session, 1)))
            await store.transact(lambda u: u.deliveries.enqueue([world.deliver()]))

        expected = frozenset({f"due:{world.channel}"})
        heard = await self.heard(url, expected, act)
        assert any(f"session:{world.session.id}:1" in hints for hints in heard)

    async def test_a_commit_is_heard_in_another_process(self, url, store, world):
        """Another process listens; this one writes."""
        listening = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _LISTEN, url, stdout=subprocess.PIPE
        )
        try:
            async with asyncio.timeout(15):
                assert await listening.stdout.readline() == b"ready\n"
                await store.transact(lambda u: u.conversations.append(events(world.session, 1)))
                line = (await listening.stdout.readline()).decode()
        finally:
            listening.kill()
            await listening.wait()
        assert f"session:{world.session.id}:1" in line

    async def test_too_many_hints_for_one_notice_become_a_star(self, url, store, world):
        def command(unit):
            for n in range(400):
                unit.hint(f"session:ses_{n:026}:1")

        async def act():
            await store.transact(command)

        await self.heard(url, frozenset({"*"}), act)

    async def test_what_is_rolled_back_is_not_heard(self, url, store, world):
        async def act():
            def refused(unit):
                unit.hint("refused")
                raise ZeroDivisionError

            with pytest.raises(ZeroDivisionError):
                await store.transact(refused)
            await store.transact(lambda unit: unit.hint("kept"))

        heard = await self.heard(url, frozenset({"kept"}), act)
        assert not any("refused" in hints for hints in heard)


_LISTEN = """
import asyncio, sys
from parley_orchestrator.adapters.postgres_listener import PostgresListener

async def main():
    heard = asyncio.Queue()
    listener = PostgresListener(sys.argv[1], heard.put_nowait)
    listener.start()
    await heard.get()
    print("ready", flush=True)
    while "*" in (hints := await heard.get()):
        pass
    print(sorted(hints), flush=True)
    listener.close()

asyncio.run(main())
"""
