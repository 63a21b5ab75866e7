"""What only the raw bytes of a mail still tell: the delivery it quotes, and that a server gave up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message

# Every mail of ours ends with it; a client that drops all threading headers still quotes it.
_DELIVERY = re.compile(rb"dlv_[0-9A-Za-z]{1,64}")
_GAVE_UP = re.compile(rb"^Action:[ \t]*failed[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_LONGEST_PART = 200_000
_MOST = 5


def quoted_deliveries(raw: bytes) -> list[str]:
    """The delivery ids in a mail's text, as they come, at most five."""
    found: dict[bytes, None] = {}
    for part in _texts(message_from_bytes(raw, policy=policy.compat32)):
        found |= dict.fromkeys(_DELIVERY.findall(part))
    return [each.decode() for each in list(found)[:_MOST]]


def _texts(mail: Message) -> Iterator[bytes]:
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            data = part.get_payload(decode=True)
            yield data[:_LONGEST_PART] if isinstance(data, bytes) else b""


def gave_up(raw: bytes) -> bool:
    """Whether a delivery report says ``Action: failed`` (RFC 3464): no server tries any more.

    The status alone does not tell: what was tried for days in vain still has one of 4.x.x.
    """
    return bool(_GAVE_UP.search(raw))
