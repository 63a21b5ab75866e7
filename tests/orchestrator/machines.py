"""What state machines share: a workshop, its time, and how long they run."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.orchestrator.fake_port import WENT_OUT
from tests.orchestrator.workshop import workshop

from parley_orchestrator.domain.delivery import Outcome, Result, State

RUNS = settings.get_profile("machines")
TIMED = pytest.mark.timeout(200 + 3 * RUNS.max_examples)
CHANNELS = st.sampled_from(["gmail", "slack"])
ASKED_TO_WAIT = "the provider says when"
LIMITED = Outcome(
    Result.NOT_SENT, "ratelimited", retry_after=timedelta(seconds=20), connection_id="con_1"
)
PASSING = [Result.NOT_SENT, Result.AMBIGUOUS, Result.RECONNECT, WENT_OUT, ASKED_TO_WAIT]
FEWEST_TURNS, MOST_TURNS = 12, 200
MOVING = {State.QUEUED, State.SENDING}
FAILURES = [*PASSING, Result.PERMANENT, Result.REJECTED]


class InALoop(RuleBasedStateMachine):
    """A workshop in an event loop of its own, as long as the machine runs.

    Attributes:
        taken: How many runs and steps there were, of all machines of a class.
    """

    taken: ClassVar = Counter()

    def __init_subclass__(cls):
        super().__init_subclass__()
        cls.taken = Counter()

    def __init__(self):
        super().__init__()
        self.taken["runs"] += 1
        self.loop = asyncio.new_event_loop()
        self._open = workshop()
        self.shop = self.run(self._open.__aenter__())

    def run(self, awaitable):
        return self.loop.run_until_complete(awaitable)

    def teardown(self):
        self.run(self._open.__aexit__(None, None, None))
        self.loop.close()

    @invariant()
    def it_took_a_step(self):
        self.taken["steps"] += 1

    @rule(seconds=st.sampled_from([0.2, 2, 6, 40, 200]))
    def time_passes(self, seconds):
        self.shop.clock.pass_by(seconds=seconds)

    def meets(self, channel, fates):
        """What the next deliveries on a channel meet."""
        self.shop.ports[channel].script.extend(
            LIMITED if fate == ASKED_TO_WAIT else fate for fate in fates
        )

    def calm_down(self):
        """No more trouble, and time enough for everything that waits."""
        shop = self.shop
        for port in (shop.gmail, shop.slack):
            port.script.clear()
            port.look_ups.clear()
        for name in ("gmail", "slack"):
            shop.channels.change(name, is_up=True, silent_since=None)
        shop.clock.pass_by(hours=24)  # the longest quiet time
        for turn in range(MOST_TURNS):
            if turn >= FEWEST_TURNS and not self._is_moving():
                break
            shop.clock.pass_by(minutes=10)
            self.run(shop.expire())
            for name in ("gmail", "slack"):
                self.run(shop.wake(name))
            self.run(shop.hand_on.again())
            self.run(shop.give_up())
            self.run(shop.flow("gmail", "slack"))

    def _is_moving(self):
        """Whether anything is on its way; a limit may let one message out at a time."""
        return any(one.state in MOVING for one in self.run(self.shop.deliveries()))
