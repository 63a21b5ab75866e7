"""A mail's bytes to what it says; pure."""

from __future__ import annotations

from dataclasses import dataclass

from parley_gmail.reading import recipients
from parley_gmail.reading.automatic import is_automatic
from parley_gmail.reading.bounces import Bounce, bounce
from parley_gmail.reading.decisions import decision
from parley_gmail.reading.flowed import unflowed
from parley_gmail.reading.html_text import to_text
from parley_gmail.reading.mail import (
    Mail,
    body_text,
    file_name,
    identifiers,
    is_attachment,
    leaves,
    parameter,
    parsed,
    text_of,
    value,
)
from parley_gmail.reading.quote_markers import FORWARD_SUBJECT, REPLY_SUBJECT
from parley_gmail.reading.quotes import Cut, cut
from parley_gmail.reading.senders import dmarc, sender

MAX_CHARACTERS = 500_000  # of a body; what people write is at its top
REPLY, AUTO_REPLY, BOUNCE, FORWARD, OTHER = "reply", "auto_reply", "bounce", "forward", "other"


@dataclass(frozen=True)
class Reading:
    """What a mail says.

    Attributes:
        kind: ``reply``, ``auto_reply``, ``bounce``, ``forward`` or ``other``.
        text: What the writer wrote, without quotes and signature.
        decision: ``approved``, ``rejected`` or empty; only ever set for a reply.
        token: Of the plus address that it was sent to.
        sender: The From address, empty where it is not exactly one.
        dmarc: ``pass`` only where the receiving server says so for the From domain.
        delivery_id: ``X-Parley-Delivery``: the mail is one of our own.
        omitted: What is not passed on, for people.
    """

    kind: str
    text: str
    decision: str
    token: str
    sender: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    dmarc: str
    delivery_id: str
    omitted: str
    bounce: Bounce | None


def read(raw: bytes, mailbox: str = "") -> Reading:
    """Reads a mail (RFC 5322 bytes).

    Args:
        raw: The whole mail.
        mailbox: The address that received it; only its plus addresses carry tokens.
    """
    mail = parsed(raw)
    report = bounce(mail)
    found = cut(own_text(mail))
    token = recipients.token(mail, mailbox)
    kind = BOUNCE if report else _kind(mail, found, token)
    writer = sender(mail)
    return Reading(
        kind=kind,
        text=found.text,
        decision=decision(found.text) if kind == REPLY else "",
        token=token,
        sender=writer.address,
        message_id=next(iter(identifiers(mail, "Message-ID")), ""),
        in_reply_to=next(iter(identifiers(mail, "In-Reply-To")), ""),
        references=identifiers(mail, "References"),
        dmarc=dmarc(mail, writer.domain),
        delivery_id=value(mail, "X-Parley-Delivery"),
        omitted=omitted(mail),
        bounce=report,
    )


def _kind(mail: Mail, found: Cut, token: str) -> str:
    if is_automatic(mail):
        return AUTO_REPLY
    subject = text_of(mail, "Subject")
    is_reply_by_subject = bool(REPLY_SUBJECT.match(subject))
    if FORWARD_SUBJECT.match(subject) or (found.has_forward and not is_reply_by_subject):
        return FORWARD
    is_linked = bool(token or value(mail, "In-Reply-To") or value(mail, "References"))
    return REPLY if is_linked or is_reply_by_subject else OTHER


def own_text(mail: Mail) -> str:
    """The body as text: the first plain part, else the first HTML part."""
    texts = [part for part in leaves(mail) if not is_attachment(part)]
    for part in texts:
        if part.get_content_type() == "text/plain" and (text := _plain(part)).strip():
            return text
    for part in texts:
        if part.get_content_type() == "text/html":
            return to_text(body_text(part)[:MAX_CHARACTERS])
    return ""


def _plain(part: Mail) -> str:
    text = body_text(part)[:MAX_CHARACTERS]
    if parameter(part, "format") == "flowed":
        return unflowed(text, deletes_space=parameter(part, "delsp") == "yes")
    return text


def omitted(mail: Mail) -> str:
    """The files that came with it, e.g. ``2 files: a.pdf, b.png``."""
    names = [file_name(part) or "unnamed" for part in leaves(mail) if is_attachment(part)]
    if not names:
        return ""
    shown = ", ".join(name[:80] for name in names[:10])
    return f"{len(names)} file{'s' if len(names) > 1 else ''}: {shown}"
