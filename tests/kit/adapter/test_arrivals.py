"""Silence counts as arrival only where somebody listened, and only once."""

import asyncio
from datetime import timedelta

import pytest
from tests.migrated import migrate

from parley_kit.adapter.connections import Tokens
from parley_kit.adapter.ledger import Claim, SentRecord
from parley_kit.adapter.service import migrations, open_storage
from parley_kit.clock import utc_now
from parley_kit.sealing import KeyRing, Secret
from parley_kit.store import Database


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
async def storage(request):
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").new_database()
    else:
        url = "sqlite:///:memory:"
    database = Database(url)
    await migrate(database, migrations("fax"))
    yield open_storage("fax", database, KeyRing([Secret("k" * 40)]))
    await database.close()


async def sent(storage, presumed, name="dlv_1"):
    account = await storage.connections.connect(
        account="shared/a",
        display_name="a",
        user_id="",
        tokens=Tokens(Secret("t")),
        granted_scopes=(),
        state={},
    )
    await storage.ledger.claim([Claim(name, "ses", "usr")])
    record = SentRecord("ref", "", account.connection_id, utc_now(), presumed_delivered_at=presumed)
    await storage.ledger.record({name: record})
    return account.connection_id


async def sync(storage, connection_id):
    write = storage.database.write
    await write(lambda tx: storage.connections.note_synced(tx, connection_id))


async def arrived(storage):
    return [e.claim.delivery_id for e in await storage.database.write(storage.ledger.take_arrived)]


PAST = timedelta(seconds=-1)


async def test_each_is_told_once_to_one_of_many(storage):
    names = [f"dlv_{n}" for n in range(30)]
    for name in names:
        connection_id = await sent(storage, utc_now() + PAST, name)
    await sync(storage, connection_id)
    found = await asyncio.gather(*(arrived(storage) for _ in range(4)))
    assert sorted(name for part in found for name in part) == sorted(names)
    assert await arrived(storage) == []


async def test_silence_says_nothing_before_its_time(storage):
    await sync(storage, await sent(storage, utc_now() + timedelta(minutes=10)))
    assert await arrived(storage) == []


async def test_silence_says_nothing_while_nobody_listens(storage):
    connection_id = await sent(storage, utc_now() + PAST)
    assert await arrived(storage) == []
    await sync(storage, connection_id)
    assert await arrived(storage) == ["dlv_1"]


async def test_a_channel_that_cannot_tell_never_does(storage):
    await sync(storage, await sent(storage, None))
    assert await arrived(storage) == []


async def test_bad_news_ends_the_wait(storage):
    await sync(storage, await sent(storage, utc_now() + PAST))
    await storage.database.write(lambda tx: storage.ledger.doubt_arrival(tx, ["dlv_1"]))
    assert await arrived(storage) == []
