"""A letter as RFC 5322 bytes."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from parley_gmail.writing.headers import guarded
from parley_gmail.writing.letters import Letter

DELIVERY_HEADER = "X-Parley-Delivery"


def plus_address(mailbox: str, token: str) -> str:
    """``agent@example.com`` with a token: ``agent+<token>@example.com``."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+{token}@{domain}"


def to_bytes(letter: Letter, mailbox: str, now: datetime) -> bytes:
    """The whole mail; a person's client shows the HTML, others the text.

    Marked as automatic (RFC 3834), so that no machine answers it.
    """
    message = EmailMessage(policy=SMTP)
    for name, value in _headers(letter, mailbox, now).items():
        message[name] = value
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def _headers(letter: Letter, mailbox: str, now: datetime) -> dict[str, object]:
    headers: dict[str, object] = {
        "From": Address(f"{letter.author_name} via Parley", addr_spec=mailbox),
        "To": Address(letter.to_name, addr_spec=letter.to_email),
        "Subject": letter.subject,
        "Date": format_datetime(now),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        DELIVERY_HEADER: letter.delivery_id,
    }
    if letter.reply_token:
        headers["Reply-To"] = Address("", addr_spec=plus_address(mailbox, letter.reply_token))
    if ids := [guarded("thread_ref", each) for each in letter.thread.message_ids]:
        headers["In-Reply-To"] = ids[-1]
        headers["References"] = " ".join(ids)
    return headers
