"""Ids that look like the providers' own."""

import base64
import hashlib
import secrets
import string

_UPPER = string.ascii_uppercase + string.digits


def stable_id(prefix: str, seed: str) -> str:
    """Return a Slack-like id that is the same in every run for the same seed."""
    digest = base64.b32encode(hashlib.sha256(seed.encode()).digest()).decode()
    return prefix + digest[: 11 - len(prefix)]


def random_id(prefix: str, length: int = 10) -> str:
    """Return a fresh upper-case id such as `Ev0AB12…`."""
    return prefix + "".join(secrets.choice(_UPPER) for _ in range(length))


def opaque(size: int = 24) -> str:
    """Return an unguessable URL-safe string of `size` random bytes."""
    return secrets.token_urlsafe(size)
