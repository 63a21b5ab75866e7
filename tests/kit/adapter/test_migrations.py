"""A channel's tables grow with the releases, and are in the end what the code believes."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from parley_kit.adapter.connections import CONNECTED
from parley_kit.adapter.service import migrations, open_storage
from parley_kit.adapter.tables import adapter_tables
from parley_kit.sealing import KeyRing, Secret
from parley_kit.store import Database
from parley_kit.store.upgrading import upgrade


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request, tmp_path):
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").new_database()
    else:
        url = f"sqlite:///{tmp_path}/t.db"
    database = Database(url)
    yield database
    await database.close()


def differences(tx):
    options = {"version_table": "fax_alembic_version", "compare_type": True}
    context = MigrationContext.configure(tx.connection, opts=options)
    return compare_metadata(context, adapter_tables("fax").metadata)


async def test_all_migrations_together_make_the_tables_of_the_code(database):
    await migrations("fax").apply(database)
    assert await database.write(differences) == []


async def to_revision(database, revision):
    """Only a part of the way."""
    own = migrations("fax")

    def run(tx):
        upgrade(tx.connection, own.folder, own.version_table, revision)

    await database.write(run)


OLD_ROWS = (
    (
        "INSERT INTO fax_connections (connection_id, account, display_name, user_id, status, detail, "
        "granted_scopes, state, last_error, created_at, connected_at) "
        "VALUES ('con_1', 'shared/a', 'a', '', 'connected', '', '[\"send\"]', '{}', '', 1, 2)"
    ),
    (
        "INSERT INTO fax_ledger (delivery_id, state, session_id, user_id, request_id, details, "
        "claimed_at, provider_ref, thread_ref, connection_id, sent_at) "
        "VALUES ('dlv_1', 'sent', 'ses', 'usr', '', '{}', 1, 'ref', 'thread', 'con_1', 2)"
    ),
)


async def test_what_an_earlier_release_wrote_is_kept_and_read(database):
    await to_revision(database, "0001")
    await database.write(lambda tx: [tx.connection.execute(text(row)) for row in OLD_ROWS])
    await migrations("fax").apply(database)
    storage = open_storage("fax", database, KeyRing([Secret("k" * 40)]))
    account = await storage.connections.get("con_1")
    assert (account.status, account.granted_scopes) == (CONNECTED, ("send",))
    assert account.last_synced_at is None
    assert (await storage.ledger.find("dlv_1")).sent.presumed_delivered_at is None
    assert await database.write(storage.ledger.take_arrived) == []


async def test_replicas_that_start_together_migrate_once(database):
    await asyncio.gather(*(migrations("fax").apply(database) for _ in range(4)))
    assert await database.write(differences) == []
