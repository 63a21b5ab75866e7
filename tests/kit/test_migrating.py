"""A service that starts before its database waits for it."""

import asyncio
import uuid

import pytest

from parley_kit.adapter.service import migrations
from parley_kit.errors import UnavailableError
from parley_kit.store import Database


@pytest.mark.postgres
async def test_migrating_waits_for_a_database_that_comes_up_later(postgres):
    name = f"late_{uuid.uuid4().hex[:12]}"
    database = Database(postgres.url(name))
    applying = asyncio.create_task(migrations("slack").apply(database))
    await asyncio.sleep(0.5)
    assert not applying.done()
    await asyncio.to_thread(postgres.execute, f"CREATE DATABASE {name}")
    async with asyncio.timeout(20):
        await applying
    await migrations("slack").wait_until_applied(database, 0)
    await database.close()


@pytest.mark.postgres
async def test_it_does_not_wait_for_ever(postgres):
    database = Database(postgres.url("nowhere"))
    with pytest.raises(UnavailableError):
        await migrations("slack").apply(database, timeout_seconds=0)
    await database.close()
