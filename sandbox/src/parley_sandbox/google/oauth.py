"""Google's authorization server: consent, token, revoke, userinfo (RFC 6749, RFC 7636)."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlencode

from parley_sandbox.google.accounts import ACCESS_SECONDS, CODE_SECONDS, Code, OAuthError
from parley_sandbox.google.errors import GoogleError, unauthenticated
from parley_sandbox.google.keys import ISSUER
from parley_sandbox.google.state import Google
from parley_sandbox.people import Person
from parley_sandbox.wire import Request

_PREFIX = "https://www.googleapis.com/auth/"
_ALIASES = {"email": f"{_PREFIX}userinfo.email", "profile": f"{_PREFIX}userinfo.profile"}
_GMAIL = "addons.current.action.compose compose insert labels metadata modify readonly send"
KNOWN_SCOPES = {
    "openid",
    "https://mail.google.com/",
    *_ALIASES.values(),
    *(f"{_PREFIX}gmail.{name}" for name in f"{_GMAIL} settings.basic settings.sharing".split()),
}
Query = dict[str, str]
CHALLENGE_LENGTH = 43


class AuthorizeError(Exception):
    """The consent page cannot be shown; Google shows an error page and does not redirect."""


def check_authorize(google: Google, query: Query) -> tuple[str, ...]:
    """Return the scopes asked for, in full; raises AuthorizeError."""
    if query.get("client_id") != google.settings.gmail_client_id:
        raise AuthorizeError("Error 401: invalid_client. The OAuth client was not found.")
    if query.get("redirect_uri") != google.settings.gmail_callback:
        raise AuthorizeError("Error 400: redirect_uri_mismatch")
    if query.get("response_type") != "code":
        raise AuthorizeError("Error 400: invalid_request. response_type must be code")
    if query.get("code_challenge_method") != "S256":
        raise AuthorizeError("Error 400: invalid_request. code_challenge_method must be S256")
    if len(query.get("code_challenge", "")) != CHALLENGE_LENGTH:
        raise AuthorizeError("Error 400: invalid_request. code_challenge is missing or malformed")
    scopes = tuple(_ALIASES.get(s, s) for s in query.get("scope", "").split())
    unknown = [scope for scope in scopes if scope not in KNOWN_SCOPES]
    if unknown or not scopes:
        raise AuthorizeError(f"Error 400: invalid_scope {' '.join(unknown)}")
    return scopes


def approve(google: Google, query: Query, person: Person, unticked: frozenset[str]) -> str:
    """Return where the browser goes after Allow; `unticked` scopes are not granted."""
    denied = unticked | {_ALIASES.get(s, s) for s in google.accounts.denied_scopes}
    granted = tuple(s for s in check_authorize(google, query) if s not in denied)
    if query.get("include_granted_scopes") == "true":
        earlier = google.accounts.consents.get(person.email, set())
        granted = tuple(dict.fromkeys([*granted, *sorted(earlier - denied)]))
    is_first = google.accounts.consent(person.email, granted)
    asks_again = "consent" in query.get("prompt", "").split()
    code = Code(
        redirect_uri=query["redirect_uri"],
        challenge=query["code_challenge"],
        email=person.email,
        scopes=granted,
        wants_refresh=query.get("access_type") == "offline" and (is_first or asks_again),
        nonce=query.get("nonce", ""),
        expires_at=google.clock.now() + CODE_SECONDS,
    )
    answer = {"code": google.accounts.new_code(code), "scope": " ".join(granted)}
    return _redirect(query, answer | {"authuser": "0", "prompt": query.get("prompt", "none")})


def deny(google: Google, query: Query) -> str:
    """Return where the browser goes after Cancel."""
    check_authorize(google, query)
    return _redirect(query, {"error": "access_denied"})


def _redirect(query: Query, answer: Query) -> str:
    state = {"state": query["state"]} if "state" in query else {}
    return f"{query['redirect_uri']}?{urlencode(state | answer)}"


def token(google: Google, request: Request) -> dict[str, Any]:
    """Exchange a code or a refresh token; raises OAuthError."""
    form = dict(parse_qsl(request.body.decode("latin-1"), keep_blank_values=True))
    _check_client(google, request, form)
    if form.get("grant_type") == "authorization_code":
        return _exchange(google, form)
    if form.get("grant_type") == "refresh_token":
        return _refresh(google, form)
    raise OAuthError("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}")


def _check_client(google: Google, request: Request, form: Query) -> None:
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            raise OAuthError("invalid_client", "Unauthorized", 401) from None
    expected = google.settings.gmail_client_secret.get_secret_value()
    if client_id != google.settings.gmail_client_id:
        raise OAuthError("invalid_client", "The OAuth client was not found.", 401)
    if secret != expected:
        raise OAuthError("invalid_client", "Unauthorized", 401)


def _exchange(google: Google, form: Query) -> dict[str, Any]:
    code = google.accounts.use_code(form.get("code", ""))
    if form.get("redirect_uri") != code.redirect_uri:
        raise OAuthError("redirect_uri_mismatch", "Bad Request")
    verifier = form.get("code_verifier")
    if not verifier:
        raise OAuthError("invalid_grant", "Missing code verifier.")
    digest = hashlib.sha256(verifier.encode()).digest()
    if base64.urlsafe_b64encode(digest).decode().rstrip("=") != code.challenge:
        raise OAuthError("invalid_grant", "Invalid code verifier.")
    grant = google.accounts.new_grant(code.email)
    answer = _access_wire(google, code.email, code.scopes, grant, code.nonce)
    if code.wants_refresh:
        refresh = google.accounts.new_refresh_token(code.email, code.scopes, grant)
        answer["refresh_token"] = refresh
    return answer


def _refresh(google: Google, form: Query) -> dict[str, Any]:
    claims = google.accounts.check_refresh_token(form.get("refresh_token", ""))
    granted = tuple(claims["scopes"])
    asked = tuple(_ALIASES.get(s, s) for s in form.get("scope", "").split()) or granted
    if not set(asked) <= set(granted):
        raise OAuthError("invalid_scope", "Some requested scopes were invalid.")
    return _access_wire(google, claims["email"], asked, claims["grant"], "")


def _access_wire(
    google: Google, email: str, scopes: tuple[str, ...], grant: str, nonce: str
) -> dict[str, Any]:
    answer = {
        "access_token": google.accounts.new_access_token(email, scopes, grant),
        "expires_in": ACCESS_SECONDS,
        "scope": " ".join(scopes),
        "token_type": "Bearer",
    }
    if "openid" in scopes:
        answer["id_token"] = google.key.sign(_identity(google, email, scopes, nonce))
    return answer


def _identity(google: Google, email: str, scopes: tuple[str, ...], nonce: str) -> dict[str, Any]:
    now, client_id = int(google.clock.now()), google.settings.gmail_client_id
    person = google.people.by_email(email)
    claims = {
        "iss": ISSUER,
        "aud": client_id,
        "azp": client_id,
        "sub": person.google_sub if person else email,
        "iat": now,
        "exp": now + ACCESS_SECONDS + 1,
    }
    if _ALIASES["email"] in scopes:
        claims |= {"email": email, "email_verified": True}
    return claims | ({"nonce": nonce} if nonce else {})


def revoke(google: Google, request: Request) -> None:
    """Revoke by an access or a refresh token, in a form or in the query."""
    form = dict(parse_qsl(request.body.decode("latin-1")))
    given = form.get("token") or request.query.get("token", [""])[-1]
    if not google.accounts.revoke_token(given):
        raise OAuthError("invalid_token", "Token expired or revoked")


def userinfo(google: Google, request: Request) -> dict[str, Any]:
    """Say who the token's account is; `email` only with its scope."""
    access = google.accounts.check_access_token(request.bearer)
    person = google.people.by_email(access.email)
    if person is None:
        raise unauthenticated()
    if not access.scopes & {"openid", *_ALIASES.values()}:
        raise GoogleError(403, "Request had insufficient authentication scopes.", "forbidden")
    shown: dict[str, Any] = {"sub": person.google_sub}
    if _ALIASES["profile"] in access.scopes:
        shown |= {"name": person.name}
    if _ALIASES["email"] in access.scopes:
        shown |= {"email": person.email, "email_verified": True}
    return shown
