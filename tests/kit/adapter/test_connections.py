"""Tokens that do not open."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio

import pytest
from tests.migrated import migrate

from parley.channel.v1 import outcome_pb2
from parley_kit.adapter import resealing
from parley_kit.adapter.connections import RECONNECT_NEEDED, Tokens, UnreadableTokensError
from parley_kit.adapter.sending import attempt
from parley_kit.adapter.service import migrations, open_storage
from parley_kit.errors import NotFoundError
from parley_kit.sealing import KeyRing, Secret
from parley_kit.store import Database

OLD, NEW = Secret("o" * 40), Secret("n" * 40)


@pytest.fixture
async def database():
    database = Database("sqlite:///:memory:")
    await migrate(database, migrations("fax"))
    yield database
    await database.close()


def opened(database, *keys):
    return open_storage("fax", database, KeyRing(keys)).connections


async def connected(connections, account="team/first"):
    return await connections.connect(
        account=account,
        display_name="First",
        user_id="",
        tokens=Tokens(Secret("canary-access"), Secret("canary-refresh")),
        granted_scopes=("send",),
        state={},
    )


async def test_a_lost_key_marks_the_connection_and_names_it(database):
    account = await connected(opened(database, OLD))
    other = await connected(opened(database, NEW), "team/second")
    connections = opened(database, NEW)
    with pytest.raises(UnreadableTokensError) as raised:
        await connections.tokens(account.connection_id)
    assert raised.value.metadata == {"channel": "fax", "connection_id": account.connection_id}
    marked = await connections.get(account.connection_id)
    assert (marked.status, marked.detail) == (RECONNECT_NEEDED, raised.value.message)
    assert (marked.last_error, marked.last_error_at is None) == ("unreadable_tokens", False)
    assert await connections.get(other.connection_id) == other


async def test_an_older_key_still_opens(database):
    account = await connected(opened(database, OLD))
    tokens = await opened(database, NEW, OLD).tokens(account.connection_id)
    assert tokens.access.reveal() == "canary-access"


async def test_an_unknown_connection_is_not_marked(database):
    with pytest.raises(NotFoundError):
        await opened(database, OLD).tokens("con_unknown")


async def test_a_send_with_unreadable_tokens_fails_as_reconnect():
    async def send():
        raise UnreadableTokensError("fax", "con_1")

    failure = await attempt(send())
    assert failure.failure_class == outcome_pb2.FAILURE_CLASS_RECONNECT
    assert (failure.code, failure.connection_id) == ("unreadable_tokens", "con_1")


async def sealed(database):
    """What is stored, by column."""
    query = "SELECT sealed_access_token, sealed_refresh_token FROM fax_connections"
    return [tuple(row) for row in await database.read(lambda c: c.exec_driver_sql(query).all())]


async def test_a_change_of_keys_seals_what_is_stored_anew_and_the_old_key_can_go(database):
    account = await connected(opened(database, OLD))
    await connected(opened(database, OLD), account="team/second")
    both = opened(database, NEW, OLD)
    before = await sealed(database)
    assert await both.reseal() == 2
    after = await sealed(database)
    assert not {one for row in before for one in row} & {one for row in after for one in row}
    assert await both.reseal() == 0
    assert await sealed(database) == after
    tokens = await opened(database, NEW).tokens(account.connection_id)
    assert (tokens.access.reveal(), tokens.refresh.reveal()) == ("canary-access", "canary-refresh")


async def test_what_does_not_open_is_left_as_it_is(database):
    await connected(opened(database, OLD))
    before = await sealed(database)
    assert await opened(database, NEW).reseal() == 0
    assert await sealed(database) == before
    assert (await opened(database, OLD).all())[0].status == "connected"


async def test_tokens_that_were_moved_to_another_row_are_not_sealed_anew(database):
    """Else a thief who can write would have them opened for the wrong connection."""
    first = await connected(opened(database, OLD))
    second = await connected(opened(database, OLD), account="team/second")
    swap = (
        "UPDATE fax_connections SET sealed_refresh_token = (SELECT sealed_refresh_token FROM "
        f"fax_connections WHERE connection_id = '{first.connection_id}')"
    )
    await database.write(lambda tx: tx.connection.exec_driver_sql(swap))
    both = opened(database, NEW, OLD)
    await both.reseal()
    assert (await both.tokens(first.connection_id)).refresh.reveal() == "canary-refresh"
    with pytest.raises(UnreadableTokensError):
        await both.tokens(second.connection_id)


async def test_a_running_service_seals_anew_by_itself(database, monkeypatch):
    monkeypatch.setattr(resealing, "_PAUSE_SECONDS", 0.01)
    both = opened(database, NEW, OLD)
    task = asyncio.create_task(resealing.Resealing(both).run())
    await connected(opened(database, OLD))
    async with asyncio.timeout(10):
        while (await sealed(database))[0][0].split(".")[1] != KeyRing([NEW]).newest_id:
            await asyncio.sleep(0.01)  # the database offers no event
    task.cancel()
