"""A mail's headers and parts, read so that no malformed one can break the reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

Mail = Message
_IDENTIFIER = re.compile(r"<[^<>\s]+>")


def parsed(raw: bytes) -> Mail:
    """The mail. The lenient policy is used on purpose: 3.11's strict one raises on odd headers."""
    return BytesParser(policy=compat32).parsebytes(raw)


def values(mail: Mail, name: str) -> list[str]:
    """All values of a header, topmost first, unfolded, encoded words kept."""
    return [" ".join(str(value).split()) for value in mail.get_all(name, [])]


def value(mail: Mail, name: str) -> str:
    """The topmost value, empty when there is none."""
    return next(iter(values(mail, name)), "")


def text_of(mail: Mail, name: str) -> str:
    """The topmost value as people read it, encoded words decoded."""
    raw = value(mail, name)
    try:
        return str(make_header(decode_header(raw)))
    except (MessageError, LookupError, ValueError):
        return raw


def identifiers(mail: Mail, name: str) -> tuple[str, ...]:
    """Message-IDs in a header, with their brackets, in order."""
    found = (each for line in values(mail, name) for each in _IDENTIFIER.findall(line))
    return tuple(dict.fromkeys(found))


def leaves(mail: Mail) -> Iterator[Mail]:
    """The parts that hold content; a forwarded or returned message is one part, not looked into."""
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(each for each in reversed(inner) if isinstance(each, Message))
        else:
            yield part


def is_attachment(part: Mail) -> bool:
    """Whether people see it as a file rather than as text."""
    return part.get_content_disposition() == "attachment" or bool(file_name(part))


def file_name(part: Mail) -> str:
    """The file's name, empty when it has none."""
    try:
        return str(part.get_filename() or "")
    except (LookupError, ValueError, TypeError):
        return "unnamed"


def body_text(part: Mail) -> str:
    """A text part decoded: declared charset, else UTF-8, else Latin-1."""
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else str(part.get_payload()).encode("utf-8", "replace")
    for charset in (charset_of(part), "utf-8"):
        try:
            return data.decode(charset)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def charset_of(part: Mail) -> str:
    """The declared charset, UTF-8 where none is."""
    try:
        return str(part.get_content_charset() or "utf-8")
    except (LookupError, ValueError, TypeError):
        return "utf-8"


def parameter(part: Mail, name: str) -> str:
    """A parameter of Content-Type in lower case, empty when it is not there."""
    found = part.get_param(name)
    return found.lower() if isinstance(found, str) else ""
