"""What the client reads from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from parley_client.errors import ParleyError

DEFAULT_URL = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class ClientSettings:
    """Where Parley is, and who calls."""

    url: str
    key: str = field(repr=False)


def client_settings(url: str | None = None, key: str | None = None) -> ClientSettings:
    """What is given, else ``PARLEY_URL`` (this machine without it) and ``PARLEY_AGENT_KEY``.

    Raises:
        ParleyError: There is no key, or the URL is none.
    """
    given = os.environ  # noqa: TID251  # this is the settings module
    url = url or given.get("PARLEY_URL") or DEFAULT_URL
    key = key or given.get("PARLEY_AGENT_KEY") or ""
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise ParleyError("bad_url", f"PARLEY_URL must be like {DEFAULT_URL}, not {url!r}.")
    if not key.isascii() or not key.isprintable():
        raise ParleyError("bad_key", "PARLEY_AGENT_KEY holds characters that no key has.")
    if not key:
        raise ParleyError(
            "no_key", "Set PARLEY_AGENT_KEY to an agent's key; POST /api/agents answers one."
        )
    return ClientSettings(url.rstrip("/"), key)
