"""Leases, inbox and ledger under many tasks at once, on both engines."""

import asyncio
from datetime import timedelta

import pytest
from tests.migrated import migrate

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.connections import Tokens
from parley_kit.adapter.ledger import Claim, SentRecord
from parley_kit.adapter.service import migrations, open_storage
from parley_kit.clock import utc_now
from parley_kit.errors import UnavailableError
from parley_kit.sealing import KeyRing, Secret
from parley_kit.store import Database


@pytest.fixture(params=["file", "memory", pytest.param("postgres", marks=pytest.mark.postgres)])
async def storage(request, tmp_path):
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").new_database()
    else:
        url = f"sqlite:///{tmp_path}/t.db" if request.param == "file" else "sqlite:///:memory:"
    database = Database(url)
    await migrate(database, migrations("fax"))
    yield open_storage("fax", database, KeyRing([Secret("k" * 40)]))
    await database.close()


async def test_a_lease_has_one_holder_at_a_time(storage):
    inside, most = 0, 0

    async def work():
        nonlocal inside, most
        async with storage.leases.held("refresh", 10):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1

    await asyncio.gather(*(work() for _ in range(10)))
    assert most == 1


async def test_a_held_lease_is_not_given_and_a_dead_holders_runs_out(storage):
    assert await storage.leases.acquire("poll", 0.2)
    assert await storage.leases.acquire("poll", 0.2) is None
    with pytest.raises(UnavailableError):
        async with storage.leases.held("poll", 0.05):
            raise AssertionError("never entered")
    await asyncio.sleep(0.2)
    assert await storage.leases.acquire("poll", 0.2)


async def test_releasing_anothers_lease_does_nothing(storage):
    await storage.leases.acquire("poll", 10)
    await storage.leases.release("poll", "somebody else")
    assert await storage.leases.acquire("poll", 10) is None


async def test_the_inbox_takes_an_id_once_and_says_how_many_were_new(storage):
    def items(*ids):
        return [inbox_pb2.InboundItem(inbound_id=name) for name in ids]

    counts = await asyncio.gather(*(storage.inbox.put(items("a", "b", "b")) for _ in range(20)))
    assert sorted(counts) == [0] * 19 + [2]
    taken = [await storage.inbox.take(1), await storage.inbox.take(5), await storage.inbox.take(5)]
    assert [[item.inbound_id for item in found] for found in taken] == [["a"], ["b"], []]
    await storage.inbox.postpone(["a"], timedelta(0))
    assert [item.inbound_id for item in await storage.inbox.take()] == ["a"]


async def test_a_delivery_id_is_claimed_once(storage):
    known = await asyncio.gather(
        *(storage.ledger.claim([Claim("d1", "s", "u"), Claim("d2", "s", "u")]) for _ in range(20))
    )
    assert sorted(len(found) for found in known) == [0] + [2] * 19


async def test_sends_are_recorded_together_and_found_by_their_references(storage):
    ids = [f"d{n}" for n in range(60)]
    await storage.ledger.claim([Claim(name, "s", "u") for name in ids])
    now = utc_now()
    sent = {
        name: SentRecord(f"p{n}", "t", "c", now + timedelta(seconds=n), (f"r{n}", "root", "root"))
        for n, name in enumerate(ids)
    }
    await storage.ledger.record(sent | {"unclaimed": sent["d0"]}, released=["d59"])
    assert await storage.ledger.find("d59") is None
    assert await storage.ledger.find("unclaimed") is None
    (one,) = await storage.ledger.find_by_references(["r7"])
    assert (one.claim.delivery_id, one.sent.provider_ref) == ("d7", "p7")
    newest = await storage.ledger.find_by_references(["root"], limit=2)
    assert [entry.claim.delivery_id for entry in newest] == ["d58", "d57"]
    await storage.ledger.record({"d7": sent["d8"]})
    assert (await storage.ledger.find("d7")).sent.provider_ref == "p7"


async def test_one_account_connected_many_times_at_once_is_one_row_that_opens(storage):
    async def connect(number):
        return await storage.connections.connect(
            account="/T1",
            display_name="Team",
            user_id="",
            tokens=Tokens(Secret(f"token-{number}")),
            granted_scopes=(),
            state={},
        )

    accounts = await asyncio.gather(*(connect(number) for number in range(12)))
    assert len({account.connection_id for account in accounts}) == 1
    tokens = await storage.connections.tokens(accounts[0].connection_id)
    assert tokens.access.reveal().startswith("token-")
