"""The services' settings in containers: files in a shared volume, named like the variables.

What the operator set in `.env` is written there; secrets that nobody set are made once and kept;
and where no provider is configured, the sandbox stands in, as with `make run`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from parley_suite.environment import Secrets, stand_ins
from parley_suite.settings import needs_sandbox

OURS = ("PARLEY_", "SLACK_", "GMAIL_", "GOOGLE_", "SANDBOX_")
PASSWORD = "POSTGRES_PASSWORD"  # noqa: S105  # a variable's name
AGENT_KEY = "PARLEY_DEMO_AGENT_KEY"
GATEWAY, SANDBOX = "http://gateway:8000", "http://sandbox:8080"
ORCHESTRATOR = "orchestrator:50050"
PUBLIC_URL = "http://127.0.0.1:8000"
SANDBOX_URL = "http://127.0.0.1:8080"
_KEPT = ("PARLEY_SECRET_KEYS", "PARLEY_SERVICE_TOKEN", "PARLEY_ADMIN_KEY", PASSWORD)


def fresh_secrets() -> dict[str, str]:
    """Random values for what nobody has set."""
    own = Secrets()
    values = (own.keys, own.service_token, own.admin_key, secrets.token_urlsafe(24))
    return dict(zip(_KEPT, values, strict=True))


def wanted(
    given: Mapping[str, str], kept: Mapping[str, str], fresh: Mapping[str, str]
) -> dict[str, str]:
    """Every setting by name: what is given, before what is kept, before what is fresh."""
    passed = {name: value for name, value in given.items() if name.startswith(OURS) and value}
    secret = {name: given.get(name) or kept.get(name) or fresh[name] for name in _KEPT}
    outside = _demo(given, kept) if needs_sandbox(given) else {}
    password = quote(secret[PASSWORD], safe="")
    database = {"DATABASE_URL": f"postgresql://parley:{password}@postgres:5432/parley"}
    return {**outside, **passed, **secret, **database}


def _demo(given: Mapping[str, str], kept: Mapping[str, str]) -> dict[str, str]:
    seen = given.get("SANDBOX_PUBLIC_URL") or SANDBOX_URL
    gateway = given.get("PARLEY_PUBLIC_URL") or PUBLIC_URL
    agent = {AGENT_KEY: kept[AGENT_KEY]} if AGENT_KEY in kept else {}
    demo = {"PARLEY_DEMO": "true", "SANDBOX_PUBLIC_URL": seen, **agent}
    return {**stand_ins(SANDBOX, seen, gateway.rstrip("/")), **demo}


def read(folder: Path) -> dict[str, str]:
    """What an earlier start has written."""
    files = (path for path in folder.iterdir() if path.is_file() and _is_ours(path.name))
    return {path.name: path.read_text() for path in files}


def write(folder: Path, values: Mapping[str, str]) -> None:
    """Makes the folder hold these settings and no other; only the services' user reads them."""
    before = read(folder)
    for name in before.keys() - values.keys():
        (folder / name).unlink()
    for name, value in values.items():
        if before.get(name) != value:
            _replace(folder / name, value)


def _replace(path: Path, value: str) -> None:
    half = path.with_name(f".{path.name}")  # a service that starts now must not read half of it
    half.touch(mode=0o600)
    half.write_text(value)
    half.replace(path)


def _is_ours(name: str) -> bool:
    return name.startswith(OURS) or name in {PASSWORD, "DATABASE_URL"}
