"""A connection that breaks is told once, durably, and what was revoked stays so."""

import asyncio

import pytest
from tests.migrated import migrate

from parley.channel.v1 import authorization_pb2
from parley_kit.adapter.connections import CONNECTED, RECONNECT_NEEDED, REVOKED, Tokens
from parley_kit.adapter.service import migrations, open_storage
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


async def connect(storage, obstacle=""):
    return await storage.connections.connect(
        account="usr_ann/ann@example.com",
        display_name="ann@example.com",
        user_id="usr_ann",
        tokens=Tokens(Secret("access"), Secret("refresh")),
        granted_scopes=(),
        state={},
        obstacle=obstacle,
    )


async def told(storage):
    return [item.connection for item in await storage.inbox.take()]


async def test_a_break_is_told_once_however_often_and_by_whom_it_is_met(storage):
    account = await connect(storage)
    ways = [
        storage.connections.mark(account.connection_id, RECONNECT_NEEDED, f"Met {n}.", "dead")
        for n in range(8)
    ]
    await asyncio.gather(*ways)
    assert storage.inbox.changed.is_set()
    (change,) = await told(storage)
    assert change.connection_id == account.connection_id
    assert change.status == authorization_pb2.CONNECTION_STATUS_RECONNECT_NEEDED
    assert (change.user_id, change.display_name) == ("usr_ann", "ann@example.com")
    assert change.detail.startswith("Met ")


@pytest.mark.parametrize("heals", ["connecting again", "a refresh"])
async def test_the_next_break_is_told_again(storage, heals):
    account = await connect(storage)
    await storage.connections.mark(account.connection_id, RECONNECT_NEEDED, "First.")
    if heals == "a refresh":
        await storage.connections.mark(account.connection_id, CONNECTED, "")
    else:
        await connect(storage)
    await storage.connections.mark(account.connection_id, RECONNECT_NEEDED, "Second.")
    assert [change.detail for change in await told(storage)] == ["First.", "Second."]


async def test_who_has_just_connected_it_badly_sees_that_and_is_not_told_elsewhere(storage):
    account = await connect(storage, obstacle="Tick every box.")
    assert (account.status, account.detail) == (RECONNECT_NEEDED, "Tick every box.")
    assert await told(storage) == []
    assert (await connect(storage)).status == CONNECTED


async def test_a_revoked_connection_stays_so_until_somebody_connects_it(storage):
    account = await connect(storage)
    await storage.connections.mark(account.connection_id, REVOKED, "Disconnected here.")
    for status in (RECONNECT_NEEDED, CONNECTED):
        await storage.connections.mark(account.connection_id, status, "A late poll.", "dead")
    found = await storage.connections.get(account.connection_id)
    assert (found.status, found.detail, found.last_error) == (REVOKED, "Disconnected here.", "")
    assert await told(storage) == []
    assert (await connect(storage)).status == CONNECTED
