"""Google's consent page and the code it gives, by Google's own `Flow`: PKCE, scopes, expiry.

`Flow` brings an HTTP client of its own, 5 MB that only who signs in needs; it is imported then.
"""

from __future__ import annotations

import asyncio
from datetime import UTC
from typing import TYPE_CHECKING, Any

from parley_gmail.google.http import CALL_SECONDS, CONNECT_SECONDS, Answer
from parley_gmail.google.refusals import GoogleRefusedError, GoogleUnreachableError
from parley_gmail.google.scopes import SCOPES
from parley_gmail.google.tokens import Grant, document_of
from parley_gmail.settings import GmailSettings
from parley_kit.adapter.connections import Tokens
from parley_kit.sealing import Secret

if TYPE_CHECKING:
    import requests

_OK = 200


class SignIn:
    """The code flow (RFC 6749) with PKCE (RFC 7636); a `Flow` of its own for each step."""

    def __init__(self, settings: GmailSettings) -> None:
        self._redirect_uri = settings.callback_url
        self._client = {
            "client_id": settings.client_id,
            "client_secret": settings.client_secret.get_secret_value(),
            "auth_uri": settings.authorize_url,
            "token_uri": settings.token_url,
        }

    def consent_page(self, state: str, login_hint: str) -> tuple[str, Secret]:
        """The page's address, and the code verifier that the exchange will need."""
        hint = {"login_hint": login_hint} if login_hint else {}
        flow = self._flow()
        with flow.oauth2session:
            url, _ = flow.authorization_url(
                state=state,
                prompt="consent",  # else a second sign-in brings no refresh token
                include_granted_scopes="true",
                **hint,
            )
        return url, Secret(flow.code_verifier)

    async def exchange(self, code: str, verifier: Secret) -> Grant:
        """An authorization code for tokens.

        Raises:
            GoogleRefusedError: The code or the verifier does not hold.
            GoogleUnreachableError: No answer.
        """
        return await asyncio.to_thread(self._exchange, code, verifier)

    def _exchange(self, code: str, verifier: Secret) -> Grant:
        from oauthlib.oauth2.rfc6749.errors import OAuth2Error  # noqa: PLC0415
        from requests import RequestException  # noqa: PLC0415

        flow = self._flow(code_verifier=verifier.reveal())
        flow.oauth2session.register_compliance_hook("access_token_response", _refuse_bad_answer)
        limits = (CONNECT_SECONDS, CALL_SECONDS)
        try:
            with flow.oauth2session:
                flow.fetch_token(code=code, include_client_id=True, timeout=limits)
        except OAuth2Error as error:
            raise GoogleRefusedError(_OK, str(error.error), is_about_token=True) from error
        except RequestException as error:
            raise GoogleUnreachableError(type(error).__name__, was_asked=True) from error
        return _grant(flow)

    def _flow(self, **more: Any) -> Any:
        from google_auth_oauthlib.flow import Flow  # noqa: PLC0415

        flow = Flow.from_client_config(  # type: ignore[no-untyped-call]
            {"web": self._client}, scopes=list(SCOPES), redirect_uri=self._redirect_uri, **more
        )
        flow.oauth2session.max_redirects = 0  # a code and a secret go to one address only
        flow.oauth2session.trust_env = False  # as aiohttp does, which makes all other calls
        return flow


def _grant(flow: Any) -> Grant:
    given = flow.credentials
    tokens = Tokens(
        Secret(given.token),
        Secret(given.refresh_token or ""),
        given.expiry.replace(tzinfo=UTC),
    )
    return Grant(tokens, tuple(given.granted_scopes or ()))


def _refuse_bad_answer(response: requests.Response) -> requests.Response:
    """What `Flow` would take for tokens, or lose the status of."""
    answer = Answer(response.status_code, response.headers, response.content)
    if "expires_in" not in document_of(answer):
        raise GoogleRefusedError(_OK, "no_expiry", is_about_token=True)
    return response
