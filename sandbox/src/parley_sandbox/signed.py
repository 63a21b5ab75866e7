"""Tokens that carry their own claims, so that a restarted sandbox still knows them."""

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

Claims = dict[str, Any]


def issue(prefix: str, secret: str, claims: Claims) -> str:
    """Return `prefix` + claims + signature; every call gives another token."""
    unique = {**claims, "nonce": secrets.token_hex(8)}
    payload = _encode(json.dumps(unique, separators=(",", ":")).encode())
    return f"{prefix}{payload}.{_signature(prefix, secret, payload)}"


def read(prefix: str, secret: str, token: str) -> Claims | None:
    """Return the claims of a token that `issue` made, or None for anything else."""
    if not token.startswith(prefix) or not token.isascii():
        return None
    payload, _, signature = token.removeprefix(prefix).partition(".")
    if not hmac.compare_digest(_signature(prefix, secret, payload), signature):
        return None
    claims: Claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def _signature(prefix: str, secret: str, payload: str) -> str:
    mac = hmac.new(secret.encode(), f"{prefix}:{payload}".encode(), hashlib.sha256)
    return _encode(mac.digest())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
