"""When a breaker opens, what it lets pass, and how it closes again."""

from datetime import UTC, datetime, timedelta

import pytest

from parley_orchestrator.domain.breaker import (
    RULES,
    Breaker,
    BreakerState,
    Passage,
    Window,
    after_failure,
    after_success,
    is_failure,
    is_success,
    passage,
    probing,
    window_of,
)
from parley_orchestrator.domain.delivery import Outcome, Result

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MAILBOX = ("gmail", "con_1")
WHOLE = ("gmail", "")
SECOND = timedelta(seconds=1)


def opened(window=None, at=MAILBOX, breaker=None, now=NOW):
    return after_failure(breaker, window or Window(0, 5, 5), at, "timeout", now)


@pytest.mark.parametrize(
    ("window", "at", "opens"),
    [
        (Window(0, 5, 1), MAILBOX, True),
        (Window(0, 4, 4), MAILBOX, False),
        (Window(5, 5, 5), MAILBOX, True),
        (Window(6, 5, 5), MAILBOX, False),
        (Window(0, 5, 1), WHOLE, False),
        (Window(0, 5, 2), WHOLE, True),
    ],
)
def test_it_opens_when_enough_of_the_newest_attempts_failed(window, at, opens):
    assert (opened(window, at) is not None) is opens


def test_it_opens_for_longer_with_every_failed_probe_up_to_a_cap():
    breaker, waits, now = opened(), [], NOW
    for _ in range(7):
        waits.append((breaker.until - now).total_seconds())
        now = breaker.until
        breaker = opened(breaker=probing(breaker, now), now=now)
    assert waits == [15, 30, 60, 120, 240, 300, 300]
    assert breaker.trips == 8


def test_what_was_on_its_way_when_it_opened_changes_nothing():
    breaker = opened()
    assert opened(breaker=breaker, now=NOW + SECOND) == breaker
    assert after_success(breaker) == breaker


def test_one_probe_passes_and_its_success_closes():
    breaker = opened()
    assert passage(breaker, breaker.until - SECOND) is Passage.NONE
    assert passage(breaker, breaker.until) is Passage.ONE
    half_open = probing(breaker, breaker.until)
    assert half_open.state is BreakerState.HALF_OPEN
    assert passage(half_open, breaker.until) is Passage.NONE, "one probe is on its way"
    assert after_success(half_open) is None
    assert passage(None, NOW) is Passage.ALL


def test_a_probe_that_says_nothing_is_followed_by_another():
    half_open = probing(opened(), NOW)
    late = NOW + timedelta(seconds=RULES.probe_seconds)
    assert passage(half_open, late) is Passage.ONE


@pytest.mark.parametrize(
    ("outcome", "fails", "answers"),
    [
        (Outcome(Result.NOT_SENT), True, False),
        (Outcome(Result.AMBIGUOUS), True, False),
        (Outcome(Result.NOT_SENT, retry_after=SECOND), False, False),
        (Outcome(Result.SENT), False, True),
        (Outcome(Result.FOUND), False, True),
        (Outcome(Result.PERMANENT), False, True),
        (Outcome(Result.REJECTED), False, True),
        (Outcome(Result.RECONNECT), False, False),
        (Outcome(Result.SKIPPED), False, False),
        (Outcome(Result.DEFECT), False, False),
        (Outcome(Result.INTERRUPTED), False, False),
    ],
)
def test_only_what_speaks_of_the_connection_counts(outcome, fails, answers):
    assert (is_failure(outcome), is_success(outcome)) == (fails, answers)


def test_a_window_counts_attempts_and_the_deliveries_that_fail():
    attempts = [("a", Result.NOT_SENT), ("a", Result.AMBIGUOUS), ("b", Result.NOT_SENT)]
    answered = [("c", Result.SENT), ("d", Result.PERMANENT), ("e", Result.SKIPPED)]
    assert window_of([*attempts, *answered]) == Window(succeeded=2, failed=3, failing=2)


def test_a_cleared_breaker_stays_cleared_when_its_probe_fails():
    breaker = Breaker(*MAILBOX, BreakerState.HALF_OPEN, NOW, 1, "timeout", is_cleared=True)
    assert opened(breaker=breaker).is_cleared
