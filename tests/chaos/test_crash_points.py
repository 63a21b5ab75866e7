"""Killed at every named place: nothing lost, nothing twice, and the work goes on soon."""

import re
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.chaos.crash_table import CRASHES
from tests.chaos.fleet import EndedError
from tests.chaos.later import at_once
from tests.chaos.recovery import RECOVERY_SECONDS, created_at, figures_of, moments_after

from parley_kit.clock import utc_now

ROOT = Path(__file__).resolve().parents[2]
REACH = re.compile(r'crash_points\.reach\("([a-z._]+)"\)')


def points_in_code():
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*/src/*.py"]
    files = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / line for line in files.stdout.splitlines()]
    return [name for path in paths if path.exists() for name in REACH.findall(path.read_text())]


def test_the_table_names_every_place_of_the_code_and_no_other():
    found = points_in_code()
    assert len(found) == len(set(found)), "a name stands twice in the code"
    assert set(found) == {crash.point for crash in CRASHES}


@pytest.fixture
def only(request):
    """The places that the command line asks for; none for all."""
    return set(filter(None, request.config.getoption("--chaos-points").split(",")))


@pytest.mark.timeout(1800)
def test_killed_at_each_place(worlds, later, is_long, only):
    """In the bounded run each place on one engine only, in turns."""

    def kill_at_each(engine):
        turn = list(worlds).index(engine)
        for number, crash in enumerate(CRASHES):
            is_ours = number % len(worlds) == turn and not crash.is_slow
            if crash.point in only if only else is_long or is_ours:
                play(worlds[engine], crash, f"slack9{number:02}", later)

    at_once(kill_at_each, **{engine: engine for engine in worlds})


def play(world, crash, mark, later):
    """One scene with a death in it; what must be true in the end is checked when there is time."""
    fleet = world.fleet
    name = f"{crash.point} in {crash.victim} on {fleet.database.name}"
    scene = crash.scene(world, mark)
    scene.prepare()
    set_trap(fleet, crash)
    with ThreadPoolExecutor(1) as pool:
        acting = pool.submit(scene.act)
        try:
            status = fleet.processes[crash.victim].wait(45)
        except TimeoutError as error:
            raise AssertionError(f"{name}: was not reached") from error
        died_at = utc_now()
        fleet.start([crash.victim])
        fleet.ready(crash.victim)
        back_at = utc_now()
        acting.result(60)
    assert status == -signal.SIGKILL, f"{name}: ended with {status}"
    later.check(name, lambda: check(world, scene, died_at, back_at))


def set_trap(fleet, crash):
    """Starts the victim so that it dies there; again where late work of before set the trap off."""
    for _ in range(5):
        fleet.kill(crash.victim)
        fleet.start_as(crash.victim, PARLEY_CRASH_AT=crash.point)
        try:
            fleet.ready(crash.victim)
        except EndedError:
            if fleet.processes[crash.victim].status != -signal.SIGKILL:
                raise  # it did not even start
        else:
            return
    raise AssertionError(f"{crash.point} is reached before anything is asked for")


def check(world, scene, died_at, back_at):
    scene.check()
    for subject in scene.subjects():
        for delivery in world.deliveries(subject):
            resumed_at = min(moments_after(died_at, delivery), default=None)
            if resumed_at is None or is_disturbed(world.fleet, back_at, resumed_at):
                continue
            waited = (resumed_at - max(back_at, created_at(delivery))).total_seconds()
            world.recoveries.append(waited)
            assert waited <= RECOVERY_SECONDS, f"{waited:.1f} s: {delivery}"


def is_disturbed(fleet, since, until):
    """Whether the next scene's kill came in between."""
    return any(since < at < until for at in fleet.interrupted_at)


@pytest.mark.last
@pytest.mark.timeout(300)
def test_the_work_went_on_soon(shared_worlds, later, is_long, only, keep):
    """Each was measured when it was checked; a slow machine measures few, and still passes."""
    later.collect()
    if only:
        return
    for engine, world in shared_worlds.items():
        waits = world.recoveries
        keep("crash-points", engine, {"places": len(CRASHES), **figures_of(waits)})
        assert len(waits) >= (5 if is_long else 1), f"{engine}: hardly any recovery was measured"
