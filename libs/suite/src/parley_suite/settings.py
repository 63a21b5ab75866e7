"""What the runner reads from its own environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

PROVIDERS = ("SLACK_CLIENT_ID", "GMAIL_CLIENT_ID")


def environment(env_file: Path) -> dict[str, str]:
    """This process's environment over what `.env` sets."""
    return {**_from_file(env_file), **os.environ}  # noqa: TID251  # this is the settings module


def needs_sandbox(given: Mapping[str, str]) -> bool:
    """Whether no provider is configured, so that the sandbox stands in."""
    return not any(given.get(name) for name in PROVIDERS)


def _from_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs if value.strip()}
