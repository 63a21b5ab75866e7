"""Delivery status notifications (RFC 3464): which mail did not arrive, and for how long."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message

from parley_gmail.reading.informal_bounces import Informal, informal
from parley_gmail.reading.mail import (
    Mail,
    body_text,
    identifiers,
    leaves,
    messages_in,
    parameter,
    parsed,
    value,
)

HARD, SOFT = "bounced_hard", "bounced_soft"
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY_CODE = re.compile(r"\b([45])\d\d\b")
_SUCCESSES = {"delivered", "relayed", "expanded"}
_ORDER = ("failed", "delayed", "")  # of a report on several recipients, the worst counts
_COMPLAINTS = {"abuse", "complaint", "fraud", "opt-out", "opt-out-list", "miscategorized", "virus"}
_MAX_DETAIL = 300
_ARE_HEADERS = b"X-Block: 1\nMIME-Version: 1.0\n"  # else a few lines may be taken for a bare text


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
    if complaint := _complaint(mail):
        return complaint
    if status is None:
        found = informal(mail, has_returned=_returned(mail) is not None)
        return _informal(mail, found) if found else None
    fields = _fields(status)
    action, code = fields.get("action", "").split(" ")[0].lower(), _code_in(fields)
    if action in _SUCCESSES or (code.startswith("2") and action != "failed"):
        return None
    detail = fields.get("diagnostic-code", "").partition(";")[2].strip()
    is_soft = action == "delayed" or code.startswith("4")
    return _bounce(mail, SOFT if is_soft else HARD, code, detail, _recipient(mail, fields))


def _complaint(mail: Mail) -> Bounce | None:
    """A report that the person called the mail spam (RFC 5965); mail cannot reach them any more."""
    for part in leaves(mail) if parameter(mail, "report-type") == "feedback-report" else ():
        if part.get_content_type() == "message/feedback-report":
            fields = _fields(part)
            recipient = _address(fields.get("original-rcpt-to", "").strip("<>"))
            if fields.get("feedback-type", "").lower() in _COMPLAINTS:
                return _bounce(mail, HARD, "", "The mail was reported as unwanted.", recipient)
    return None


def is_status(part: Mail) -> bool:
    """Whether the part is the machine-readable report."""
    return part.get_content_type() in {
        "message/delivery-status",
        "message/global-delivery-status",
    }


def _bounce(mail: Mail, state: str, code: str, detail: str, recipient: str) -> Bounce:
    returned = _returned(mail)
    return Bounce(
        state=state,
        code=code,
        detail=detail[:_MAX_DETAIL],
        recipient=recipient,
        message_ids=_message_ids(mail, returned),
        delivery_id=value(returned, "X-Parley-Delivery") if returned else "",
    )


def _informal(mail: Mail, found: Informal) -> Bounce:
    state = SOFT if found.is_soft else HARD
    return _bounce(mail, state, found.code, found.detail, found.recipient)


def _parts(mail: Mail) -> list[Mail]:
    if mail.get_content_type() == "multipart/report" and parameter(mail, "report-type") not in {
        "delivery-status",
        "",
    }:
        return []
    return list(leaves(mail))


def _fields(status: Mail) -> Mapping[str, str]:
    """The fields on the worst-off recipient, with those of the whole report below them."""
    blocks = messages_in(status) or _blocks(body_text(status))
    read = [_as_fields(block) for block in blocks[:100]]
    recipients = [each for each in read if "final-recipient" in each or "action" in each]
    worst = min(recipients or [{}], key=lambda each: _severity(each.get("action", "")))
    return {**(read[0] if read else {}), **worst}


def _blocks(text: str) -> list[Message]:
    return [parsed(_ARE_HEADERS + each.encode()) for each in text.split("\n\n")[:100]]


def _as_fields(block: Message) -> dict[str, str]:
    names = dict.fromkeys(name.lower() for name in block.keys())  # noqa: SIM118
    return {name: value(block, name) for name in names}


def _severity(action: str) -> int:
    word = action.split(" ", maxsplit=1)[0].lower()
    return _ORDER.index(word) if word in _ORDER else len(_ORDER)


def _code_in(fields: Mapping[str, str]) -> str:
    """The status; the diagnostic's where it is more exact ("5.0.0" says nothing)."""
    diagnostic = fields.get("diagnostic-code", "")
    code = _code(fields.get("status", ""))
    if not code or code[1:] == ".0.0":
        code = _code(diagnostic) or code
    if not code and (reply := _REPLY_CODE.search(diagnostic)):
        code = f"{reply[1]}.0.0"
    return code


def _recipient(mail: Mail, fields: Mapping[str, str]) -> str:
    named = fields.get("final-recipient") or fields.get("original-recipient", "")
    return _address(named) or value(mail, "X-Failed-Recipients").partition(",")[0].strip().lower()


def _returned(mail: Mail) -> Mail | None:
    """The headers of the mail that came back."""
    for part in leaves(mail):
        if part.get_content_type() == "message/rfc822":
            return next(iter(messages_in(part)), None)
        if part.get_content_type() in {
            "text/rfc822-headers",
            "message/global-headers",
            "message/rfc822-headers",
        }:
            return parsed(_ARE_HEADERS + body_text(part).encode())
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
    return (field.partition(";")[2] or field).strip().strip("<>").strip().lower()
