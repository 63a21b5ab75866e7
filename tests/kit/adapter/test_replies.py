"""What is said back to senders: kept with the verdict, taken by one, chosen once."""

import asyncio
from datetime import timedelta

import pytest
from tests.migrated import migrate

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.replies import ASKED, CHOSEN, CONCLUDED, WANTED
from parley_kit.adapter.service import migrations, open_storage
from parley_kit.sealing import KeyRing, Secret
from parley_kit.store import Database

CHOOSE = inbox_pb2.INGEST_VERDICT_CHOOSE
ACCEPTED = inbox_pb2.INGEST_VERDICT_ACCEPTED


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def storage(request, tmp_path):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/t.db"
    else:
        url = request.getfixturevalue("postgres").new_database()
    database = Database(url)
    await migrate(database, migrations("fax"))
    yield open_storage("fax", database, KeyRing([Secret("k" * 40)]))
    await database.close()


async def _taken(storage, inbound_id="m1"):
    item = inbox_pb2.InboundItem(channel="fax", inbound_id=inbound_id)
    item.text.text = "hello"
    await storage.inbox.put([item])
    await storage.inbox.take()


def _asks(inbound_id="m1", sessions=("s1", "s2")):
    choices = [inbox_pb2.ConversationChoice(session_id=s, title=s.upper()) for s in sessions]
    return inbox_pb2.IngestResult(inbound_id=inbound_id, verdict=CHOOSE, choices=choices)


def _ended(inbound_id="m1", verdict=ACCEPTED, **more):
    return inbox_pb2.IngestResult(inbound_id=inbound_id, verdict=verdict, **more)


async def test_an_ordinary_verdict_says_nothing(storage):
    await _taken(storage)
    await storage.inbox.settle([_ended(session_id="s9")])
    assert await storage.replies.take() == []
    assert await storage.inbox.session_of("m1") == "s9"
    assert await storage.inbox.session_of("other") == ""


async def test_a_question_lives_until_what_was_chosen_is_shown(storage):
    replies, inbox = storage.replies, storage.inbox
    await _taken(storage)
    await inbox.settle([_asks()])
    assert replies.changed.is_set()
    assert (await inbox.depth())[0] == 0
    (question,) = await replies.take()
    assert (question.state, question.item.text.text) == (WANTED, "hello")
    assert [(c.session_id, c.title) for c in question.choices] == [("s1", "S1"), ("s2", "S2")]
    assert await replies.take() == []
    await replies.asked("m1", "at-1")
    assert await replies.choose(question, "s2")
    assert not await replies.choose(question, "s1")
    (again,) = await inbox.take()
    assert (again.text.text, again.text.session_id) == ("hello", "s2")
    assert (await replies.find("m1")).state == CHOSEN
    await inbox.settle([_ended(detail="fine", session_id="s2")])
    (concluded,) = await replies.take()
    assert (concluded.state, concluded.session_id, concluded.note) == (CONCLUDED, "s2", "fine")
    assert (concluded.provider_ref, concluded.verdict) == ("at-1", "INGEST_VERDICT_ACCEPTED")
    await replies.done(["m1"])
    assert await replies.find("m1") is None


async def test_a_choice_before_the_question_was_recorded_keeps_its_place(storage):
    replies = storage.replies
    await _taken(storage)
    await storage.inbox.settle([_asks()])
    (question,) = await replies.take()
    await replies.choose(question, "s1")
    await replies.asked("m1", "at-1")
    found = await replies.find("m1")
    assert (found.state, found.provider_ref) == (CHOSEN, "at-1")


async def test_a_note_is_kept_with_the_verdict(storage):
    await _taken(storage)
    await storage.inbox.settle([_ended(verdict=4, detail="not yours", tells_sender=True)])
    (note,) = await storage.replies.take()
    assert (note.note, note.choices, note.item.text.text) == ("not yours", (), "hello")


async def test_what_was_not_said_comes_up_again(storage):
    await _taken(storage)
    await storage.inbox.settle([_asks()])
    await storage.replies.take()
    await storage.replies.later("m1", timedelta(0))
    (again,) = await storage.replies.take()
    assert again.tries == 1
    await storage.replies.asked("m1", "x")
    assert (await storage.replies.find("m1")).state == ASKED
    assert await storage.replies.take() == []


async def test_a_verdict_on_what_is_not_there_is_harmless(storage):
    await storage.inbox.settle([_asks("never")])
    assert await storage.replies.take() == []


async def test_ten_choices_at_once_are_one(storage):
    await _taken(storage)
    await storage.inbox.settle([_asks()])
    (question,) = await storage.replies.take()
    chosen = await asyncio.gather(
        *(storage.replies.choose(question, f"s{1 + n % 2}") for n in range(10))
    )
    assert chosen.count(True) == 1
