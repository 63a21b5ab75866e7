"""A disk that is full: refused, nothing lost, and by itself well again.

On SQLite it is full for one process: no file may be written beyond a size (`RLIMIT_FSIZE`), less than
a write-ahead log grows to. On PostgreSQL it really is, where the tests may mount a file system.
"""

import contextlib
import resource
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest
from tests.chaos.accounts import settled
from tests.chaos.databases import Postgres, durable_server
from tests.chaos.world import Talk, opened

pytestmark = pytest.mark.timeout(300)
FULL_BYTES = 1_000_000
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def test_a_full_disk_refuses_and_loses_nothing(worlds):
    world = worlds["sqlite"]
    with talking(world) as talk, full_for(world.fleet.processes["orchestrator"]):
        is_refused(world, talk)


def test_a_channel_whose_disk_is_full_sends_nothing_twice(worlds):
    world = worlds["sqlite"]
    with talking(world, channels=("slack",)), full_for(world.fleet.processes["slack"]):
        world.eventually(lambda: is_stuck(world), "sends fail", 60)


@contextlib.contextmanager
def full_for(process):
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (FULL_BYTES, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, UNLIMITED)


def is_stuck(world):
    sending = world.get("/api/deliveries", state="sending", limit=500)["deliveries"]
    queued = world.get("/api/deliveries", state="queued", limit=500)["deliveries"]
    return any(one["attempts"] for one in (*sending, *queued))


@pytest.mark.postgres
def test_a_full_disk_under_postgres(open_fleet):
    with small_disk(megabytes=200) as disk:
        server = durable_server(disk)
        server.start()
        world = opened(open_fleet(Postgres(server)))
        with talking(world) as talk:
            filler = disk / "filler"
            fill(filler)
            is_refused(world, talk)
            filler.unlink()
        world.close()
        world.fleet.close()
        server.stop()


@contextlib.contextmanager
def small_disk(megabytes):
    folder = Path(tempfile.mkdtemp(prefix="parley-disk-"))
    folder.chmod(0o755)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def fill(path: Path):
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 65_536)


@contextlib.contextmanager
def talking(world, **more):
    """Agents that talk meanwhile; in the end nothing is lost or doubled."""
    stopping = threading.Event()
    talk = Talk(world, stopping, pause_seconds=0.02, **more)
    talk.crowd.start()
    try:
        flows(world, talk)
        yield talk
        flows(world, talk)
    finally:
        stopping.set()
        talk.crowd.join()
    accounts = settled(world, talk.crowd.acknowledged, talk.arrived)
    talk.close()
    accounts.check(at_least=40)
    world.fleet.check_alive()


def is_refused(world, talk):
    """Agents get nothing but 503, for a while."""

    def stands_still():
        known = len(talk.crowd.acknowledged)
        answer = world.http.post(
            f"/api/sessions/{talk.session['id']}/messages",
            json={"text": "Is there room?"},
            headers=world.agent,
        )
        return answer.status_code == 503 and len(talk.crowd.acknowledged) == known

    world.eventually(stands_still, "the disk is full", 90)


def flows(world, talk, count=20):
    enough = len(talk.crowd.acknowledged) + count
    world.eventually(lambda: len(talk.crowd.acknowledged) >= enough, f"{count} more", 90)
