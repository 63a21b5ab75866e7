"""The rules of delivery and decision, thousands of times in chance order."""

import time

import pytest
from hypothesis.stateful import run_state_machine_as_test
from tests.orchestrator.machines import RUNS
from tests.orchestrator.test_decision_machine import Decisions
from tests.orchestrator.test_delivery_machine import Deliveries

pytestmark = [pytest.mark.long, pytest.mark.timeout(5_400)]


@pytest.mark.parametrize("machine", [Deliveries, Decisions])
def test_no_order_of_events_breaks_a_rule(machine, keep):
    """What the bounded run does a few times, and always in the same order.

    Hypothesis ends many a run early: 3,000 runs are as many steps as 2,000 whole ones.
    """
    began = time.monotonic()
    run_state_machine_as_test(machine, settings=RUNS)
    figures = {**machine.taken, "seconds": round(time.monotonic() - began)}
    keep("machines", machine.__name__.lower(), figures)
    assert machine.taken["runs"] >= RUNS.max_examples
    assert machine.taken["steps"] >= 2 / 3 * RUNS.max_examples * RUNS.stateful_step_count
