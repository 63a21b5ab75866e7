"""Where a text belongs that says nothing about it."""

from datetime import UTC, datetime, timedelta

import pytest

from parley_orchestrator.domain.talks import Talk, by_likelihood, clear_talk

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def _ago(minutes):
    return None if minutes is None else NOW - timedelta(minutes=minutes)


def talk(name, told=None, spoke=None, *, awaited=False, here=True):
    return Talk(name, "usr_1", name, "Agent", _ago(told), _ago(spoke), awaited, here)


CASES = {
    "none": ([], None),
    "the only one, however old": ([talk("a", told=90_000)], "a"),
    "the only one, never used": ([talk("a", here=False)], "a"),
    "the only one that was here": ([talk("a", told=90_000), talk("b", told=1, here=False)], "a"),
    "several that were never here": ([talk("a", here=False), talk("b", here=False)], None),
    "one under way": ([talk("a", told=10), talk("b", told=600)], "a"),
    "one awaited": ([talk("a", awaited=True, told=900), talk("b", told=600)], "a"),
    "two under way": ([talk("a", told=10), talk("b", told=20)], None),
    "two awaited": ([talk("a", awaited=True), talk("b", awaited=True)], None),
    "one awaited, one under way": ([talk("a", awaited=True), talk("b", told=20)], None),
    "all asleep": ([talk("a", told=600), talk("b", told=700)], None),
    "going on": ([talk("a", told=40, spoke=2), talk("b", told=3)], "a"),
    "going on, answered there": ([talk("a", told=1, spoke=2), talk("b", told=3)], "a"),
    "interrupted elsewhere": ([talk("a", told=40, spoke=2), talk("b", told=1)], None),
    "interrupted by a question": ([talk("a", spoke=2), talk("b", told=1, awaited=True)], None),
    "spoke too long ago": ([talk("a", spoke=45), talk("b", told=60)], None),
    "the later of two that they wrote in": ([talk("a", spoke=5), talk("b", spoke=2)], "b"),
    "going on although another waits": ([talk("a", spoke=2), talk("b", told=9, awaited=True)], "a"),
}


@pytest.mark.parametrize(("talks", "expected"), CASES.values(), ids=CASES.keys())
def test_it_belongs_to_the_one_that_is_clear(talks, expected):
    for order in (talks, talks[::-1]):
        found = clear_talk(order, NOW)
        assert (found.session_id if found else None) == expected


def test_what_was_seen_here_and_was_active_last_is_offered_first():
    talks = [talk("d", told=1, here=False), talk("c"), talk("b", told=5), talk("a", spoke=2)]
    assert [t.session_id for t in by_likelihood(talks)] == ["a", "b", "c", "d"]
