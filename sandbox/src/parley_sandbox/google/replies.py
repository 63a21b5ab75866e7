"""Writes mail the way Gmail's web client does: a reply quotes what it answers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import formataddr
from html import escape

from parley_sandbox.google.mailbox import Mailbox, Message
from parley_sandbox.google.mime import Mail
from parley_sandbox.google.state import Google
from parley_sandbox.people import AGENT, Person

_QUOTE_STYLE = "margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"


@dataclass(frozen=True, slots=True)
class Found:
    """A message in somebody's mailbox."""

    mailbox: Mailbox
    message: Message


def find_message(google: Google, reference: str, person: Person | None) -> Found | None:
    """Return the newest received message that `reference` means.

    It is a Gmail id (the sender's copy will do), a Message-ID, or text that the mail contains.
    Without a person everyone's mail is looked at, the shared sender's last.
    """
    people = [person] if person else sorted(google.people.all(), key=lambda p: p.email == AGENT)
    mailboxes = [box for p in people if (box := google.mailbox(p.email))]
    inbox = [
        Found(box, message)
        for box in mailboxes
        for message in reversed(box.messages.values())
        if "INBOX" in message.labels
    ]
    for found in inbox:
        if found.message.id == reference:
            return found
    wanted = (_message_id_of(google, reference) or reference).strip("<>")
    for found in inbox:
        if found.message.mail.message_id.strip("<>") == wanted:
            return found
    return _newest_containing(inbox, reference)


def _message_id_of(google: Google, gmail_id: str) -> str | None:
    """Return the Message-ID of a mail that somebody's mailbox has under this id."""
    for mailbox in google.mailboxes.values():
        if gmail_id in mailbox.messages:
            return mailbox.messages[gmail_id].mail.message_id
    return None


def _newest_containing(candidates: list[Found], text: str) -> Found | None:
    """Prefer people to the shared sender, then the newest; of one mail's copies the first."""
    matching = [found for found in candidates if found.message.mail.contains(text)]
    if not matching:
        return None
    newest = max(matching, key=lambda f: (f.mailbox.email != AGENT, f.message.internal_ms))
    message_id = newest.message.mail.message_id
    return next(f for f in matching if f.message.mail.message_id == message_id)


def reply_address(original: Mail) -> str:
    """Return where an answer goes: Reply-To, else From."""
    return original.header("reply-to") or original.header("from")


def compose_reply(person: Person, original: Mail, text: str, now: float) -> bytes:
    """Return a reply as multipart/alternative with the original quoted."""
    reply = EmailMessage(policy=policy.SMTP)
    subject = original.subject
    reply["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    reply["From"] = formataddr((person.name, person.email))
    reply["To"] = reply_address(original)
    if original.message_id:
        reply["In-Reply-To"] = original.message_id
        earlier = " ".join(original.header("references").split())
        reply["References"] = f"{earlier} {original.message_id}".strip()
    intro = _introduction(original, now)
    reply.set_content(f"{text}\n\n{intro}\n\n{_quote(original.text())}\n", cte="quoted-printable")
    reply.add_alternative(_html(original, text, intro), subtype="html", cte="quoted-printable")
    return reply.as_bytes()


def compose(person: Person, to: str, subject: str, text: str) -> bytes:
    """Return a new plain mail."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"] = formataddr((person.name, person.email)), to
    mail["Subject"] = subject
    mail.set_content(text, cte="quoted-printable")
    return mail.as_bytes()


def _introduction(original: Mail, now: float) -> str:
    moment = datetime.fromtimestamp(now, tz=UTC)
    date = f"{moment:%a}, {moment.day} {moment:%b %Y} at {moment:%H:%M}"
    return f"On {date}, {original.header('from')} wrote:"


def _quote(text: str) -> str:
    lines = text.rstrip().splitlines()
    return "\n".join(f"> {line}" if line else ">" for line in lines)


def _html(original: Mail, text: str, intro: str) -> str:
    quoted = original.text("html") or f"<pre>{escape(original.text())}</pre>"
    lines = "<br>".join(escape(line) for line in text.splitlines())
    return (
        f'<div dir="ltr">{lines}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{escape(intro)}<br></div>'
        f'<blockquote class="gmail_quote" style="{_QUOTE_STYLE}">{quoted}</blockquote></div>'
    )
