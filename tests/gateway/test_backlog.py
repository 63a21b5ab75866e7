"""What waits for one client: bounded, and nothing that the log lacks is forgotten."""

import pytest

from parley_gateway.websocket.backlog import Backlog, CatchUp
from parley_gateway.websocket.frames import LiveEvent


def event(seq, session_id="ses_1", text="e"):
    return LiveEvent(session_id, seq, text)


def taken(backlog):
    items = []
    while backlog:
        items.append(backlog.take())
    return items


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr("parley_gateway.websocket.backlog.MAX_WAITING", 4)
    monkeypatch.setattr("parley_gateway.websocket.backlog.MAX_WAITING_CHARACTERS", 100)
    return Backlog()


def test_it_keeps_the_order(small):
    items = [event(1), "answer", event(2), CatchUp("ses_2")]
    for item in items:
        small.add(item)
    small.prepend(["welcome", CatchUp("ses_3")])
    assert taken(small) == ["welcome", CatchUp("ses_3"), *items]


def test_too_many_events_are_read_again_and_answers_stay(small):
    small.add("answer")
    for seq in range(1, 10):
        small.add(event(seq, f"ses_{seq % 2}"))
    assert small.is_behind
    assert not small.is_full
    assert taken(small) == ["answer", CatchUp("ses_0"), CatchUp("ses_1")]
    assert not small.is_behind


def test_what_comes_while_it_is_read_is_kept(small):
    for seq in range(1, 6):
        small.add(event(seq))
    assert small.take() == CatchUp("ses_1")
    small.add(event(6))
    assert taken(small) == [event(6)]


def test_long_events_are_too_many_sooner(small):
    small.add(event(1, text="x" * 60))
    small.add(event(2, text="x" * 60))
    assert taken(small) == [CatchUp("ses_1")]


@pytest.mark.parametrize("answers", [["x"] * 5, ["x" * 101]])
def test_answers_alone_can_fill_it(small, answers):
    for answer in answers:
        small.add(answer)
    assert small.is_full


def test_characters_are_counted_both_ways(small):
    small.add("x" * 90)
    small.take()
    small.add("y" * 90)
    assert not small.is_full
    small.clear()
    small.add("z" * 90)
    assert not small.is_full
