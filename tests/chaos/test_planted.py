"""Guards the checkers: each bug that is planted is caught by the test that is there for it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.chaos import planting
from tests.chaos.catchers import CATCHES

ROOT = Path(__file__).resolve().parents[2]
TABLE_ROW = re.compile(r"^\| `([a-z0-9_]+)` \| ([^|]+) \| `([^`]+)` \|$", re.MULTILINE)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "catch",
    [
        pytest.param(one, id=one.bug, marks=() if one.is_quick else pytest.mark.long)
        for one in CATCHES
    ],
)
def test_a_planted_bug_is_caught(catch, tmp_path, keep):
    done = run(tmp_path, catch.by, PLANTED=catch.bug)
    output = done.stdout + done.stderr
    assert done.returncode == 1, f"it was not caught, or nothing ran:\n{output[-3000:]}"
    assert " failed" in output, output[-3000:]
    assert re.search(catch.says, output), f"something else failed:\n{output[-6000:]}"
    keep("planted", catch.bug, {"caught_by": shown(catch)})


def run(folder, arguments, **environment):
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "tests.chaos.planted_plugin"]
    return subprocess.run(
        [*command, f"--basetemp={folder / 'run'}", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},  # noqa: TID251  # as we run
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_bug_can_be_planted():
    """In the code as it is now, whether or not its catcher runs today."""
    program = """
from tests.chaos import planting
planting.load_everything()
for bug in planting.BUGS:
    planting.plant(f"{bug}=1" if bug in planting.ODDITIES else bug)
print(len(planting.BUGS))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == str(len(planting.BUGS)), done.stderr


def test_every_bug_has_a_catcher_and_the_readme_lists_them_all():
    assert {one.bug for one in CATCHES} == set(planting.BUGS) - planting.ODDITIES
    text = (ROOT / "tests/chaos/README.md").read_text()
    listed = TABLE_ROW.findall(text)
    assert listed == [(one.bug, one.meaning, shown(one)) for one in CATCHES]


def shown(catch):
    """The catcher's arguments that say which test it is."""
    return " ".join(word for word in catch.by if not word.startswith("--chaos-patience"))
