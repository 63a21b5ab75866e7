"""Databases with the newest tables. Alembic needs 75 ms; in memory, all but the first are copies."""

_made = {}


async def migrate(database, migrations):
    """Brings a test's database to the newest revision."""
    if database.url != "sqlite:///:memory:":
        await migrations.apply(database)
        return
    key = migrations.version_table
    if key in _made:
        _connection(database).deserialize(_made[key])
    else:
        await migrations.apply(database)
        _made[key] = _connection(database).serialize()


def _connection(database):
    """The only one there is in memory."""
    return database._write_engine.raw_connection().driver_connection
