"""Secrets at rest: AES-256-GCM, a key id per value, row and field as associated data."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_VERSION = "v1"


class Secret:
    """A string that prints as ``***``; only `reveal` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value, for the one place that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(
            self._value.encode(), other._value.encode()
        )

    def __hash__(self) -> int:
        return hash(self._value)


class UnsealError(Exception):
    """A sealed value does not open: another key, another row, or it was changed."""


@dataclass(frozen=True)
class _Key:
    identifier: str
    sealing: AESGCM
    signing: bytes


class KeyRing:
    """The keys of ``PARLEY_SECRET_KEYS``, newest first: the first seals, all open.

    Args:
        keys: Any strings of at least 32 characters; each is stretched to separate sealing and
            signing keys, so one configured value serves both.
    """

    def __init__(self, keys: Sequence[Secret]) -> None:
        if not keys:
            raise ValueError(
                "PARLEY_SECRET_KEYS is empty; make a key with `openssl rand -base64 32`."
            )
        self._keys = [_key(key.reveal()) for key in keys]

    @property
    def newest_id(self) -> str:
        """The id of the key that seals now; rows with another id want re-sealing."""
        return self._keys[0].identifier

    def seal(self, value: Secret, *, row: str, field: str) -> str:
        """Text to store; opens only for the same row and field."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        key = self._keys[0]
        sealed = key.sealing.encrypt(nonce, value.reveal().encode(), _bound_to(row, field))
        return f"{_VERSION}.{key.identifier}.{_text(nonce + sealed)}"

    def unseal(self, sealed: str, *, row: str, field: str) -> Secret:
        """The value that was sealed for this row and field.

        Raises:
            UnsealError: The key is gone, or the text was changed or moved from another row.
        """
        try:
            version, key_id, body = sealed.split(".")
            raw = base64.urlsafe_b64decode(body)
        except ValueError as error:
            raise UnsealError("not a sealed value") from error
        if version != _VERSION:
            raise UnsealError(f"sealed with an unknown format {version!r}")
        opened = self._with_id(key_id).sealing
        try:
            plain = opened.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound_to(row, field))
        except InvalidTag as error:
            raise UnsealError("sealed for another row or field, or changed") from error
        return Secret(plain.decode())

    def key_id_of(self, sealed: str) -> str:
        """The id of the key that a value is sealed with."""
        return sealed.split(".")[1]

    def sign(self, purpose: str, text: str, *, key_id: str | None = None) -> str:
        """A 160-bit token of lower-case letters and digits, safe in URLs and mail addresses."""
        key = self._keys[0] if key_id is None else self._with_id(key_id)
        digest = hmac.digest(key.signing, f"{purpose}\0{text}".encode(), "sha256")
        return base64.b32encode(digest[:20]).decode().lower()

    def is_signed(self, purpose: str, text: str, token: str) -> bool:
        """Whether any of the keys signed this."""
        return any(
            hmac.compare_digest(self.sign(purpose, text, key_id=key.identifier), token)
            for key in self._keys
        )

    def _with_id(self, key_id: str) -> _Key:
        for key in self._keys:
            if key.identifier == key_id:
                return key
        raise UnsealError(f"PARLEY_SECRET_KEYS no longer holds the key {key_id}")


def token_hash(token: str) -> str:
    """What is stored of a random token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def _key(text: str) -> _Key:
    sealing = hmac.digest(text.encode(), b"parley sealing", "sha256")
    signing = hmac.digest(text.encode(), b"parley signing", "sha256")
    identifier = hashlib.sha256(b"parley key id" + sealing).hexdigest()[:8]
    return _Key(identifier, AESGCM(sealing), signing)


def _bound_to(row: str, field: str) -> bytes:
    return f"{row}\0{field}".encode()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()
