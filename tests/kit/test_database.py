"""Grouped writes on both engines."""

import asyncio

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from parley_kit.errors import FailedPreconditionError, UnavailableError
from parley_kit.store import Database

metadata = MetaData()
numbers = Table("numbers", metadata, Column("n", Integer, primary_key=True))


@pytest.fixture(params=["file", "memory"])
async def database(request, tmp_path):
    path = f"sqlite:///{tmp_path}/t.db" if request.param == "file" else "sqlite:///:memory:"
    database = Database(path)
    await database.write(lambda tx: metadata.create_all(tx.connection))
    yield database
    await database.close()


def _insert(n):
    def command(tx):
        tx.connection.execute(insert(numbers).values(n=n))
        tx.hints.add(f"n:{n}")
        return n

    return command


async def _stored(database):
    return set(await database.read(lambda c: c.execute(select(numbers.c.n)).scalars().all()))


async def test_commands_that_wait_together_are_all_stored(database):
    results = await asyncio.gather(*(database.write(_insert(n)) for n in range(300)))
    assert results == list(range(300))
    assert await _stored(database) == set(range(300))


async def test_a_refused_command_takes_only_its_own_changes_back(database):
    def refused(tx):
        _insert(7)(tx)
        raise FailedPreconditionError("no")

    results = await asyncio.gather(
        *(database.write(_insert(n)) for n in range(5)),
        database.write(refused),
        return_exceptions=True,
    )
    assert isinstance(results[-1], FailedPreconditionError)
    assert await _stored(database) == set(range(5))


async def test_a_failing_statement_in_a_group_spares_the_others(database):
    await database.write(_insert(3))
    results = await asyncio.gather(
        *(database.write(_insert(n)) for n in range(6)), return_exceptions=True
    )
    assert [type(r).__name__ for r in results].count("IntegrityError") == 1
    assert await _stored(database) == set(range(6))


async def test_hints_reach_listeners_only_after_commit(database):
    heard = []
    database.on_commit(heard.append)

    def refused(tx):
        tx.hints.add("lost")
        raise FailedPreconditionError("no")

    await asyncio.gather(
        database.write(_insert(1)), database.write(refused), return_exceptions=True
    )
    assert heard == [frozenset({"n:1"})]


async def test_a_closed_database_refuses(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/t.db")
    await database.close()
    with pytest.raises(UnavailableError):
        await database.write(lambda _tx: None)


async def test_who_hangs_up_is_not_the_only_one_to_hear_of_a_commit(database):
    heard = asyncio.Event()
    database.on_commit(lambda hints: heard.set() if "n:1" in hints else None)
    writing = asyncio.create_task(database.write(_insert(1)))
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.wait_for(heard.wait(), 5)
