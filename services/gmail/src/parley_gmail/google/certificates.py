"""Google's public certificates, fetched when they are old or a new key appears.

Source: www.googleapis.com/oauth2/v1/certs, a JSON object of key id to PEM certificate.
"""

from __future__ import annotations

import asyncio

import aiohttp
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate

from parley_gmail.google.http import exchange
from parley_gmail.google.refusals import GoogleUnreachableError
from parley_kit.clock import monotonic_seconds

_KEEP_SECONDS = 3600.0
# An unknown key id refetches at most this often, so that forged ids cannot make us ask on and on.
_AGAIN_SECONDS = 60.0


class Certificates:
    """The keys that sign Google's tokens."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self._keys: dict[str, RSAPublicKey] = {}
        self._fetched_seconds: float | None = None
        self._lock = asyncio.Lock()

    async def key(self, key_id: str) -> RSAPublicKey | None:
        """The key of this id; None where Google has none.

        Raises:
            GoogleUnreachableError: The certificates could not be fetched.
        """
        async with self._lock:
            limit = _KEEP_SECONDS if key_id in self._keys else _AGAIN_SECONDS
            if self._fetched_seconds is None or self._age_seconds() > limit:
                await self._fetch()
        return self._keys.get(key_id)

    def _age_seconds(self) -> float:
        return monotonic_seconds() - (self._fetched_seconds or 0.0)

    async def _fetch(self) -> None:
        answer = await exchange(self._session, "GET", self._url)
        document = answer.document()
        if not answer.is_ok or not isinstance(document, dict):
            raise GoogleUnreachableError("no_certificates", was_asked=True)
        self._keys = {key_id: _public_key(pem) for key_id, pem in document.items()}
        self._fetched_seconds = monotonic_seconds()


def _public_key(pem: str) -> RSAPublicKey:
    key = load_pem_x509_certificate(pem.encode()).public_key()
    if not isinstance(key, RSAPublicKey):
        raise GoogleUnreachableError("not_an_rsa_certificate", was_asked=True)
    return key
