"""Statements that are compiled once, on both engines: values, rows, errors, one view of a reading."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from parley_kit.store import Bulk, Database, Query, Utc, is_one_of

metadata = MetaData()
notes = Table(
    "notes",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", Utc),
    Column("tags", JSON, nullable=False),
    Column("is_new", Boolean, nullable=False),
    Column("count", Integer, nullable=False),
)
NOW = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
INSERT = Bulk(lambda _dialect: insert(notes), notes.c.keys())
BY_IDS = Query(
    lambda dialect: select(notes).where(is_one_of(dialect, notes.c.id, "ids")).order_by(notes.c.id),
    ["ids"],
)
COUNT_UP = Query(
    lambda dialect: (
        update(notes)
        .where(is_one_of(dialect, notes.c.id, "ids"), notes.c.is_new)
        .values(count=notes.c.count + 1, is_new=False)
        .returning(notes.c.id, notes.c.at)
    ),
    ["ids"],
)


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request, tmp_path):
    url = f"sqlite:///{tmp_path}/t.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").new_database()
    database = Database(url)
    await database.write(lambda tx: metadata.create_all(tx.connection))
    yield database
    await database.close()


def note(name, **more):
    return {"id": name, "at": NOW, "tags": {"a": [1, "é"]}, "is_new": True, "count": 0, **more}


async def test_what_is_stored_comes_back_as_it_was(database):
    rows = [note("a"), note("b", at=None, tags=[], is_new=False)]
    await database.write(lambda tx: INSERT(tx.connection, rows))
    assert await database.read(lambda c: BY_IDS(c, ids=["b", "a", "unknown"])) == rows
    assert await database.read(lambda c: BY_IDS(c, ids=[])) == []


async def test_an_odd_id_is_a_value_and_nothing_else(database):
    odd = "a'); DROP TABLE notes; --\"[%s]{}\\"
    await database.write(lambda tx: INSERT(tx.connection, [note(odd)]))
    assert [row["id"] for row in await database.read(lambda c: BY_IDS(c, ids=[odd, "a"]))] == [odd]


async def test_a_change_answers_what_it_changed(database):
    await database.write(lambda tx: INSERT(tx.connection, [note("a"), note("b", is_new=False)]))
    changed = await database.write(lambda tx: COUNT_UP(tx.connection, ids=["a", "b"]))
    assert changed == [{"id": "a", "at": NOW}]
    found = await database.read(lambda c: BY_IDS(c, ids=["a", "b"]))
    assert [row["count"] for row in found] == [1, 0]


async def test_no_rows_are_no_statement(database):
    await database.write(lambda tx: INSERT(tx.connection, []))


async def test_a_key_that_is_taken_is_the_same_error_as_always(database):
    await database.write(lambda tx: INSERT(tx.connection, [note("a")]))
    with pytest.raises(IntegrityError) as caught:
        await database.write(lambda tx: INSERT(tx.connection, [note("a", tags=["secret"])]))
    assert "secret" not in str(caught.value)


async def test_one_reading_sees_one_moment(database):
    """Guards against statements that each see what was committed between them."""
    if not database.is_sqlite:
        pytest.skip("PostgreSQL reads what is committed, statement by statement")
    await database.write(lambda tx: INSERT(tx.connection, [note("a")]))
    other = Database(database.url)

    def twice(connection):
        before = BY_IDS(connection, ids=["a"])
        _write_from_another_thread(other)
        return before, BY_IDS(connection, ids=["a"])

    before, after = await database.read(twice)
    assert before == after
    assert (await database.read(lambda c: BY_IDS(c, ids=["a"])))[0]["at"] == NOW + timedelta(days=1)
    await other.close()


def _write_from_another_thread(database):
    with database._write_engine.begin() as connection:
        connection.execute(update(notes).values(at=NOW + timedelta(days=1)))
