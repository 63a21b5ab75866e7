"""The suite as processes that can be killed, paused, crashed at a named place, and replicated."""

import os
import time
from contextlib import contextmanager

import grpc
import httpx
from grpc_health.v1 import health_pb2, health_pb2_grpc
from tests.name_server import NameServer

from parley_kit.clock import utc_now
from parley_suite.environment import Ports
from parley_suite.suite import Suite

LEASE_SECONDS = 2.0
SETTINGS = {
    "PARLEY_LOG_LEVEL": "info",
    "PARLEY_LOG_FORMAT": "json",
    "PARLEY_LEASE_SECONDS": str(LEASE_SECONDS),
    "PARLEY_ACK_SECONDS": "4",
    "PARLEY_WEBHOOK_ALLOW_PRIVATE": "true",
    "GMAIL_POLL_SECONDS": "1",
    "SANDBOX_SLACK_ROTATION": "true",
    "SANDBOX_SLACK_RETRY_SECONDS": "[0, 0.5, 1, 2, 4]",
}
KINDS = ("orchestrator", "gmail", "slack", "gateway")


class EndedError(AssertionError):
    """A process ended before it served."""


class Fleet(Suite):
    """A suite on a database, forked from a template.

    Args:
        replicas: So many of each service, each on its own loopback address: ``orchestrator``,
            ``orchestrator/2`` …; they find each other by names, as containers do.
    """

    def __init__(self, template, folder, database, *, replicas=1, settings=None):
        everything = {**SETTINGS, **database.settings(), **(settings or {})}
        super().__init__(folder, base=os.environ, settings=everything)  # noqa: TID251
        self.database = database
        self.replicas = replicas
        self._template = template
        self._special = {}
        self.interrupted_at = []
        self._names = None
        self._http = httpx.Client(timeout=2, limits=httpx.Limits(max_keepalive_connections=0))
        if replicas > 1:
            self._names = NameServer([_host(n) for n in range(1, replicas + 1)])
            self.settings |= _by_name(self.ports, self._names.address)

    @property
    def names(self):
        more = [f"{kind}/{n}" for kind in KINDS for n in range(2, self.replicas + 1)]
        return [*super().names, *more]

    def launched(self, name):
        kind, _, number = name.partition("/")
        env = self.environment_of(kind) | {"PARLEY_HOST": _host(int(number or 1))}
        env |= self._special.get(name, {})
        log = self.folder / f"{name.replace('/', '-')}.log"
        return self._template.start(f"parley_{kind}", env=env, folder=self.folder, log=log)

    def kill(self, name):
        self.interrupted_at.append(utc_now())
        super().kill(name)

    def start_as(self, name, **env):
        """Starts one process with more environment; the next start is an ordinary one again."""
        self._special[name] = env
        try:
            self.start([name])
        finally:
            del self._special[name]

    def crash(self, name, pause_seconds=0.0):
        """Kills one process, and starts it again."""
        self.kill(name)
        time.sleep(pause_seconds)
        self.start([name])

    def ready(self, name, seconds=30):
        """Returns once the process serves; answers the seconds it took."""
        began = time.monotonic()
        while not self._serves(name):
            process = self.processes[name]
            if not process.is_running:
                raise EndedError(f"{name} ended with {process.status}\n{self._tail()}")
            assert time.monotonic() - began < seconds, f"{name} does not serve\n{self._tail()}"
            time.sleep(0.05)
        return time.monotonic() - began

    def all_ready(self):
        for name in self.names:
            if name != "sandbox":
                self.ready(name)
        self.wait_for(f"{self.sandbox_url}/healthz")

    def check_alive(self):
        """What we did not kill is still there."""
        ended = {name: p.status for name, p in self.processes.items() if not p.is_running}
        assert not ended, f"ended by themselves: {ended}\n{self._tail()}"

    def check_logs(self):
        """Nothing broke in a way that nobody had foreseen."""
        assert not self.problems(), "\n".join(self.problems()[:5])

    def problems(self):
        """Log lines of errors, and stack traces."""
        return [
            f"{log.stem} | {line[:1000]}"
            for log in sorted(self.folder.glob("*.log"))
            for line in log.read_text(errors="replace").splitlines()
            if '"level": "error"' in line or line.startswith(("Traceback", "Task exception"))
        ]

    def url_of(self, name):
        """Where a gateway answers."""
        return f"http://{_host(int(name.partition('/')[2] or 1))}:{self.ports.gateway}"

    def _serves(self, name):
        kind, _, number = name.partition("/")
        if kind == "gateway":
            try:
                return self._http.get(f"{self.url_of(name)}/readyz").is_success
            except httpx.HTTPError:
                return False
        return _is_healthy(f"{_host(int(number or 1))}:{getattr(self.ports, kind)}")

    def pids(self):
        return {name: process.pid for name, process in self.processes.items()}

    @contextmanager
    def paused(self, name):
        """A process that is frozen meanwhile, as on a machine that sleeps."""
        self.processes[name].pause()
        try:
            yield
        finally:
            self.processes[name].resume()

    def close(self):
        for process in self.processes.values():
            process.kill()
        self.processes.clear()
        self._http.close()
        if self._names is not None:
            self._names.close()

    def _tail(self):
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(
            f"{log.stem:<12} | {line[:400]}"
            for log in logs
            for line in log.read_text(errors="replace").splitlines()[-8:]
        )


def _host(number):
    return f"127.0.0.{number}"


def _by_name(ports: Ports, name_server):
    def at(kind):
        return f"dns://{name_server}/{kind}.test:{getattr(ports, kind)}"

    return {
        "PARLEY_ORCHESTRATOR": at("orchestrator"),
        "PARLEY_CHANNELS": f"gmail={at('gmail')},slack={at('slack')}",
    }


def _is_healthy(address):
    with grpc.insecure_channel(address) as channel:
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(
                health_pb2.HealthCheckRequest(), timeout=1
            )
        except grpc.RpcError:
            return False
        return answer.status == health_pb2.HealthCheckResponse.SERVING
