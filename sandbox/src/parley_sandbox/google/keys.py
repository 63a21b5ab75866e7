"""Google's signing key: what ID tokens and pushes are signed with, and its certificates."""

import base64
import datetime as dt
from functools import cache
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from parley_sandbox.ids import opaque

ISSUER = "https://accounts.google.com"
_DAYS = 30


class SigningKey:
    """One RSA key."""

    def __init__(self, now: float) -> None:
        self._key = _private_key()
        self.key_id = opaque(20)
        self._pem = self._certificate(now)

    def sign(self, claims: dict[str, Any]) -> str:
        """Return an RS256 JWT."""
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self.key_id})

    def pem_certificates(self) -> dict[str, str]:
        """Return `{key id: X.509 PEM}`, which google-auth reads."""
        return {self.key_id: self._pem}

    def jwk_set(self) -> dict[str, Any]:
        """Return the key as a JWK set (RFC 7517)."""
        numbers = self._key.public_key().public_numbers()
        key = {
            "kty": "RSA",
            "alg": "RS256",
            "use": "sig",
            "kid": self.key_id,
            "n": _encode(numbers.n),
            "e": _encode(numbers.e),
        }
        return {"keys": [key]}

    def _certificate(self, now: float) -> str:
        start = dt.datetime.fromtimestamp(now, tz=dt.UTC)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sandbox signer")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start - dt.timedelta(days=1))
            .not_valid_after(start + dt.timedelta(days=_DAYS))
            .sign(self._key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM).decode()


@cache
def _private_key() -> rsa.RSAPrivateKey:
    """One for the process: making it takes longer than starting a sandbox."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def _encode(number: int) -> str:
    size = (number.bit_length() + 7) // 8
    return base64.urlsafe_b64encode(number.to_bytes(size)).decode().rstrip("=")
