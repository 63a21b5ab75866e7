"""Connects the suite to the sandbox's Slack and Gmail, as a person in a browser would."""

from __future__ import annotations

import httpx

SENDER = "agent@example.com"


class ConnectError(Exception):
    """A connection could not be made; the message holds the answer."""


def connect_all(url: str, admin_key: str) -> None:
    """Installs the Slack app and connects the shared mailbox."""
    connect(url, admin_key, "slack", {})
    connect(url, admin_key, "gmail", {"shared": "true", "login_hint": SENDER})


def connect(url: str, admin_key: str, channel: str, parameters: dict[str, str]) -> None:
    """Follows one authorization from the gateway through the provider and back.

    The admin's key goes to the gateway only, never to the provider.
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
            answer = browser.get(answer.headers["location"])
    if answer.status_code != httpx.codes.OK:
        raise ConnectError(f"{channel}: {answer.status_code} {answer.text[:500]}")
