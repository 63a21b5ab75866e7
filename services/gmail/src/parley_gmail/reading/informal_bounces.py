"""Bounces without a machine-readable part, as many servers still send them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parley_gmail.reading import subjects
from parley_gmail.reading.automatic import has_null_return_path, is_disposition_report
from parley_gmail.reading.html_text import html_lines
from parley_gmail.reading.mail import Mail, body_text, leaves, parameter, text_of, value
from parley_gmail.reading.words import bounces as words

_DAEMON = re.compile("|".join(words.DAEMONS), re.IGNORECASE)
_NOBODY = re.compile(r"mailer-?daemon", re.IGNORECASE)  # a postmaster may be a person
_SUBJECT = re.compile("|".join(words.SUBJECTS), re.IGNORECASE)
_PHRASE = re.compile("|".join(words.PHRASES), re.IGNORECASE)
_SOFT = re.compile(words.SOFT, re.IGNORECASE)
_HARD = re.compile(words.HARD, re.IGNORECASE)
_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])[0-7]\d(?:[\s-]|$)", re.MULTILINE)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,24}")
_SEEN = 6_000  # characters; a report says why at its top
_ENOUGH = 4  # points
_LINE_OF_FAULT = re.compile(
    r"[45]\d\d[\s-]|[45]\.\d+\.\d+|unknown|rejected|full|quota|not\s+exist|denied", re.IGNORECASE
)


@dataclass(frozen=True)
class Informal:
    """What a report in words says."""

    is_soft: bool
    code: str
    detail: str
    recipient: str


def informal(mail: Mail, *, has_returned: bool) -> Informal | None:
    """What the mail reports; None where too little speaks for its being a bounce.

    Args:
        mail: A mail without a part of type ``message/delivery-status``.
        has_returned: Whether it carries another mail, or another mail's headers.
    """
    text = _text(mail)
    failed = value(mail, "X-Failed-Recipients")
    if not failed and _points(mail, text, has_returned=has_returned) < _ENOUGH:
        return None
    code = _code(text)
    is_soft = code.startswith("4") or (not code.startswith("5") and _is_soft(mail, text))
    return Informal(is_soft, code, _detail(text), _recipient(failed, text))


def _points(mail: Mail, text: str, *, has_returned: bool) -> int:
    """How much speaks for a bounce: who sent it, what it is called, what it says."""
    if is_disposition_report(mail):
        return 0
    subject, sender = text_of(mail, "Subject"), text_of(mail, "From")
    is_daemon, has_no_path = bool(_DAEMON.search(sender)), has_null_return_path(mail)
    is_named = bool(_SUBJECT.search(subject)) and not subjects.prefix(subject)
    is_report = parameter(mail, "report-type") == "delivery-status"
    if not (is_daemon or is_named or has_no_path or is_report):
        return 0
    says = len({found.casefold()[:20] for found in _hits(text)})
    points = 2 * is_daemon + bool(_NOBODY.search(sender)) + 2 * is_named + min(says, 2)
    points += has_returned + has_no_path + 4 * is_report
    is_answer = subjects.prefix(subject) == subjects.REPLY and not has_no_path
    is_sure = (says and (is_daemon or has_no_path)) or (is_daemon and (is_named or has_no_path))
    if is_report or (is_sure and not is_answer):
        return points
    return points - 1 if is_named and not is_answer else min(points, _ENOUGH - 1)


def _hits(text: str) -> list[str]:
    return [found[0] for found in _PHRASE.finditer(text)]


def _text(mail: Mail) -> str:
    """The readable top of the report."""
    for part in leaves(mail):
        kind = part.get_content_type()
        if kind == "text/html":
            return "\n".join(line.text for line in html_lines(body_text(part)[: 10 * _SEEN]))[
                :_SEEN
            ]
        if part.get_content_maintype() == "text" and (text := body_text(part)[:_SEEN]).strip():
            return text
    return ""


def _code(text: str) -> str:
    found = _STATUS.search(text)
    if found:
        return found[1]
    reply = _REPLY_CODE.search(text)
    return f"{reply[1]}.0.0" if reply else ""


def _is_soft(mail: Mail, text: str) -> bool:
    said = f"{text_of(mail, 'Subject')} {text}"
    return bool(_SOFT.search(said)) and not _HARD.search(said)


def _detail(text: str) -> str:
    return next((row.strip() for row in text.split("\n") if _LINE_OF_FAULT.search(row)), "")


def _recipient(failed: str, text: str) -> str:
    if failed:
        return failed.partition(",")[0].strip().strip("<>").lower()
    found = next((each for each in _ADDRESS.findall(text) if not _DAEMON.search(each)), "")
    return str(found).lower()
