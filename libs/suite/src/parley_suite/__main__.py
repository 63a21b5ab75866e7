"""``make run``: the suite on this machine, connected and seeded, until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import time
from pathlib import Path

from parley_suite import demo, settings
from parley_suite.connecting import ConnectError, connect_all
from parley_suite.environment import HOST, Ports
from parley_suite.greeting import greeting
from parley_suite.suite import NotReadyError, Suite

FOLDER = Path(".run")
_WATCH_SECONDS = 0.5
_HOW_TO_END = "Ctrl-C stops everything; data stays in .run, `make clean` forgets it."


def main() -> int:
    """Runs until a signal or until a process ends; answers the exit status."""
    given = settings.environment(Path(".env"))
    with_sandbox = settings.needs_sandbox(given)
    suite = Suite(
        FOLDER / "data",
        base=given,
        ports=Ports(),
        secrets=demo.load_secrets(FOLDER / "secrets.json"),
        with_sandbox=with_sandbox,
        settings=_settings(with_sandbox=with_sandbox),
        sink=_print_line,
    )
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        _start(suite, with_sandbox=with_sandbox)
        return _watch(suite, stopping)
    except (NotReadyError, ConnectError) as error:
        print(f"\nParley could not start: {error}", file=sys.stderr)  # noqa: T201
        return 1
    finally:
        suite.stop()


def _settings(*, with_sandbox: bool) -> dict[str, str]:
    found = {"PARLEY_LOG_FORMAT": "text", "NO_COLOR": "1", "PARLEY_LOG_LEVEL": "warning"}
    return {**found, "PARLEY_DEMO": "true"} if with_sandbox else found


def _start(suite: Suite, *, with_sandbox: bool) -> None:
    began = time.monotonic()
    path = FOLDER / "demo.json"
    known = demo.load_demo(path)
    suite.start([name for name in suite.names if name != "gateway"])
    agent_key = known.agent_key if known else _create_agent(suite)
    if with_sandbox:
        suite.settings["PARLEY_DEMO_AGENT_KEY"] = agent_key
    suite.start(["gateway"])
    suite.wait_until_ready()
    if with_sandbox:
        connect_all(suite.url, suite.secrets.admin_key)
        suite.wait_until_connected()
    known = known or demo.seed(suite.url, suite.secrets.admin_key, agent_key, path)
    token = demo.user_token(suite.url, suite.secrets.admin_key, known.user_id)
    seconds = time.monotonic() - began
    sandbox_url = suite.sandbox_url if with_sandbox else ""
    told = greeting(suite.url, sandbox_url, known, token, suite.secrets.admin_key)
    print(f"Parley is ready after {seconds:.1f} s.\n\n{told}\n\n{_HOW_TO_END}", flush=True)  # noqa: T201


def _create_agent(suite: Suite) -> str:
    address = f"{HOST}:{suite.ports.orchestrator}"
    return asyncio.run(demo.create_agent(address, suite.secrets.service_token))


def _watch(suite: Suite, stopping: threading.Event) -> int:
    while not stopping.wait(_WATCH_SECONDS):
        for process in suite.processes.values():
            if not process.is_running:
                print(f"{process.name} ended with status {process.status}", file=sys.stderr)  # noqa: T201
                return 1
    return 0


def _print_line(name: str, line: str) -> None:
    print(f"{name:<12} | {line}", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
