"""The whole suite as processes: start, wait until ready, kill one, start it again, stop all."""

from __future__ import annotations

import contextlib
import shlex
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from parley_suite import environment
from parley_suite.environment import HOST, Ports, Secrets
from parley_suite.process import Process, Sink

READY_SECONDS = 60.0
_POLL_SECONDS = 0.05


class NotReadyError(Exception):
    """A process ended or did not get ready in time; the message says which and what it said."""


class Suite:
    """Parley on this machine.

    Args:
        folder: Where databases are kept; made if missing.
        base: The environment to begin with, e.g. this process's own.
        with_sandbox: The sandbox stands in for Slack and Google.
        settings: More environment for all processes; wins over everything else.
    """

    def __init__(
        self,
        folder: Path,
        *,
        base: Mapping[str, str],
        ports: Ports | None = None,
        secrets: Secrets | None = None,
        with_sandbox: bool = True,
        settings: Mapping[str, str] | None = None,
        sink: Sink | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self.ports = ports or Ports.free()
        self.secrets = secrets or Secrets()
        self.settings = dict(settings or {})
        self.lines: list[str] = []
        self._base = dict(base)
        self._with_sandbox = with_sandbox
        self._sink = sink or self._keep_line
        self._commands = commands()
        self.processes: dict[str, Process] = {}

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://{HOST}:{self.ports.gateway}"

    @property
    def sandbox_url(self) -> str:
        """The sandbox's address."""
        return f"http://{HOST}:{self.ports.sandbox}"

    def environment_of(self, name: str) -> dict[str, str]:
        """What a process gets."""
        outside = environment.sandbox(self.ports) if self._with_sandbox else {}
        return {
            **self._base,
            **environment.shared(self.ports, self.secrets),
            **outside,
            **environment.database(name, self.folder, {**self._base, **self.settings}),
            **self.settings,
        }

    @property
    def names(self) -> list[str]:
        """The processes of this suite, in the order of the Procfile."""
        return [name for name in self._commands if self._with_sandbox or name != "sandbox"]

    def start(self, names: Sequence[str] | None = None) -> None:
        """Starts processes, all of them by default, without waiting."""
        for name in names or self.names:
            self.processes[name] = self.launched(name)

    def launched(self, name: str) -> Process:
        """A new process of that name."""
        command, env = self._commands[name], self.environment_of(name)
        return Process(name, command, env, self.folder, self._sink)

    def wait_until_ready(self, seconds: float = READY_SECONDS) -> None:
        """Returns once the gateway answers that it is ready, and the sandbox that it is up.

        Raises:
            NotReadyError: A process ended, or the time is over.
        """
        self.wait_for(f"{self.url}/readyz", seconds)
        if self._with_sandbox:
            self.wait_for(f"{self.sandbox_url}/healthz", seconds)

    def wait_for(self, url: str, seconds: float = READY_SECONDS) -> None:
        """Returns once a GET answers 200."""
        deadline = time.monotonic() + seconds
        with httpx.Client(timeout=2) as http:
            while time.monotonic() < deadline:
                self._check_alive()
                with contextlib.suppress(httpx.HTTPError):
                    if http.get(url).status_code == httpx.codes.OK:
                        return
                time.sleep(_POLL_SECONDS)
        raise NotReadyError(f"{url} did not answer 200 within {seconds:.0f} s\n{self._tail()}")

    def wait_until_connected(self, seconds: float = READY_SECONDS) -> None:
        """Returns once every channel is well, so that the first message finds its way.

        Raises:
            NotReadyError: One is not, after the time; the message holds what is known.
        """
        deadline = time.monotonic() + seconds
        headers = {"authorization": f"Bearer {self.secrets.admin_key}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=10) as http:
            while True:
                self._check_alive()
                found = http.get("/api/channels").json()
                unwell = [c for c in found["channels"] if c["status"] != "ok"]
                if not unwell:
                    return
                if time.monotonic() > deadline:
                    raise NotReadyError(f"not connected: {unwell}")
                time.sleep(_POLL_SECONDS)

    def _check_alive(self) -> None:
        for process in self.processes.values():
            if not process.is_running:
                raise NotReadyError(
                    f"{process.name} ended with status {process.status}\n{self._tail()}"
                )

    def kill(self, name: str) -> None:
        """Kills one process with SIGKILL."""
        self.processes.pop(name).kill()

    def stop(self, names: Sequence[str] | None = None) -> None:
        """Stops processes, all of them by default, the outer ones first."""
        for name in reversed(list(names or self.processes)):
            if process := self.processes.pop(name, None):
                process.stop()

    def _keep_line(self, name: str, line: str) -> None:
        self.lines.append(f"{name} | {line}")

    def _tail(self) -> str:
        return "\n".join(self.lines[-30:])


def commands() -> dict[str, list[str]]:
    """The Procfile's commands by name."""
    lines = (Path(__file__).parents[4] / "Procfile").read_text().splitlines()
    pairs = (line.split(":", 1) for line in lines if ":" in line and not line.startswith("#"))
    return {name.strip(): shlex.split(command) for name, command in pairs}
