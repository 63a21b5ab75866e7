"""What goes wrong, when: drawn from a seed, so that a run can be repeated."""

import random
import time
from collections import Counter

from tests.chaos.journal import SENDS

FLOW_SECONDS = 8
VICTIMS = ("orchestrator", "slack", "gmail", "gateway")
FAULTS = (
    {"kind": "drop_after_accept", "count": 2},
    {"kind": "drop_after_accept", "count": 1},
    {"kind": "error", "count": 2},
    {"kind": "latency", "count": 3, "seconds": 0.5},
    {"kind": "down", "seconds": 0.5},
)
LASTING = ({"kind": "rate_limit", "count": 2, "seconds": 1},)


class Trouble:
    """Kills, database breakdowns and providers' faults, one after the other.

    Args:
        lasts: Messages go out between two kills, and a provider may say "too fast". That opens
            breakers and wakes limits: for minutes, everything is slow afterwards.

    Attributes:
        happened: How often each; ``busy`` counts the kills and breakdowns that met a call under
            way, ``met sends`` the rounds after which messages went out before the next one.
    """

    def __init__(self, world, crowd, seed, *, lasts=False):
        self.world = world
        self.fleet = world.fleet
        self.crowd = crowd
        self.chance = random.Random(seed)
        self.seed = seed
        self.lasts = lasts
        self._faults = (*FAULTS, *LASTING) if lasts else FAULTS
        self.happened = Counter()
        self._turn = 0

    def happen(self):
        """A fault of a provider's, and then a kill, or a breakdown at every fifth time."""
        self._turn += 1
        self.make_fault()
        self.rest(0.1, 0.6)
        if self._turn % 5:
            self.kill()
        else:
            self.break_database()
        if self.lasts:
            self.flow()
        else:
            self.rest(0.1, 0.6)

    def flow(self):
        """Returns when some messages went out again."""
        journal = self.world.journal_read
        enough = journal.read().asked + self.chance.randint(1, 6)
        deadline = time.monotonic() + FLOW_SECONDS
        while journal.read().asked < enough and time.monotonic() < deadline:
            time.sleep(0.1)
        self.happened["met sends"] += journal.asked >= enough

    def lose_an_answer(self):
        """What a provider took and did not confirm: for certain, however slow the machine is."""
        journal = self.world.journal_read
        known = journal.read().lost_answers
        self.world.fault("slack", "drop_after_accept", count=1, call=SENDS["slack"])
        self.world.eventually(lambda: journal.read().lost_answers > known, "an answer is lost", 60)

    def end(self):
        """Faults are over; what was killed is back already."""
        self.world.clear_faults()

    def kill(self):
        name = self.chance.choice(VICTIMS)
        self._note_busy()
        self.fleet.crash(name, self.chance.uniform(0, 0.3))
        self.happened["kills"] += 1
        self.happened[f"kill {name}"] += 1

    def break_database(self):
        self._note_busy()
        self.fleet.database.break_down(self.fleet, self.chance)
        self.happened["database breakdowns"] += 1

    def make_fault(self):
        fault = self.chance.choice(self._faults)
        channel = self.chance.choice(("slack", "gmail"))
        if fault["kind"] == "drop_after_accept":
            fault = {**fault, "call": SENDS[channel]}
        self.world.fault(channel, **fault)
        self.happened[f"fault {fault['kind']}"] += 1

    def _note_busy(self):
        """A kill meets a call, if one comes soon."""
        deadline = time.monotonic() + 1
        while not self.crowd.is_busy and time.monotonic() < deadline:
            time.sleep(0.005)
        self.happened["busy"] += self.crowd.is_busy

    def rest(self, least, most):
        time.sleep(self.chance.uniform(least, most))

    @property
    def deaths(self):
        """Kills, and breakdowns of the database."""
        return self.happened["kills"], self.happened["database breakdowns"]

    def report(self):
        return {"seed": self.seed, **self.happened}
