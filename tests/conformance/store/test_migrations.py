"""The migrations end at the tables that the code uses, from nothing and from the first release."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from parley_kit.adapter.service import migrations as adapter_migrations
from parley_kit.adapter.tables import adapter_tables
from parley_kit.store import Database
from parley_orchestrator.adapters.sql_tables import metadata
from parley_orchestrator.bootstrap import MIGRATIONS

SETS = {
    "orchestrator": (MIGRATIONS, metadata),
    "adapter": (adapter_migrations("slack"), adapter_tables("slack").metadata),
}


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path, postgres):
    return f"sqlite:///{tmp_path}/m.db" if request.param == "sqlite" else postgres.new_database()


def differences(url, tables, version_table):
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed)
    with engine.connect() as connection:
        options = {"version_table": version_table}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), tables)
    engine.dispose()
    return found


@pytest.mark.filterwarnings("ignore:autogenerate skipping:UserWarning")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection:sqlalchemy.exc.SAWarning")
@pytest.mark.parametrize("service", SETS)
async def test_migrations_end_at_the_tables_in_use(service, url):
    migrations, tables = SETS[service]
    database = Database(url)
    await migrations.apply(database)
    await database.close()
    assert differences(url, tables, migrations.version_table) == []


@pytest.mark.parametrize("service", SETS)
def test_the_newest_revision_is_the_one_with_the_largest_number(service):
    """By the names of the files alone, as a service finds out at its start."""
    migrations, _tables = SETS[service]
    config = Config()
    config.set_main_option("script_location", str(migrations.folder))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.head
