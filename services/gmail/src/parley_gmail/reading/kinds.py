"""What a mail is: an answer, a forward, a machine's reply, or something else."""

from __future__ import annotations

import re

from parley_gmail.reading import subjects
from parley_gmail.reading.automatic import is_automatic, is_from_list, says_so
from parley_gmail.reading.mail import Mail, leaves, parameter, text_of, value
from parley_gmail.reading.quotes import Cut

_SCANDINAVIAN = re.compile(r"\bfra\s?:", re.IGNORECASE)
REPLY, AUTO_REPLY, BOUNCE, FORWARD, OTHER = "reply", "auto_reply", "bounce", "forward", "other"


def kind(mail: Mail, found: Cut, token: str) -> str:
    """The kind of a mail that is no bounce.

    Args:
        mail: The mail.
        found: What its writer wrote.
        token: Of the plus address that it was sent to.
    """
    subject = text_of(mail, "Subject")
    is_linked = bool(token or value(mail, "In-Reply-To") or value(mail, "References"))
    is_answer = is_linked or found.has_quote or subjects.prefix(subject) == subjects.REPLY
    if is_automatic(mail) or says_so(found.text, is_answer=found.has_quote):
        return AUTO_REPLY
    if is_called_automatic(subject, found) or (is_from_list(mail) and not found.has_quote):
        return AUTO_REPLY
    if is_invitation(mail):
        return OTHER
    if is_forward(mail, found, subject, is_linked=is_linked):
        return FORWARD
    return REPLY if is_answer else OTHER


def is_called_automatic(subject: str, found: Cut) -> bool:
    """Whether the subject says so, and nobody answers "Re: Automatic reply: …" in their own words."""
    if subjects.is_marked_automatic(subject):
        return True
    is_reply = subjects.prefix(subject) == subjects.REPLY and found.has_quote and bool(found.text)
    return subjects.is_automatic(subject) and not is_reply


def is_forward(mail: Mail, found: Cut, subject: str, *, is_linked: bool) -> bool:
    """Whether it passes another mail on."""
    prefix = subjects.prefix(subject)
    if prefix == subjects.FORWARD:
        return True
    if found.has_forward:
        return prefix != subjects.REPLY
    if subjects.is_ambiguous(subject) and _SCANDINAVIAN.search(found.introduction):
        return True  # "VS:" is a forward in Danish and Norwegian, a reply in Finnish and Estonian
    is_passed_on = any(part.get_content_type() == "message/rfc822" for part in leaves(mail))
    return is_passed_on and not (is_linked or prefix)


def is_invitation(mail: Mail) -> bool:
    """Whether a calendar sent it: "Accepted: …" is about a meeting, never about a question."""
    return any(
        part.get_content_type() == "text/calendar" and bool(parameter(part, "method"))
        for part in leaves(mail)
    )
