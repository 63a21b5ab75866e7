"""Takes mail, keeps the sender's copy, delivers it to other mailboxes or sends it back."""

from dataclasses import dataclass
from email.utils import getaddresses

from parley_sandbox.google import pubsub
from parley_sandbox.google.bounce import NO_SUCH_ADDRESS, Reason, bounce_report
from parley_sandbox.google.errors import not_found
from parley_sandbox.google.mailbox import Mailbox, Message
from parley_sandbox.google.mime import Mail, with_crlf
from parley_sandbox.google.outgoing import check_outgoing
from parley_sandbox.google.state import Google
from parley_sandbox.google.trace import judge_dmarc, new_message_id, received, submitted
from parley_sandbox.people import Person


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail under way; an empty `envelope_from` is the null sender of bounces."""

    raw: bytes
    envelope_from: str
    dmarc: str


def send(
    google: Google, sender: Person, raw: bytes, thread_id: str | None, dmarc: str = "pass"
) -> Message:
    """Send a mail as an account; raises GoogleError."""
    mailbox = google.mailbox(sender.email)
    assert mailbox  # an account is a mailbox
    if thread_id is not None and not any(
        m.thread_id == thread_id for m in mailbox.messages.values()
    ):
        raise not_found()
    now = google.clock.now()
    outgoing = check_outgoing(raw, sender, now, new_message_id())
    own = Mail(submitted(outgoing.own_copy.raw, now))
    # A thread id alone does not thread: references and subject must agree with it.
    joined = mailbox.thread_for(own, only=thread_id) if thread_id else None
    message = mailbox.add(own, ["SENT"], joined)
    pubsub.notify(google, mailbox, message)
    letter = Letter(outgoing.travelling, sender.email, dmarc)
    for recipient in outgoing.recipients:
        if google.mailbox(recipient) is mailbox:
            _keep_own(google, mailbox, message)
        else:
            deliver(google, letter, recipient, mailbox)
    return message


def inject(
    google: Google, raw: bytes, envelope_from: str, recipients: list[str], dmarc: str = ""
) -> list[tuple[str, str]]:
    """Take a mail from outside as it is; returns `(mailbox, message id)` of each delivery."""
    mail = Mail(with_crlf(raw))
    verdict = dmarc or judge_dmarc(mail, envelope_from)
    letter = Letter(mail.raw, envelope_from, verdict)
    found = [(r, deliver(google, letter, r, google.mailbox(envelope_from))) for r in recipients]
    return [(address, message.id) for address, message in found if message]


def deliver(
    google: Google, letter: Letter, recipient: str, sender: Mailbox | None
) -> Message | None:
    """Put a mail into the recipient's mailbox, or a bounce into the sender's."""
    mailbox = google.mailbox(recipient)
    if mailbox is None:
        if sender is not None and letter.envelope_from:
            _bounce(google, letter, recipient, sender)
        return None
    return _store(google, letter, recipient, mailbox, None)


def _store(
    google: Google, letter: Letter, recipient: str, mailbox: Mailbox, thread_id: str | None
) -> Message:
    now = google.clock.now()
    mail = Mail(received(letter.raw, letter.envelope_from, recipient, now, letter.dmarc))
    message = mailbox.add(mail, ["UNREAD", "INBOX"], thread_id or mailbox.thread_for(mail))
    pubsub.notify(google, mailbox, message)
    return message


def _keep_own(google: Google, mailbox: Mailbox, message: Message) -> None:
    """Mail to oneself is one message that is both sent and in the inbox."""
    mailbox.relabel(message, ["INBOX", "UNREAD"], [])
    pubsub.notify(google, mailbox, message)


def come_back(google: Google, message: Message, reason: Reason) -> Message:
    """Let a mail that arrived come back to its sender after all; raises GoogleError 404."""
    sender, original = _sent_copy(google, message.mail.message_id)
    recipient = getaddresses([original.mail.header("to")])[0][1]
    report = bounce_report(original.mail, sender.email, recipient, google.clock.now(), reason)
    letter = Letter(report, "", "pass")
    return _store(google, letter, sender.email, sender, original.thread_id)


def _sent_copy(google: Google, message_id: str) -> tuple[Mailbox, Message]:
    for mailbox in google.mailboxes.values():
        for each in mailbox.by_message_id.get(message_id, ()):
            if "SENT" in mailbox.messages[each].labels:
                return mailbox, mailbox.messages[each]
    raise not_found()


def _bounce(google: Google, letter: Letter, recipient: str, sender: Mailbox) -> None:
    """Gmail shows a bounce in the thread of the mail that came back."""
    original = Mail(letter.raw)
    report = bounce_report(original, sender.email, recipient, google.clock.now(), NO_SUCH_ADDRESS)
    copies = sender.by_message_id.get(original.message_id)
    thread_id = sender.messages[copies[0]].thread_id if copies else None
    _store(google, Letter(report, "", "pass"), sender.email, sender, thread_id)
