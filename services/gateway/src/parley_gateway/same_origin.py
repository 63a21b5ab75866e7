"""Whether a browser's request comes from one of our own pages. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CSRF_HEADER = "x-parley-csrf"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True)
class OriginPolicy:
    """The origins whose pages may act with a person's cookie.

    Attributes:
        allowed: Origins as browsers write them, e.g. ``https://chat.example.com``.
    """

    allowed: frozenset[str]

    def is_allowed(self, origin: str, host: str) -> bool:
        """Whether a page of this origin may act.

        On loopback the address that was typed counts too (``localhost`` for ``127.0.0.1``). A
        foreign name that resolves to loopback does not: its Host is not a loopback name.
        """
        if origin in self.allowed:
            return True
        return _is_loopback(host) and origin in {f"http://{host}", f"https://{host}"}

    def is_same_origin(self, headers: Mapping[str, str]) -> bool:
        """Whether the browser itself says that one of our pages sent this.

        Without ``Origin`` and ``Sec-Fetch-Site`` there is no proof, and the answer is no.
        """
        site = headers.get("sec-fetch-site")
        if site is not None and site != "same-origin":
            return False
        origin = headers.get("origin")
        if origin is None:
            return site == "same-origin"
        return self.is_allowed(origin, headers.get("host", ""))

    def is_own_form(self, headers: Mapping[str, str]) -> bool:
        """Whether nothing says that another page posted this form; the nonce must hold besides.

        Our pages send no referrer, and then browsers write ``Origin: null`` (Fetch, 3.1); in that
        case it is Sec-Fetch-Site that tells, which no page can set. A client that sends neither
        is no browser of today: it has the nonce and its cookie, or it is refused for them.
        """
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin == "null":
            return site == "same-origin"
        return (origin is None and site is None) or self.is_same_origin(headers)

    def may_act_by_cookie(self, method: str, headers: Mapping[str, str]) -> bool:
        """Whether a request that carries only a cookie may change something."""
        if method in {"GET", "HEAD", "OPTIONS"}:
            return True
        return headers.get(CSRF_HEADER) == "1" and self.is_same_origin(headers)


def _is_loopback(host: str) -> bool:
    name, _, port = host.rpartition(":")
    if not name or not port.isdigit():
        name = host
    return name.lower() in _LOOPBACK
