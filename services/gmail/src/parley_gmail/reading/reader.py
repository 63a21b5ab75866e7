"""A mail's bytes to what it says; pure."""

from __future__ import annotations

from dataclasses import dataclass

from parley_gmail.reading import recipients
from parley_gmail.reading.automatic import is_from_list
from parley_gmail.reading.bodies import body
from parley_gmail.reading.bounces import Bounce, bounce
from parley_gmail.reading.decisions import decision
from parley_gmail.reading.kinds import AUTO_REPLY, BOUNCE, FORWARD, OTHER, REPLY, kind
from parley_gmail.reading.lines import trimmed
from parley_gmail.reading.mail import (
    Mail,
    file_name,
    identifiers,
    is_attachment,
    leaves,
    parsed,
    value,
)
from parley_gmail.reading.quotes import cut
from parley_gmail.reading.senders import dmarc, names, sender

__all__ = ["AUTO_REPLY", "BOUNCE", "FORWARD", "OTHER", "REPLY", "Reading", "read"]


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
        bounce: What it reports, where it is one.
        is_listed: A mailing list sent it on: it decides nothing, and no machine may answer it.
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
    is_listed: bool = False


def read(raw: bytes, mailbox: str = "") -> Reading:
    """Reads a mail (RFC 5322 bytes).

    Args:
        raw: The whole mail.
        mailbox: The address that received it; only its plus addresses carry tokens.
    """
    mail = parsed(raw)
    report = bounce(mail)
    content = body(mail)
    found = cut(content.lines, content.introductions, content.signatures, names(mail))
    token = recipients.token(mail, mailbox)
    what = BOUNCE if report else kind(mail, found, token)
    said = decision(found.said)  # what is only guessed away must not make a decision of the rest
    text = found.text if decision(found.text) == said else found.said
    if what == OTHER and not text:  # no answer, so what looks like a quote is the message
        text = "\n".join(line.text for line in trimmed(content.lines))
    writer, is_listed = sender(mail), is_from_list(mail)
    return Reading(
        kind=what,
        text=text,
        decision=said if what == REPLY and not is_listed else "",
        token=token,
        sender=writer.address,
        message_id=next(iter(identifiers(mail, "Message-ID")), ""),
        in_reply_to=next(iter(identifiers(mail, "In-Reply-To")), ""),
        references=identifiers(mail, "References"),
        dmarc=dmarc(mail, writer.domain),
        delivery_id=value(mail, "X-Parley-Delivery"),
        omitted=omitted(mail),
        bounce=report,
        is_listed=is_listed,
    )


def omitted(mail: Mail) -> str:
    """The files that came with it, e.g. ``2 files: a.pdf, b.png``."""
    names = [file_name(part) or "unnamed" for part in leaves(mail) if is_attachment(part)]
    if not names:
        return ""
    shown = ", ".join(name[:80] for name in names[:10])
    return f"{len(names)} file{'s' if len(names) > 1 else ''}: {shown}"
