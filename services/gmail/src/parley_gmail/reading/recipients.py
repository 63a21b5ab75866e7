"""The reply token in the address that a reply was sent to."""

from __future__ import annotations

import re

from parley_gmail.reading.mail import Mail, values

_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_PLUS = re.compile(r"([^\s<>@,;:\"+]{1,64})\+([A-Za-z0-9_-]{8,128})@([A-Za-z0-9.-]+)")


def token(mail: Mail, mailbox: str = "") -> str:
    """The part after the plus, in lower case; empty when there is none.

    Args:
        mail: The mail.
        mailbox: Only this mailbox's plus addresses count; any mailbox's when empty.
    """
    for line in (line for name in _HEADERS for line in values(mail, name)):
        for local, found, domain in _PLUS.findall(line):
            if mailbox in {"", f"{local}@{domain}".lower()}:
                return str(found).lower()
    return ""
