"""Google's token, revocation and userinfo endpoints.

Source: developers.google.com/identity/protocols/oauth2/web-server
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp

from parley_gmail.google.http import Answer, exchange
from parley_gmail.google.refusals import GoogleRefusedError
from parley_gmail.settings import GmailSettings
from parley_kit.adapter.connections import Tokens
from parley_kit.clock import Clock
from parley_kit.sealing import Secret

# Used this long before the end, so that no call starts with a token that dies on the way.
EARLY = timedelta(minutes=3, seconds=45)


@dataclass(frozen=True)
class Grant:
    """What the token endpoint gave; `scopes` is empty where it did not say."""

    tokens: Tokens
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Identity:
    """Whose account it is."""

    subject: str
    email: str


class TokenEndpoint:
    """Refreshes, identifies and revokes; one request a call."""

    def __init__(
        self, session: aiohttp.ClientSession, settings: GmailSettings, clock: Clock
    ) -> None:
        self._session = session
        self._settings = settings
        self._clock = clock

    async def refresh(self, refresh: Secret) -> Grant:
        """A new access token.

        Raises:
            GoogleRefusedError: ``invalid_grant`` where the refresh token is dead.
            GoogleUnreachableError: No answer.
        """
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh.reveal(),
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret.get_secret_value(),
        }
        answer = await exchange(self._session, "POST", self._settings.token_url, data=form)
        document = document_of(answer)
        lifetime = timedelta(seconds=float(document.get("expires_in", 3600)))
        tokens = Tokens(
            Secret(str(document["access_token"])),
            Secret(str(document.get("refresh_token", ""))),
            self._clock() + lifetime,
        )
        return Grant(tokens, tuple(str(document.get("scope", "")).split()))

    async def identify(self, access: Secret) -> Identity:
        """Whose access token it is.

        Raises:
            GoogleRefusedError: It is not valid, or the account has no verified address.
            GoogleUnreachableError: No answer.
        """
        headers = {"Authorization": f"Bearer {access.reveal()}"}
        url = self._settings.userinfo_url
        document = document_of(await exchange(self._session, "GET", url, headers=headers))
        email = str(document.get("email", "")).lower()
        if not email or document.get("email_verified") not in {True, "true"}:
            raise GoogleRefusedError(403, "email_not_verified", is_about_token=True)
        return Identity(str(document.get("sub", "")), email)

    async def revoke(self, token: Secret) -> None:
        """Takes the grant back; one that is dead already is fine.

        Raises:
            GoogleRefusedError: Google failed.
            GoogleUnreachableError: No answer.
        """
        url = self._settings.revoke_url
        answer = await exchange(self._session, "POST", url, data={"token": token.reveal()})
        if not answer.is_ok and answer.status != 400:  # noqa: PLR2004  # invalid_token: dead already
            document_of(answer)


def document_of(answer: Answer) -> dict[str, Any]:
    """What a token endpoint answered.

    Raises:
        GoogleRefusedError: An error, or not a JSON object.
    """
    document = answer.document()
    if answer.is_ok and isinstance(document, dict):
        return document
    reason = document.get("error") if isinstance(document, dict) else None
    code = reason if isinstance(reason, str) else f"http_{answer.status}"
    raise GoogleRefusedError(answer.status, code, is_about_token=True)
