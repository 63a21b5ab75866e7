"""Who pushes: the OIDC token that Pub/Sub brings.

Source: cloud.google.com/pubsub/docs/authenticate-push-subscriptions
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

ISSUERS = ("https://accounts.google.com", "accounts.google.com")
_LEEWAY = timedelta(seconds=30)


class BadPushTokenError(Exception):
    """The token does not prove that our Pub/Sub subscription pushes."""


@dataclass(frozen=True)
class ExpectedPush:
    """Whom pushes must come from and for; neither may be empty."""

    audience: str
    service_account: str


def key_id_of(token: str) -> str:
    """The id of the key that the token claims to be signed with.

    Raises:
        BadPushTokenError: It is no RS256 token, or names no key.
    """
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise BadPushTokenError("not a token") from error
    key_id = header.get("kid")
    if header.get("alg") != "RS256" or not isinstance(key_id, str):
        raise BadPushTokenError("not signed with RS256 by a named key")
    return key_id


def verify(token: str, key: RSAPublicKey, expected: ExpectedPush) -> None:
    """Checks signature, algorithm, issuer, audience, time, and the account behind it.

    Raises:
        BadPushTokenError: Any of them does not hold.
    """
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=expected.audience,
            issuer=list(ISSUERS),
            leeway=_LEEWAY,
            options={"require": ["exp", "iat", "aud", "iss"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise BadPushTokenError(type(error).__name__) from error
    if claims.get("email") != expected.service_account:
        raise BadPushTokenError("another account")
    if claims.get("email_verified") is not True:
        raise BadPushTokenError("the account's address is not verified")
