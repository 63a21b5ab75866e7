"""The header lines that receiving servers put on top of a mail."""

import secrets
from datetime import UTC, datetime
from email.utils import format_datetime, parseaddr

from parley_sandbox.google.mime import Mail
from parley_sandbox.people import base_address

NO_DMARC = "absent"
"""The author's domain publishes no policy, and Gmail says nothing about it."""


def new_message_id() -> str:
    """Return a Message-ID like the ones Gmail sets."""
    return f"<CA{secrets.token_urlsafe(36).replace('_', '=')}@mail.gmail.com>"


def judge_dmarc(mail: Mail, envelope_from: str) -> str:
    """Return `pass` when the From header is who really sent it, else `fail`."""
    address = parseaddr(mail.header("from"))[1]
    return "pass" if base_address(address) == base_address(envelope_from) else "fail"


def received(raw: bytes, envelope_from: str, recipient: str, now: float, dmarc: str) -> bytes:
    """Return the mail as the recipient's mailbox stores it.

    The results of authentication are on top; copies that came with the mail stay below them.
    """
    date = format_datetime(datetime.fromtimestamp(now, tz=UTC))
    lines = [
        f"Delivered-To: {recipient}",
        f"Received: by 2002:a05:6402:{_hex(2)}:b0 with SMTP id {_hex(5)}csp{_hex(3)}; {date}",
        f"Return-Path: <{envelope_from}>",
        _hop(recipient, date),
        (
            f"Received-SPF: pass (google.com: domain of {envelope_from or 'mail-gw'} designates "
            "209.85.220.41 as permitted sender) client-ip=209.85.220.41;"
        ),
        _authentication_results(raw, envelope_from, dmarc),
    ]
    return "".join(line + "\r\n" for line in lines).encode() + raw


def submitted(raw: bytes, now: float) -> bytes:
    """Return the sender's own copy of a mail that came in through the API."""
    date = format_datetime(datetime.fromtimestamp(now, tz=UTC))
    top = f"Received: from 100000000000 named unknown by gmailapi.google.com with HTTPREST; {date}"
    return (top + "\r\n").encode() + raw


def _hop(recipient: str, date: str) -> str:
    return (
        "Received: from mail-sor-f41.google.com (mail-sor-f41.google.com. [209.85.220.41])\r\n"
        f"        by mx.google.com with SMTPS id {_hex(8)}\r\n"
        f"        for <{recipient}>; {date}"
    )


def _authentication_results(raw: bytes, envelope_from: str, dmarc: str) -> str:
    author = parseaddr(Mail(raw).header("from"))[1].rpartition("@")[2] or "invalid"
    signer = envelope_from.rpartition("@")[2] or author
    results = [
        f"dkim=pass header.i=@{signer} header.s=20251104 header.b={_hex(4)}",
        (
            "spf=pass (google.com: permitted sender) "
            f"smtp.mailfrom={envelope_from or 'postmaster@' + signer}"
        ),
    ]
    if dmarc != NO_DMARC:
        results.append(f"dmarc={dmarc} (p=NONE sp=QUARANTINE dis=NONE) header.from={author}")
    return "Authentication-Results: mx.google.com;\r\n       " + ";\r\n       ".join(results)


def _hex(size: int) -> str:
    return secrets.token_hex(size)
