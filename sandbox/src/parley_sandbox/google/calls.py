"""One authenticated Gmail call, and its parameters read with their types."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley_sandbox.google.accounts import Access
from parley_sandbox.google.errors import bad_fields, invalid
from parley_sandbox.google.mailbox import Mailbox
from parley_sandbox.google.state import Google
from parley_sandbox.people import Person


@dataclass(frozen=True, slots=True)
class MailCall:
    """What a handler gets: whose mailbox, and the checked parameters.

    `media` is the message of an upload; otherwise it comes in the body as `raw`.
    """

    google: Google
    access: Access
    person: Person
    mailbox: Mailbox
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: dict[str, Any]
    media: bytes | None = None

    def text(self, name: str, default: str = "") -> str:
        """Return a query parameter."""
        return self.query.get(name, [default])[-1]

    def size(self, default: int = 100) -> int:
        """Return `maxResults`, at most 500."""
        return min(int(self.text("maxResults", str(default))) or default, 500)

    def offset(self) -> int:
        """Return where the page begins that `pageToken` names; raises GoogleError."""
        token = self.text("pageToken")
        if token and not token.isdecimal():
            raise invalid("Invalid pageToken")
        return int(token or "0")

    def can(self, scope: str) -> bool:
        """Whether the token has `https://www.googleapis.com/auth/<scope>`."""
        return f"https://www.googleapis.com/auth/{scope}" in self.access.scopes

    def is_metadata_only(self) -> bool:
        """Whether gmail.metadata is the best scope there is, which hides bodies."""
        better = ("gmail.readonly", "gmail.modify")
        full = "https://mail.google.com/" in self.access.scopes
        return not full and not any(self.can(scope) for scope in better)


def raw_of(message: Mapping[str, Any], media: bytes | None) -> bytes:
    """Return the RFC 5322 bytes of a `Message` resource or of an upload; raises GoogleError."""
    if media is not None:
        return media
    encoded = str(message.get("raw") or "")
    padded = encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4)
    try:
        # Both alphabets are read, anything else is refused.
        return base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        what = "Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed"
        raise bad_fields([("message.raw", what)]) from None


def page(call: MailCall, items: list[Any], default: int = 100) -> tuple[list[Any], dict[str, Any]]:
    """Return one page of `items` and the `nextPageToken`, if more follow."""
    start, size = call.offset(), call.size(default)
    more = {"nextPageToken": str(start + size)} if len(items) > start + size else {}
    return items[start : start + size], more
