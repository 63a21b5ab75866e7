"""Commands that stand by run in the transaction that leaves their hint, and commit with it."""

import asyncio

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import IntegrityError

from parley_kit.errors import FailedPreconditionError
from parley_kit.store import Database

metadata = MetaData()
numbers = Table("numbers", metadata, Column("n", Integer, primary_key=True))


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request, tmp_path):
    url = f"sqlite:///{tmp_path}/t.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").new_database()
    database = Database(url)
    await database.write(lambda tx: metadata.create_all(tx.connection))
    yield database
    await database.close()


def put(*values, hint="new"):
    def command(tx):
        for value in values:
            tx.connection.execute(insert(numbers).values(n=value))
        tx.hints.add(hint)

    return command


def seen(tx):
    return sorted(tx.connection.execute(select(numbers.c.n)).scalars())


async def stored(database):
    return await database.read(lambda c: sorted(c.execute(select(numbers.c.n)).scalars()))


async def test_it_sees_what_is_about_to_be_committed_once(database):
    commits = []
    database.on_commit(commits.append)
    standing = database.stand_by("new", seen)
    await database.write(put(1, hint="other"))
    assert not standing.result.done()
    await database.write(put(2))
    assert await standing.result == [1, 2]
    await database.write(put(3))
    assert standing.result.result() == [1, 2]
    assert commits == [frozenset({"other"}), frozenset({"new"})], "the hint was followed already"


async def test_what_was_taken_back_is_not_called(database):
    standing = database.stand_by("new", seen)
    assert standing.withdraw()
    await database.write(put(1))
    assert not standing.result.done()
    assert not standing.withdraw()


async def test_it_stores_together_with_what_called_it(database):
    standing = database.stand_by("new", put(2))
    await database.write(put(1))
    await standing.result
    assert await stored(database) == [1, 2]


async def test_a_refusal_of_its_own_spares_what_called_it(database):
    def refuse(tx):
        put(9)(tx)
        raise FailedPreconditionError("no")

    standing = database.stand_by("new", refuse)
    await database.write(put(1))
    with pytest.raises(FailedPreconditionError):
        await standing.result
    assert await stored(database) == [1]


async def test_a_failing_statement_of_its_own_spares_what_called_it(database):
    """The transaction is undone with both in it; then each runs by itself."""
    await database.write(put(5))
    standing = database.stand_by("new", put(5))
    await database.write(put(1))
    with pytest.raises(IntegrityError):
        await standing.result
    assert await stored(database) == [1, 5]


async def test_a_refused_command_calls_nobody(database):
    def refuse(tx):
        put(1)(tx)
        raise FailedPreconditionError("no")

    standing = database.stand_by("new", seen)
    with pytest.raises(FailedPreconditionError):
        await database.write(refuse)
    assert not standing.result.done()
    await asyncio.gather(*(database.write(put(n)) for n in range(5)))
    assert set(await standing.result) <= set(range(5))
