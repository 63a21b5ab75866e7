"""What a worker takes at which gate."""

from datetime import UTC, datetime, timedelta

from parley_orchestrator.domain.breaker import Breaker, BreakerState
from parley_orchestrator.domain.claiming import Gate, plan_claims

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def gate(name, seconds=0):
    return Gate(name, NOW + timedelta(seconds=seconds))


def breaker(connection_id, seconds, channel="slack"):
    until = NOW + timedelta(seconds=seconds)
    return Breaker(channel, connection_id, BreakerState.OPEN, until, 1, "timeout")


def plan(*gates, breakers=(), lanes=100):
    known = {(one.channel, one.connection_id): one for one in breakers}
    return plan_claims("slack", gates, known, NOW, lanes=lanes, per_lane=10)


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


def test_nothing_passes_an_open_breaker_and_others_flow():
    taken = plan(gate("con_1"), gate("con_2"), breakers=[breaker("con_1", 20)])
    assert [take.gate for take in taken.takes] == ["con_2"]
    assert taken.next_at == NOW + 20 * SECOND


def test_one_probe_passes_when_the_time_is_over():
    shut = breaker("con_1", 0)
    [take] = plan(gate("con_1"), breakers=[shut]).takes
    assert (take.lanes, take.per_lane, take.probes) == (1, 1, shut)


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
