"""A process dies at the place that it was told to, and nowhere else."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
from parley_kit import crash_points
crash_points.arm({at!r})
for name in ("here", "there", "here"):
    crash_points.reach(name)
    print(name, flush=True)
"""


def passes(at):
    command = [sys.executable, "-c", PROGRAM.format(at=at)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.split(), done.returncode


@pytest.mark.parametrize(
    ("at", "passed"),
    [
        ("here", []),
        ("here:1", []),
        ("here:2", ["here", "there"]),
        ("there", ["here"]),
    ],
)
def test_it_is_killed_at_the_place(at, passed):
    assert passes(at) == (passed, -signal.SIGKILL)


@pytest.mark.parametrize("at", ["", "elsewhere", "here:3"])
def test_elsewhere_nothing_happens(at):
    assert passes(at) == (["here", "there", "here"], 0)


def test_a_count_that_is_no_number_is_refused():
    _passed, status = passes("here:often")
    assert status == 1
