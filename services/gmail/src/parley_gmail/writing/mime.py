"""A letter as RFC 5322 bytes.

Written out here, because building an `EmailMessage` takes 2 ms and this takes a tenth of it; what
goes into headers was guarded when the letter was made.
"""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Iterator
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr

from parley_gmail.writing.letters import PARLEY, Letter

DELIVERY_HEADER = "X-Parley-Delivery"
_CRLF = "\r\n"


def plus_address(mailbox: str, token: str) -> str:
    """``agent@example.com`` with a token: ``agent+<token>@example.com``."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+{token}@{domain}"


def to_bytes(letter: Letter, mailbox: str, now: datetime) -> bytes:
    """The whole mail; a person's client shows the HTML, others the text.

    Marked as automatic (RFC 3834), so that no machine answers it.
    """
    boundary = _boundary(letter)
    head = _CRLF.join(
        [
            *(f"{name}: {value}" for name, value in _headers(letter, mailbox, now)),
            "MIME-Version: 1.0",
            f'Content-Type: multipart/alternative; boundary="{boundary}"',
        ]
    )
    opening, end = f"--{boundary}{_CRLF}", f"--{boundary}--{_CRLF}".encode()
    return b"".join(
        [
            f"{head}{_CRLF}{_CRLF}{opening}".encode("ascii"),
            _part("plain", letter.text),
            opening.encode(),
            _part("html", letter.html),
            end,
        ]
    )


def sender_name(author: str) -> str:
    """Who the mail shows as its sender; nobody shall think that a person wrote it by hand."""
    return author if author == PARLEY else f"{author} via {PARLEY}"


def _headers(letter: Letter, mailbox: str, now: datetime) -> Iterator[tuple[str, str]]:
    yield "From", _address(sender_name(letter.author_name), mailbox)
    yield "To", _address(letter.to_name, letter.to_email)
    yield "Subject", _text("Subject", letter.subject)
    yield "Date", format_datetime(now)
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "All"
    yield DELIVERY_HEADER, _text(DELIVERY_HEADER, letter.delivery_id)
    if letter.reply_token:
        yield "Reply-To", plus_address(mailbox, letter.reply_token)
    if ids := letter.thread.message_ids:
        yield "In-Reply-To", ids[-1]
        yield "References", f"{_CRLF} ".join(ids)


def _address(name: str, email: str) -> str:
    """A display name that is not ASCII becomes encoded words (RFC 2047)."""
    if name.isascii():
        return formataddr((name, email))
    return f"{Header(name, 'utf-8', maxlinelen=75).encode(linesep=_CRLF)} <{email}>"


def _text(name: str, value: str) -> str:
    """Free text; long ASCII stays on its line, because a line may have 998 characters."""
    if value.isascii():
        return value
    return Header(value, "utf-8", maxlinelen=75, header_name=name).encode(linesep=_CRLF)


def _part(subtype: str, text: str) -> bytes:
    head = (
        f'Content-Type: text/{subtype}; charset="utf-8"{_CRLF}'
        f"Content-Transfer-Encoding: quoted-printable{_CRLF}{_CRLF}"
    )
    lines = _CRLF.join(text.splitlines())
    return head.encode() + binascii.b2a_qp(lines.encode(), istext=True) + b"\r\n"


def _boundary(letter: Letter) -> str:
    """Cannot occur in the parts: quoted-printable never has ``=_``."""
    digest = hashlib.sha256(f"{letter.delivery_id}\0{letter.text}".encode()).hexdigest()
    return f"=_parley_{digest[:32]}"
