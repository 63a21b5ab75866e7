"""The state machine of sending, as a table: every result, with and without a channel behind."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley_orchestrator.domain.backoff import LAST_CHANNEL, WITH_ALTERNATIVE, Backoff
from parley_orchestrator.domain.delivery import Delivery, Kind, Outcome, Result, State
from parley_orchestrator.domain.verdict import LOOK_UP_DELAYS, decide

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def delivery(**more):
    values = {
        "id": "dlv_1",
        "kind": Kind.MESSAGE,
        "session_id": "ses_1",
        "user_id": "usr_1",
        "subject_id": "msg_1",
        "channel": "gmail",
        "position": 1,
        "state": State.QUEUED,
        "explanation": "",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Delivery(**{**values, **more})


ALONE = delivery()
BACKED = delivery(route=("slack", "fax"))
SOON = timedelta(seconds=0.5)
# result, delivery, state, wait (None: not tried again), falls back
TABLE = [
    (Result.SENT, ALONE, State.SENT, None, False),
    (Result.SENT, BACKED, State.SENT, None, False),
    (Result.FOUND, ALONE, State.SENT, None, False),
    (Result.FOUND, BACKED, State.SENT, None, False),
    (Result.NOT_SENT, ALONE, State.QUEUED, SOON, False),
    (Result.NOT_SENT, BACKED, State.QUEUED, SOON, False),
    (Result.AMBIGUOUS, ALONE, State.SENDING, LOOK_UP_DELAYS[0], False),
    (Result.AMBIGUOUS, BACKED, State.SENDING, LOOK_UP_DELAYS[0], False),
    (Result.INCONCLUSIVE, ALONE, State.SENDING, LOOK_UP_DELAYS[0], False),
    (Result.INCONCLUSIVE, BACKED, State.SENDING, LOOK_UP_DELAYS[0], False),
    (Result.INTERRUPTED, ALONE, State.SENDING, timedelta(0), False),
    (Result.INTERRUPTED, BACKED, State.SENDING, timedelta(0), False),
    (Result.NOT_FOUND, ALONE, State.QUEUED, timedelta(0), False),
    (Result.NOT_FOUND, BACKED, State.QUEUED, timedelta(0), False),
    (Result.PERMANENT, ALONE, State.DEAD, None, False),
    (Result.PERMANENT, BACKED, State.DEAD, None, True),
    (Result.REJECTED, ALONE, State.DEAD, None, False),
    (Result.REJECTED, BACKED, State.DEAD, None, True),
    (Result.RECONNECT, ALONE, State.PARKED, None, False),
    (Result.RECONNECT, BACKED, State.DEAD, None, True),
    (Result.SKIPPED, ALONE, State.QUEUED, timedelta(0), False),
    (Result.SKIPPED, BACKED, State.QUEUED, timedelta(0), False),
    (Result.UNREACHABLE, ALONE, State.SENDING, LOOK_UP_DELAYS[0], False),
    (Result.UNREACHABLE, BACKED, State.SENDING, LOOK_UP_DELAYS[0], False),
    (Result.DEFECT, ALONE, State.QUEUED, SOON, False),
    (Result.DEFECT, BACKED, State.QUEUED, SOON, False),
]


def test_the_table_has_every_result_with_and_without_a_channel_behind():
    assert {(result, one) for result, one, *_ in TABLE} == {
        (result, one) for result in Result for one in (ALONE, BACKED)
    }


@pytest.mark.parametrize(("result", "one", "state", "wait", "falls_back"), TABLE)
def test_what_follows_from_an_outcome(result, one, state, wait, falls_back):
    verdict = decide(one, Outcome(result), NOW, 0.5)
    assert verdict.state == state
    assert verdict.at == (None if wait is None else NOW + wait)
    assert verdict.falls_back == falls_back
    assert verdict.next_step
    assert verdict.is_attempt == (result not in {Result.SKIPPED, Result.UNREACHABLE})


@pytest.mark.parametrize(
    ("one", "policy"), [(ALONE, LAST_CHANNEL), (BACKED, WITH_ALTERNATIVE)], ids=["alone", "backed"]
)
@pytest.mark.parametrize("result", [Result.NOT_SENT, Result.NOT_FOUND])
def test_tries_end(one, policy, result):
    """Also when each try is ambiguous and then surely not sent: no message is poison for ever."""
    tried, tries = one, 0
    while tried.state is not State.DEAD:
        verdict = decide(tried, Outcome(result), NOW, 0.5)
        tries += 1
        assert tries <= policy.max_tries
        tried = delivery(route=one.route, state=verdict.state, failed_tries=verdict.failed_tries)
    assert tries == policy.max_tries
    assert verdict.falls_back == bool(one.route)


def test_ambiguous_and_not_found_in_turn_end_too():
    tried, sends = ALONE, 0
    while tried.state is not State.DEAD:
        sends += 1
        assert sends <= LAST_CHANNEL.max_tries
        for result in (Result.AMBIGUOUS, Result.NOT_FOUND):
            verdict = decide(tried, Outcome(result), NOW, 0.5)
            tried = delivery(
                state=verdict.state, failed_tries=verdict.failed_tries, look_ups=verdict.look_ups
            )


def test_a_send_whose_fate_stays_unknown_is_never_sent_again():
    tried, states, waits = ALONE, [], []
    for result in (Result.AMBIGUOUS, *[Result.INCONCLUSIVE] * 3):
        verdict = decide(tried, Outcome(result), NOW, 0.5)
        states.append(verdict.state)
        waits.append(verdict.at and verdict.at - NOW)
        tried = delivery(state=verdict.state, look_ups=verdict.look_ups)
    assert states == [State.SENDING] * 3 + [State.UNKNOWN]
    assert waits == [*LOOK_UP_DELAYS, None]


def test_a_channel_that_is_away_uses_up_no_look_up():
    tried = delivery(state=State.SENDING, look_ups=2, failed_tries=3)
    verdict = decide(tried, Outcome(Result.UNREACHABLE), NOW, 0.5)
    assert (verdict.look_ups, verdict.failed_tries) == (2, 3)


@pytest.mark.parametrize(
    ("retry_after", "one", "state"),
    [
        (timedelta(seconds=30), ALONE, State.QUEUED),
        (timedelta(seconds=30), BACKED, State.QUEUED),
        (timedelta(hours=2), ALONE, State.QUEUED),
        (timedelta(hours=2), BACKED, State.DEAD),
        (timedelta(0), ALONE, State.QUEUED),
    ],
)
def test_the_providers_retry_time_wins_over_ours(retry_after, one, state):
    """With another channel behind, nobody waits for longer than a minute."""
    verdict = decide(one, Outcome(Result.NOT_SENT, retry_after=retry_after), NOW, 0.999)
    assert verdict.state == state
    if state is State.QUEUED:
        assert verdict.at == NOW + (retry_after or timedelta(seconds=0.999))


@given(tries=st.integers(1, 200), chance=st.floats(0, 1, exclude_max=True))
def test_a_wait_is_never_longer_than_its_bound(tries, chance):
    policy = Backoff(base_seconds=1, cap_seconds=300, max_tries=60)
    wait = policy.delay(tries, chance).total_seconds()
    assert 0 <= wait <= min(300, 2 ** (tries - 1))
    assert policy.is_exhausted(tries) == (tries >= 60)


def test_a_lane_is_one_session_one_person_one_channel():
    lanes = {
        delivery(session_id=s, user_id=u, channel=c).lane
        for s in "ab"
        for u in ("", "u")
        for c in ("gmail", "slack")
    }
    assert len(lanes) == 8
