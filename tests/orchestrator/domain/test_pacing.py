"""GCRA: evenly, after a burst, and never faster than the provider says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley_orchestrator.domain.delivery import Delivery, Kind, Outcome, Result, State
from parley_orchestrator.domain.pacing import (
    AWAKE,
    RETRY_TIME,
    Key,
    Limit,
    Pace,
    Scope,
    admit,
    free_at,
    held_back,
    spent,
)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
EACH_SECOND = Limit("posts to one person", Scope.RECIPIENT, 1, SECOND)
BURST = Limit("posts", Scope.CONNECTION, 60, MINUTE, burst=5)


def delivery(kind=Kind.MESSAGE, user_id="usr_1", **more):
    values = {
        "id": "dlv_1",
        "kind": kind,
        "session_id": "ses_1",
        "user_id": user_id,
        "subject_id": "msg_1",
        "channel": "slack",
        "position": 1,
        "state": State.QUEUED,
        "explanation": "",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Delivery(**{**values, **more})


def test_a_burst_goes_at_once_then_evenly():
    first = admit([delivery()] * 8, "con_1", [BURST], {}, NOW)
    assert (first.count, first.why) == (5, "posts")
    assert first.wait_until == NOW + SECOND
    later = admit([delivery()] * 8, "con_1", [BURST], first.paces, NOW + 2 * SECOND)
    assert later.count == 2


@given(
    st.lists(st.floats(0, 30), min_size=1, max_size=60),
    st.integers(1, 10),
    st.integers(1, 60),
)
def test_no_span_of_time_holds_more_than_the_burst_and_its_share(offsets, burst, count):
    """However deliveries arrive: what goes in any span is at most burst + span / interval."""
    limit = Limit("posts", Scope.CONNECTION, count, MINUTE, burst=burst)
    went, paces = [], {}
    for offset in sorted(offsets):
        now = NOW + timedelta(seconds=offset)
        admitted = admit([delivery()], "con_1", [limit], paces, now)
        paces = admitted.paces
        went += [now] * admitted.count
    interval = limit.interval.total_seconds()
    for start, first in enumerate(went):
        for end in range(start, len(went)):
            span = (went[end] - first).total_seconds()
            assert end - start + 1 <= burst + span / interval + 1e-6


@given(st.integers(1, 20), st.integers(1, 10))
def test_who_waits_as_told_goes_at_that_time(count, burst):
    limit = Limit("posts", Scope.CONNECTION, count, SECOND, burst=burst)
    pace = None
    for _ in range(burst):
        pace = spent(limit, pace, NOW)
    at = free_at(limit, pace, NOW)
    assert at > NOW
    assert free_at(limit, pace, at) == at


def test_people_and_connections_have_counters_of_their_own():
    paces = admit([delivery()], "con_1", [EACH_SECOND], {}, NOW).paces
    assert admit([delivery()], "con_1", [EACH_SECOND], paces, NOW).count == 0
    assert admit([delivery(user_id="usr_2")], "con_1", [EACH_SECOND], paces, NOW).count == 1


def test_a_limit_counts_its_kinds_only():
    updates = Limit("updates", Scope.CONNECTION, 1, MINUTE, kinds=frozenset({"update"}))
    paces = admit([delivery(Kind.UPDATE)], "con_1", [updates], {}, NOW).paces
    assert admit([delivery(Kind.UPDATE)], "con_1", [updates], paces, NOW).count == 0
    assert admit([delivery()] * 9, "con_1", [updates], paces, NOW).count == 9


def test_what_waits_for_one_limit_uses_no_other_up():
    paces = admit([delivery()], "con_1", [EACH_SECOND, BURST], {}, NOW).paces
    blocked = admit([delivery()], "con_1", [EACH_SECOND, BURST], paces, NOW)
    assert (blocked.count, blocked.paces) == (0, paces)


LIMITED = Outcome(Result.NOT_SENT, "ratelimited", retry_after=30 * SECOND, connection_id="con_1")
DORMANT = Limit("posts", Scope.CONNECTION, 60, MINUTE, burst=5, is_dormant=True)


@pytest.mark.parametrize("limit", [BURST, DORMANT, RETRY_TIME])
def test_the_providers_retry_time_holds_for_its_connection(limit):
    paces = held_back(delivery(), LIMITED, [limit], {}, NOW)
    for at, count in ((NOW, 0), (NOW + 29 * SECOND, 0), (NOW + 30 * SECOND, 1)):
        assert admit([delivery()], "con_1", [limit], paces, at).count == count
    assert admit([delivery()], "con_2", [limit], paces, NOW).count == 1


def test_a_retry_time_never_shortens_a_wait():
    key = Key("slack", "posts", "con_1")
    known = {key: Pace(NOW + MINUTE)}
    assert held_back(delivery(), LIMITED, [BURST], known, NOW)[key].tat == NOW + MINUTE


def test_dormant_limits_hold_for_ten_minutes_after_the_provider_asked_to_wait():
    assert admit([delivery()] * 100, "con_1", [DORMANT], {}, NOW).count == 100
    paces = held_back(delivery(), LIMITED, [DORMANT], {}, NOW)
    awake = admit([delivery()] * 100, "con_1", [DORMANT], paces, NOW + 60 * SECOND)
    assert awake.count == 5
    asleep = admit([delivery()] * 100, "con_1", [DORMANT], paces, NOW + AWAKE)
    assert asleep.count == 100


def test_a_persons_dormant_limit_wakes_without_a_wait():
    dormant = Limit("to one person", Scope.RECIPIENT, 1, SECOND, is_dormant=True)
    paces = held_back(delivery(), LIMITED, [dormant], {}, NOW)
    first = admit([delivery()] * 2, "con_1", [dormant], paces, NOW)
    assert (first.count, first.wait_until) == (1, NOW + SECOND)


@pytest.mark.parametrize(
    "outcome", [Outcome(Result.NOT_SENT, "busy"), Outcome(Result.SENT), Outcome(Result.AMBIGUOUS)]
)
def test_only_a_retry_time_holds_anything_back(outcome):
    assert held_back(delivery(), outcome, [BURST], {}, NOW) == {}


def test_a_short_wait_does_not_spend_a_days_burst():
    """Ten a minute, and fifty a day that may all go at once: the wait is over soon."""
    minute = Limit("a minute", Scope.CONNECTION, 10, MINUTE, burst=5)
    day = Limit("a day", Scope.CONNECTION, 50, timedelta(days=1), burst=50)
    limits = [day, minute]
    paces = held_back(delivery(), LIMITED, limits, {}, NOW)
    later, gone = NOW + LIMITED.retry_after, 0
    assert admit([delivery()], "con_1", limits, paces, NOW).wait_until == later
    for _ in range(20):
        admitted = admit([delivery()], "con_1", limits, paces, later)
        gone, paces = gone + admitted.count, admitted.paces
        later += MINUTE / 10
    assert gone == 20
