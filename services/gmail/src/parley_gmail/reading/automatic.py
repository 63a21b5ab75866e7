"""Whether a machine wrote the mail (RFC 3834 and what programs really send)."""

from __future__ import annotations

import re

from parley_gmail.reading.mail import Mail, parameter, text_of, value

_MARKS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "List-Id")
_PRECEDENCES = {"auto_reply", "auto-reply", "bulk", "junk", "list"}
_SUBJECT = re.compile(
    r"^\s*(?:automatic\s+reply|auto(?:matic)?[\s-]*(?:reply|response)|out\s+of\s+(?:the\s+)?office"
    r"|abwesenheits(?:notiz|nachricht)|automatische\s+antwort|r[ée]ponse\s+automatique"
    r"|respuesta\s+autom[áa]tica|risposta\s+automatica|resposta\s+autom[áa]tica"
    r"|automatisch\s+antwoord|autosvar|automaattinen\s+vastaus)\b",
    re.IGNORECASE,
)


def is_automatic(mail: Mail) -> bool:
    """Whether it must never decide anything nor be answered."""
    submitted = value(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"}:
        return True
    if any(mail.get(mark) is not None for mark in _MARKS):
        return True
    if value(mail, "Precedence").lower() in _PRECEDENCES:
        return True
    if has_null_return_path(mail) or is_disposition_report(mail):
        return True
    return bool(_SUBJECT.match(text_of(mail, "Subject")))


def has_null_return_path(mail: Mail) -> bool:
    """Whether it was sent with an empty envelope sender, as only machines do."""
    return mail.get("Return-Path") is not None and value(mail, "Return-Path") in {"", "<>"}


def is_disposition_report(mail: Mail) -> bool:
    """Whether it is a read receipt (RFC 8098)."""
    is_report = mail.get_content_type() == "multipart/report"
    return is_report and parameter(mail, "report-type") == "disposition-notification"
