"""Delivery status notifications (RFC 3464): which mail did not arrive, and for how long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from parley_gmail.reading.automatic import has_null_return_path
from parley_gmail.reading.mail import (
    Mail,
    body_text,
    identifiers,
    leaves,
    parameter,
    parsed,
    value,
)

HARD, SOFT = "bounced_hard", "bounced_soft"
_DAEMON = re.compile(r"\b(?:mailer-daemon|postmaster)@", re.IGNORECASE)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MAX_DETAIL = 300


@dataclass(frozen=True)
class Bounce:
    """A report on a mail of ours.

    Attributes:
        state: ``bounced_hard`` or ``bounced_soft``.
        code: The enhanced status (RFC 3463), e.g. ``5.1.1``; empty where none is given.
        recipient: Who did not get it; empty where it is not said.
        message_ids: Of the mail that is reported on, as its returned headers say.
        delivery_id: Its ``X-Parley-Delivery``, from the returned headers.
    """

    state: str
    code: str
    detail: str
    recipient: str
    message_ids: tuple[str, ...]
    delivery_id: str


def bounce(mail: Mail) -> Bounce | None:
    """What a bounce says; None when the mail is none, or reports a success."""
    status = next((each for each in _parts(mail) if is_status(each)), None)
    if status is None:
        return _informal(mail)
    fields = _fields(status)
    action, code = fields.get("action", "").lower(), _code(fields.get("status", ""))
    if action in {"delivered", "relayed", "expanded"} or code.startswith("2"):
        return None
    is_soft = action == "delayed" or code.startswith("4")
    returned = _returned(mail)
    return Bounce(
        state=SOFT if is_soft else HARD,
        code=code,
        detail=fields.get("diagnostic-code", "").partition(";")[2].strip()[:_MAX_DETAIL],
        recipient=_address(fields.get("final-recipient") or fields.get("original-recipient", "")),
        message_ids=_message_ids(mail, returned),
        delivery_id=value(returned, "X-Parley-Delivery") if returned else "",
    )


def is_status(part: Mail) -> bool:
    """Whether the part is the machine-readable report."""
    return part.get_content_type() in {
        "message/delivery-status",
        "message/global-delivery-status",
    }


def _parts(mail: Mail) -> list[Mail]:
    if mail.get_content_type() == "multipart/report" and parameter(mail, "report-type") not in {
        "delivery-status",
        "",
    }:
        return []
    return list(leaves(mail))


def _fields(status: Mail) -> dict[str, str]:
    """The report's fields; those of the first recipient win over the report's own."""
    payload = status.get_payload()
    blocks = payload if isinstance(payload, list) else [parsed(body_text(status).encode())]
    fields: dict[str, str] = {}
    for block in reversed(blocks[:2]):
        for name in block.keys():  # noqa: SIM118  # a Message is no mapping of unique names
            fields.setdefault(name.lower(), value(block, name))
    return fields


def _informal(mail: Mail) -> Bounce | None:
    """A report without a machine-readable part, as some servers still send."""
    failed = value(mail, "X-Failed-Recipients")
    is_daemon = bool(_DAEMON.search(value(mail, "From"))) and has_null_return_path(mail)
    if not failed and not is_daemon:
        return None
    text = next((body_text(p) for p in leaves(mail) if p.get_content_type() == "text/plain"), "")
    code = _code(text)
    returned = _returned(mail)
    return Bounce(
        state=SOFT if code.startswith("4") else HARD,
        code=code,
        detail="",
        recipient=failed.partition(",")[0].strip().lower(),
        message_ids=_message_ids(mail, returned),
        delivery_id=value(returned, "X-Parley-Delivery") if returned else "",
    )


def _returned(mail: Mail) -> Mail | None:
    """The headers of the mail that came back."""
    for part in leaves(mail):
        if part.get_content_type() == "message/rfc822":
            payload = part.get_payload()
            if isinstance(payload, list) and payload and isinstance(payload[0], Message):
                return payload[0]
        if part.get_content_type() in {"text/rfc822-headers", "message/global-headers"}:
            return parsed(body_text(part).encode())
    return None


def _message_ids(mail: Mail, returned: Mail | None) -> tuple[str, ...]:
    own = identifiers(returned, "Message-ID") if returned else ()
    named = (
        *own,
        *identifiers(mail, "X-Original-Message-ID"),
        *identifiers(mail, "Original-Message-ID"),
        *identifiers(mail, "In-Reply-To"),
        *identifiers(mail, "References"),
    )
    return tuple(dict.fromkeys(named))


def _code(text: str) -> str:
    found = _STATUS.search(text)
    return found[1] if found else ""


def _address(field: str) -> str:
    """``rfc822; ann@example.com`` as ``ann@example.com``."""
    return (field.partition(";")[2] or field).strip().strip("<>").lower()
