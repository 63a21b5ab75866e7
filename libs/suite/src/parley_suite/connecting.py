"""Connects the suite to the sandbox's Slack and Gmail, as a person in a browser would."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import httpx

NO_ROUTES: Mapping[str, str] = MappingProxyType({})
SENDER = "agent@example.com"


class ConnectError(Exception):
    """A connection could not be made; the message holds the answer."""


def connect_all(url: str, admin_key: str, routes: Mapping[str, str] = NO_ROUTES) -> None:
    """Installs the Slack app and connects the shared mailbox."""
    connect(url, admin_key, "slack", {}, routes)
    connect(url, admin_key, "gmail", {"shared": "true", "login_hint": SENDER}, routes)


def connect(
    url: str,
    admin_key: str,
    channel: str,
    parameters: dict[str, str],
    routes: Mapping[str, str] = NO_ROUTES,
) -> None:
    """Follows one authorization from the gateway through the provider and back.

    The admin's key goes to the gateway only, never to the provider.

    Args:
        url: The gateway, as this process reaches it.
        admin_key: The operator's.
        channel: What to connect.
        parameters: Of the authorization.
        routes: How this process reaches addresses meant for a browser outside, by their beginning.

    Raises:
        ConnectError: An answer was neither a redirect nor 200.
    """
    with httpx.Client(timeout=20, headers={"accept": "application/json"}) as browser:
        answer = browser.get(
            f"{url}/api/channels/{channel}/auth",
            params=parameters,
            headers={"authorization": f"Bearer {admin_key}"},
        )
        for _ in range(5):
            if not answer.has_redirect_location:
                break
            answer = browser.get(_reachable(answer.headers["location"], routes))
    if answer.status_code != httpx.codes.OK:
        raise ConnectError(f"{channel}: {answer.status_code} {answer.text[:500]}")


def _reachable(location: str, routes: Mapping[str, str]) -> str:
    for beginning, instead in routes.items():
        if location.startswith(f"{beginning}/"):
            return instead + location.removeprefix(beginning)
    return location
