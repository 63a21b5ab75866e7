"""Compose's one-shot jobs: ``python -m parley_suite.containers settings|agent|connect``."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import httpx

from parley_suite import demo, settings
from parley_suite.connecting import ConnectError, connect_all
from parley_suite.containers import settings_files as files
from parley_suite.containers.database import FIRST_PASSWORD, ClaimError, claim
from parley_suite.greeting import greeting
from parley_suite.suite import READY_SECONDS, NotReadyError

FOLDER = Path("/run/secrets")
DEMO = FOLDER / "demo.json"
DATABASE = "host=postgres dbname=parley user=parley"
_POLL_SECONDS = 0.2


def write_settings() -> None:
    """Writes every service's settings, and makes the database's password our own."""
    given, kept = settings.environment(Path(".env")), files.read(FOLDER)
    values = files.wanted(given, kept, files.fresh_secrets())
    files.write(FOLDER, values)
    earlier = [kept[files.PASSWORD]] if files.PASSWORD in kept else []
    claim(DATABASE, values[files.PASSWORD], [*earlier, FIRST_PASSWORD])


def create_agent() -> None:
    """Creates the demo's agent, once, before the gateway reads its key."""
    kept = files.read(FOLDER)
    if "PARLEY_DEMO" not in kept or files.AGENT_KEY in kept:
        return
    known = demo.load_demo(DEMO)
    key = known.agent_key if known else _new_agent(kept["PARLEY_SERVICE_TOKEN"])
    files.write(FOLDER, {**kept, files.AGENT_KEY: key})


def _new_agent(service_token: str) -> str:
    return asyncio.run(demo.create_agent(files.ORCHESTRATOR, service_token))


def connect() -> None:
    """Connects the sandbox's Slack and Gmail, seeds a conversation, and says where to look."""
    kept = files.read(FOLDER)
    if "PARLEY_DEMO" not in kept:
        print("A provider is configured in .env, so the sandbox is not used.")  # noqa: T201
        return
    public_url = kept.get("PARLEY_PUBLIC_URL", files.PUBLIC_URL).rstrip("/")
    sandbox_url = kept["SANDBOX_PUBLIC_URL"]
    for url in (f"{files.GATEWAY}/readyz", f"{files.SANDBOX}/healthz"):
        _wait_for(url)
    admin_key = kept["PARLEY_ADMIN_KEY"]
    routes = {public_url: files.GATEWAY, sandbox_url: files.SANDBOX}
    connect_all(files.GATEWAY, admin_key, routes)
    known = demo.load_demo(DEMO)
    known = known or demo.seed(files.GATEWAY, admin_key, kept[files.AGENT_KEY], DEMO)
    token = demo.user_token(files.GATEWAY, admin_key, known.user_id)
    told = greeting(public_url, sandbox_url, known, token, admin_key)
    print(f"Parley is ready.\n\n{told}", flush=True)  # noqa: T201


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=2).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(_POLL_SECONDS)
    raise NotReadyError(f"{url} did not answer 200 within {READY_SECONDS:.0f} s")


JOBS = {"settings": write_settings, "agent": create_agent, "connect": connect}


def main(arguments: list[str]) -> int:
    """Runs one job; answers the exit status."""
    if len(arguments) != 1 or arguments[0] not in JOBS:
        sys.stderr.write(f"usage: python -m parley_suite.containers {'|'.join(JOBS)}\n")
        return 2
    try:
        JOBS[arguments[0]]()
    except (ClaimError, ConnectError, NotReadyError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
