"""What a worker takes at which gate."""

from datetime import UTC, datetime, timedelta

import pytest

from parley_orchestrator.domain.breaker import Breaker, BreakerState
from parley_orchestrator.domain.claiming import Gate, Rank, Rules, plan_claims, talk_keys
from parley_orchestrator.domain.pacing import Key, Limit, Pace, Scope

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SPOKEN = frozenset({"message", "card"})
POSTS = Limit("posts", Scope.CONNECTION, 60, timedelta(minutes=1), burst=5, kinds=SPOKEN)
UPDATES = Limit("updates", Scope.CONNECTION, 1, timedelta(days=1), kinds=frozenset({"update"}))


def gate(name, seconds=0, rank=Rank.TALK):
    return Gate(name, rank, NOW + timedelta(seconds=seconds))


def breaker(connection_id, seconds, channel="slack"):
    until = NOW + timedelta(seconds=seconds)
    return Breaker(channel, connection_id, BreakerState.OPEN, until, 1, "timeout")


def plan(*gates, breakers=(), lanes=100, limits=(), paces=None):
    known = {(one.channel, one.connection_id): one for one in breakers}
    rules = Rules("slack", known, limits, paces or {})
    return plan_claims(gates, rules, NOW, lanes=lanes, per_lane=10)


def pace(seconds, connection_id="con_1", limit=POSTS):
    return {Key("slack", limit.name, connection_id): Pace(NOW + timedelta(seconds=seconds))}


def test_an_only_gate_gets_all():
    taken = plan(gate("con_1"))
    assert [(take.gate, take.lanes, take.per_lane) for take in taken.takes] == [("con_1", 100, 10)]


def test_gates_share_and_who_waits_longest_is_first():
    taken = plan(gate("con_1", -1), gate("con_2", -5), gate("con_3", -3))
    assert [(take.gate, take.lanes) for take in taken.takes] == [
        ("con_2", 33),
        ("con_3", 33),
        ("con_1", 33),
    ]


def test_decisions_go_before_talk_that_waits_longer():
    taken = plan(gate("con_1", -50), gate("con_2", -1, Rank.DECISIONS))
    assert [(take.gate, take.rank) for take in taken.takes] == [
        ("con_2", Rank.DECISIONS),
        ("con_1", Rank.TALK),
    ]


def test_nothing_passes_an_open_breaker_and_others_flow():
    taken = plan(gate("con_1"), gate("con_2"), breakers=[breaker("con_1", 20)])
    assert [take.gate for take in taken.takes] == ["con_2"]
    assert taken.next_at == NOW + 20 * SECOND


def test_one_probe_passes_when_the_time_is_over():
    """Also where decisions and talk wait at the same gate."""
    shut = breaker("con_1", 0)
    [take] = plan(gate("con_1"), gate("con_1", rank=Rank.DECISIONS), breakers=[shut]).takes
    assert (take.lanes, take.per_lane, take.probes, take.rank) == (1, 1, shut, Rank.DECISIONS)


def test_one_probe_for_all_of_a_channel():
    shut = breaker("", 0)
    [take] = plan(gate("con_1"), gate("con_2"), breakers=[shut]).takes
    assert (take.lanes, take.probes) == (1, shut)
    closed = plan(gate("con_1"), gate("con_2"), breakers=[breaker("", 9)])
    assert (closed.takes, closed.next_at) == ((), NOW + 9 * SECOND)


def test_what_is_due_later_is_waited_for():
    taken = plan(gate("con_1", 30), gate("con_2", 20))
    assert (taken.takes, taken.next_at) == ((), NOW + 20 * SECOND)
    assert plan().next_at is None


def test_many_gates_take_turns():
    taken = plan(*(gate(f"con_{n:03}", -n) for n in range(200)))
    assert len(taken.takes) == 50
    assert {take.lanes for take in taken.takes} == {2}
    assert taken.takes[0].gate == "con_199"


@pytest.mark.parametrize(("ahead", "lanes"), [(0, 5), (2, 3), (4, 1), (-9, 5)])
def test_no_more_talk_is_taken_than_can_be_sent(ahead, lanes):
    [take] = plan(gate("con_1"), limits=[POSTS], paces=pace(ahead)).takes
    assert take.lanes == lanes


def test_talk_waits_untouched_while_its_limit_is_used_up_and_decisions_are_looked_at():
    talk, decision = gate("con_1", -9), gate("con_1", -1, Rank.DECISIONS)
    taken = plan(talk, decision, limits=[POSTS], paces=pace(7))
    assert [take.rank for take in taken.takes] == [Rank.DECISIONS]
    assert taken.next_at == NOW + 3 * SECOND
    assert plan(talk, limits=[POSTS], paces=pace(7, "con_2")).takes, "another's limit"
    assert plan(talk, limits=[UPDATES], paces=pace(7, limit=UPDATES)).takes, "not of messages"


def test_who_would_wait_long_is_looked_at_for_another_channel():
    [take] = plan(gate("con_1"), limits=[POSTS], paces=pace(900)).takes
    assert take.lanes == 100


def test_the_counters_of_talk_are_those_of_its_connections():
    gates = [gate("con_1"), gate("con_2", rank=Rank.DECISIONS)]
    each = Limit("to one person", Scope.RECIPIENT, 1, SECOND)
    assert talk_keys("slack", gates, [POSTS, UPDATES, each]) == {Key("slack", "posts", "con_1")}
