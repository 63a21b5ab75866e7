"""The suite in front of the fast fake: four processes, or more of one kind, on SQLite or PostgreSQL."""

import os
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.names import NameServer
from bench.processes import CpuMeter
from parley_suite.connecting import connect
from parley_suite.process import Process
from parley_suite.suite import Suite, commands

HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
SIGNING_SECRET = "bench-signing-secret"
HOPS = ("gateway", "orchestrator", "slack")


@dataclass
class Bench:
    """A running suite with an agent and one session a person, all of them on Slack."""

    suite: Suite
    agent: dict
    sessions: list

    def meter(self):
        """CPU of each process from now on."""
        return CpuMeter({name: process.pid for name, process in self.suite.processes.items()})


@contextmanager
def running_suite(provider, *, people=100, settings=None, folder=None, replicas=None):
    """The whole suite, Slack connected to the fake.

    Args:
        replicas: How many processes of a kind, e.g. ``{"slack": 2}``.
        folder: Where databases are; a new one by default, which is removed.
    """
    with _names(replicas or {}) as names, tempfile.TemporaryDirectory() as temporary:
        suite = Suite(Path(folder or temporary), base=os.environ, with_sandbox=False)  # noqa: TID251
        suite.settings.update(_settings(suite, provider, names, replicas or {}))
        suite.settings.update(settings or {})
        try:
            suite.start()
            suite.wait_until_ready()
            _start_replicas(suite, replicas or {})
            connect(suite.url, suite.secrets.admin_key, "slack", {})
            yield _seeded(suite, people)
        finally:
            with suppress(Exception):
                suite.stop()
            _show_problems(suite)


@contextmanager
def _names(replicas):
    names = NameServer({name: HOSTS[:count] for name, count in replicas.items()})
    try:
        yield names
    finally:
        names.close()


def _settings(suite, provider, names, replicas):
    found = {
        "SLACK_API_URL": f"{provider.url}/api/",
        "SLACK_AUTHORIZE_URL": f"{provider.url}/oauth/v2/authorize",
        "SLACK_CLIENT_ID": "bench",
        "SLACK_CLIENT_SECRET": "bench",
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "PARLEY_LOG_LEVEL": "warning",
        "PARLEY_MIGRATE_ON_START": "true",
    }
    ports = suite.ports
    if "slack" in replicas:
        slack = names.target("slack", ports.slack)
        found["PARLEY_CHANNELS"] = f"gmail=127.0.0.1:{ports.gmail},slack={slack}"
    if "orchestrator" in replicas:
        found["PARLEY_ORCHESTRATOR"] = names.target("orchestrator", ports.orchestrator)
    return found


def _start_replicas(suite, replicas):
    for kind, count in replicas.items():
        for host in HOSTS[1:count]:
            name = f"{kind}@{host}"
            environment = {**suite.environment_of(kind), "PARLEY_HOST": host}
            suite.processes[name] = Process(
                name, commands()[kind], environment, suite.folder, lambda *_line: None
            )
    if replicas:
        time.sleep(3)  # until the names were asked again


def _seeded(suite, people):
    admin = {"authorization": f"Bearer {suite.secrets.admin_key}"}
    with httpx.Client(base_url=suite.url, timeout=30) as http:
        _wait_for_slack(http, admin)
        agent = http.post("/api/agents", headers=admin, json={"name": "Bench"}).json()
        headers = {"authorization": f"Bearer {agent['key']}"}
        sessions = [_session(http, headers, number) for number in range(people)]
    return Bench(suite, headers, sessions)


def _session(http, headers, number):
    person = {"name": f"P{number}", "slack_user_id": slack_user(number), "slack_team_id": "T0BENCH"}
    user = http.post("/api/users", headers=headers, json=person).json()
    session = http.post("/api/sessions", headers=headers, json={"user_ids": [user["id"]]})
    return session.json()["id"]


def slack_user(number):
    """The Slack user of the session with this number."""
    return f"U{number:09}"


def _wait_for_slack(http, admin):
    for _ in range(300):
        channels = http.get("/api/channels", headers=admin).json()["channels"]
        if any(c["channel"] == "slack" and c["status"] == "ok" for c in channels):
            return
        time.sleep(0.1)
    raise SystemExit("Slack did not become usable")


def _show_problems(suite):
    problems = [line for line in suite.lines if "error" in line or "warning" in line]
    if problems:
        print("\n".join(line[:300] for line in problems[:10]), file=sys.stderr)
