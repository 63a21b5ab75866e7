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
from parley_suite.environment import Ports
from parley_suite.suite import NotReadyError, Suite

FOLDER = Path(".run")
_WATCH_SECONDS = 0.5
_QUESTION = '{"prompt": "Deploy **1.0** to production?", "kind": "approval", "delivery": "all"}'


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
    agent_key = known.agent_key if known else asyncio.run(demo.create_agent(suite))
    if with_sandbox:
        suite.settings["PARLEY_DEMO_AGENT_KEY"] = agent_key
    suite.start(["gateway"])
    suite.wait_until_ready()
    if with_sandbox:
        connect_all(suite.url, suite.secrets.admin_key)
    known = known or demo.seed(suite.url, suite.secrets.admin_key, agent_key, path)
    token = demo.user_token(suite.url, suite.secrets.admin_key, known.user_id)
    _greet(suite, known, token, time.monotonic() - began, with_sandbox=with_sandbox)


def _greet(
    suite: Suite, known: demo.Demo, token: str, seconds: float, *, with_sandbox: bool
) -> None:
    lines = [
        f"Parley is ready after {seconds:.1f} s.",
        "",
        f"  Web chat, signed in as Ann   {suite.url}/#token={token}",
        f"  Operator's console           {suite.url}/console   (admin key below)",
        f"  API reference                {suite.url}/docs",
    ]
    if with_sandbox:
        lines.append(f"  Ann's Slack and mailbox      {suite.sandbox_url}/")
    lines += [
        "",
        f"  agent key  {known.agent_key}",
        f"  admin key  {suite.secrets.admin_key}",
        f"  session    {known.session_id}   with {known.user_id}",
        "",
        "Ask Ann something (or press a button in the web chat):",
        "",
        f"  curl {suite.url}/api/sessions/{known.session_id}/feedback-requests \\",
        f"    -H 'Authorization: Bearer {known.agent_key}' -H 'Content-Type: application/json' \\",
        f"    -d '{_QUESTION}'",
        "",
        "Ctrl-C stops everything; data stays in .run, `make clean` forgets it.",
    ]
    print("\n".join(lines), flush=True)  # noqa: T201


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
