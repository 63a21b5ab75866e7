"""Parley against job queues of the field that do the same final call, each as fast as we could make it.

They run in an environment of their own, which is made on first use from bench/rivals/requirements.txt.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import free_port

from bench.engines import postgres
from bench.load import single_load
from bench.provider import fake_slack
from bench.results import write
from bench.rounds import ROUNDS, SECONDS, Rounds, through_suite
from bench.suites import running_suite

ROOT = Path(__file__).parents[1]
ENVIRONMENT = ROOT / ".run/rivals"
LISTED = ROOT / "bench/rivals/requirements.txt"
APPS = "bench.rivals"
CELERY = ["-m", "celery", "-A", f"{APPS}.celery_app", "worker", "-c2", "-lERROR"]
CELERY += ["--without-gossip", "--without-mingle", "--without-heartbeat"]


@dataclass(frozen=True)
class Rival:
    """One queue: the program that asks, the workers beside it, and how many messages a round."""

    app: str
    messages: int
    worker: tuple = ()
    redis: tuple = ()
    settings: tuple = ()
    is_on_postgres: bool = False

    def prepared(self, run):
        if self.app == "procrastinate_app":
            run("prepare").wait()


RIVALS = {
    "celery": Rival("celery_app", 3_000, tuple(CELERY), ("--save", "")),
    "celery_durable": Rival(
        "celery_app",
        2_000,
        tuple(CELERY),
        ("--save", "", "--appendonly", "yes", "--appendfsync", "everysec"),
        (("BENCH_DURABLE", "1"),),
    ),
    "taskiq": Rival(
        "taskiq_app",
        8_000,
        ("-m", "taskiq", "worker", f"{APPS}.taskiq_app:broker", "--log-level", "ERROR"),
        ("--save", ""),
    ),
    "procrastinate": Rival(
        "procrastinate_app",
        1_500,
        ("-m", f"{APPS}.procrastinate_app", "work"),
        is_on_postgres=True,
    ),
    "dbos": Rival("dbos_app", 600, is_on_postgres=True),
}


def measure(names=tuple(RIVALS), rounds=ROUNDS, seconds=SECONDS):
    python = _environment()
    with ExitStack() as stack:
        server = stack.enter_context(postgres())
        provider = stack.enter_context(fake_slack())
        bench = stack.enter_context(running_suite(provider))
        running = {
            name: stack.enter_context(_running(RIVALS[name], python, server, provider))
            for name in names
        }
        single_load(bench, 2, 64)
        turns = Rounds(provider)
        for _ in range(rounds):
            turns.measure("parley", lambda: _parley(bench, provider, seconds))
            for name, ask in running.items():
                turns.measure(name, lambda ask=ask: ask())
    write("comparison", _result(turns))


def _result(turns):
    found = {"bare_slack_sdk": turns.yardstick()}
    for name in turns.series:
        found[name] = turns.figures(name)
        if name != "parley":
            found[name]["parley_is_times"] = turns.ratios_between("parley", name)
    return found


def _parley(bench, provider, seconds):
    return through_suite(bench, provider, lambda: single_load(bench, seconds))


@contextmanager
def _running(rival, python, server, provider):
    """Its broker and its workers; yields what asks for one round of messages."""
    with ExitStack() as stack:
        settings = {"BENCH_SLACK": f"{provider.url}/api/", **dict(rival.settings)}
        if rival.redis:
            settings["BENCH_REDIS"] = stack.enter_context(_redis(rival.redis))
        if rival.is_on_postgres:
            settings["BENCH_POSTGRES"] = server.new_database()

        def run(*arguments):
            return _started(python, settings, "-m", f"{APPS}.{rival.app}", *arguments)

        rival.prepared(run)
        if rival.worker:
            worker = _started(python, settings, *rival.worker)
            stack.callback(_ended, worker)
        _asked(run, provider, 20)  # until the workers are there
        yield lambda: (_asked(run, provider, rival.messages), {})


def _asked(run, provider, count):
    """Messages a second from the first to the last at the provider."""
    provider.settle()
    program = run(str(count))
    now = provider.drained(count)
    if program.wait() or now["posted"] < count:
        raise SystemExit(f"of {count} only {now['posted']} arrived")
    return now["posted"] / (now["last"] - now["first"])


@contextmanager
def _redis(options):
    if shutil.which("redis-server") is None:
        raise SystemExit("the comparison needs Redis: `apt-get install redis-server`")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        server = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
        time.sleep(1)
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            _ended(server)


def _started(python, settings, *arguments):
    inherited = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}  # noqa: TID251
    environment = {**inherited, **settings, "C_FORCE_ROOT": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [python, *arguments], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
    )


def _ended(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment():
    python = ENVIRONMENT / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    install = [str(python), "-m", "pip", "install", "-q", "-r", str(LISTED)]
    subprocess.run(install, check=True)
    return str(python)


if __name__ == "__main__":
    measure()
