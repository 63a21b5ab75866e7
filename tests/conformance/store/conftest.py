"""One store suite, three engines: what holds on one holds on all."""

import asyncio
import concurrent.futures
import contextlib
import shutil
import uuid

import pytest
from tests.conformance.store.world import World
from tests.migrated import migrate

from parley_kit.store import Database
from parley_orchestrator.adapters.postgres_listener import CHANNEL
from parley_orchestrator.adapters.sql_store import SqlStore
from parley_orchestrator.bootstrap import MIGRATIONS

ENGINES = ["memory", "file", pytest.param("postgres", marks=pytest.mark.postgres)]


def _migrate(url):
    """Migrates in a loop of its own, so that fixtures of any scope can."""

    async def run():
        database = Database(url)
        await MIGRATIONS.apply(database)
        await database.close()

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, run()).result()


@pytest.fixture(scope="session")
def migrated_template(postgres):
    """The name of a migrated database that others are copied from."""
    url = postgres.new_database()
    _migrate(url)
    return url.rsplit("/", 1)[1]


@pytest.fixture(scope="module")
def postgres_url(postgres, migrated_template):
    """A migrated database for this module."""
    return postgres.new_database(migrated_template)


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    """A migrated SQLite file that others are copied from."""
    path = tmp_path_factory.mktemp("store") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def url(engine, request, tmp_path):
    """Where the test's migrated database is; in memory it is made when it is opened."""
    if engine == "postgres":
        return request.getfixturevalue("postgres_url")
    if engine == "memory":
        return "sqlite:///:memory:"
    copy = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "store.db")
    return f"sqlite:///{copy}"


@pytest.fixture
async def open_store(url, engine):
    """Opens stores on the test's database, several if need be."""
    async with contextlib.AsyncExitStack() as stack:

        async def opened():
            database = Database(url, notify_channel=CHANNEL)
            stack.push_async_callback(database.close)
            if engine == "memory":
                await migrate(database, MIGRATIONS)
            return SqlStore(database)

        yield opened


@pytest.fixture
async def store(open_store):
    return await open_store()


@pytest.fixture
async def stores(store, open_store, engine):
    """Two doors to one database; in memory both are the same."""
    return [store, store if engine == "memory" else await open_store()]


@pytest.fixture
async def world(store):
    """An agent, two people and a session in the store; channel names of this test's own."""
    return await World.made(store, uuid.uuid4().hex[:8])
