"""What proves that a posted answer comes from our page in one browser: a cookie and signed nonces."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from parley_gateway import cookies
from parley_kit.sealing import KeyRing

COOKIE = "parley_answer"
COOKIE_SECONDS = 24 * 3_600
_PAGE, _CONFIRMATION = "answer-nonce", "answer-confirm"
_VALUE = re.compile(r"[A-Za-z0-9_-]{22,64}")


@dataclass(frozen=True)
class Nonces:
    """The nonces of one link in one browser.

    Attributes:
        is_new: The browser did not bring its cookie; nothing that it posts can hold.
    """

    keys: KeyRing
    token: str
    cookie: str
    is_new: bool

    @property
    def page(self) -> str:
        """Of the page that asks."""
        return self.keys.sign(_PAGE, f"{self.token}.{self.cookie}")

    def confirmation(self, fingerprint: str) -> str:
        """Of the page that asks once more, for exactly what it shows."""
        return self.keys.sign(_CONFIRMATION, f"{self.token}.{fingerprint}.{self.cookie}")

    def has_page(self, posted: Mapping[str, str]) -> bool:
        """Whether the form comes from the page that asks, or asks once more."""
        return self._holds(_PAGE, f"{self.token}.{self.cookie}", posted.get("nonce", ""))

    def has_confirmation(self, posted: Mapping[str, str], fingerprint: str) -> bool:
        """Whether the form comes from the page that asks once more, for what that page showed."""
        text = f"{self.token}.{fingerprint}.{self.cookie}"
        return self._holds(_CONFIRMATION, text, posted.get("confirm", ""))

    def _holds(self, purpose: str, text: str, nonce: str) -> bool:
        return not self.is_new and nonce.isascii() and self.keys.is_signed(purpose, text, nonce)

    def keep(self, response: Response, *, is_secure: bool) -> None:
        """Lets the browser keep its cookie."""
        cookies.keep(
            response, COOKIE, self.cookie, seconds=COOKIE_SECONDS, is_secure=is_secure, path="/f"
        )


def nonces_of(keys: KeyRing, token: str, given: Mapping[str, str]) -> Nonces:
    """The nonces for a link, with the browser's cookie or a new one."""
    cookie = given.get(COOKIE, "")
    is_new = not _VALUE.fullmatch(cookie)
    return Nonces(keys, token, secrets.token_urlsafe(24) if is_new else cookie, is_new)
