"""A mail's headers and parts, read so that no malformed one can break the reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from parley_gmail.reading.charsets import decoded

Mail = Message
_MAX_PARTS = 500
_MAX_BOUNDARIES, _MAX_NESTED = 60, 100_000  # bytes of a mail with more parts in parts than that
_MAX_HEADER = 20_000  # characters; what is longer is no header but an attack
_MAX_BARE = 2_000
_HEADER = re.compile(rb"^([!-9;-~]+)[ \t]*:", re.MULTILINE)
_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_BARE_ID = re.compile(r"[^<>\s,;\"]+@[^<>\s,;\"]+")
# What only a mail has; a text that begins "From: … Sent: …" is a quote, not a mail.
_TELLING = {
    b"received", b"message-id", b"mime-version", b"content-type", b"return-path", b"delivered-to",
    b"in-reply-to", b"references", b"content-transfer-encoding", b"reply-to", b"dkim-signature",
    b"authentication-results", b"received-spf", b"arc-seal", b"x-received", b"list-id", b"sender",
    b"x-mailer", b"user-agent", b"auto-submitted", b"envelope-to", b"x-original-to", b"precedence",
}  # fmt: skip
_USUAL = {b"from", b"to", b"subject", b"date"}


def parsed(raw: bytes) -> Mail:
    """The mail; a text without headers becomes the body of one without headers.

    The lenient policy is used on purpose: 3.11's strict one raises on odd headers.
    """
    raw = raw[raw.startswith(b"\xef\xbb\xbf") and 3 :].lstrip(b"\r\n")
    if not has_headers(raw):
        return _parsed(b"\n" + raw)
    return _parsed(raw)


def _parsed(raw: bytes) -> Mail:
    if raw.count(b"boundary") > _MAX_BOUNDARIES:  # the parser's cost grows with lines times depth
        raw = raw[:_MAX_NESTED]
    try:
        return BytesParser(policy=compat32).parsebytes(raw)
    except RecursionError:  # parts nested hundreds deep; nobody's mail
        return BytesParser(policy=compat32).parsebytes(raw, headersonly=True)


def has_headers(raw: bytes) -> bool:
    """Whether the bytes begin with a mail's headers, rather than being a bare text."""
    end = _HEAD_END.search(raw)
    head = raw[: end.start() if end else len(raw)][:100_000]
    if raw.startswith((b"From ", b">From ")):  # a mailbox file's separator
        head = head.partition(b"\n")[2]
    first = head.split(b"\n", 1)[0]
    if not _HEADER.match(first):
        return False
    names = {name.lower() for name in _HEADER.findall(head)}
    if names & _TELLING:
        return True
    rows = head.strip().splitlines()
    is_whole = end is not None and all(_HEADER.match(row) or row[:1] in b" \t" for row in rows)
    return is_whole and bool(names & _USUAL) and b"sent" not in names


def values(mail: Mail, name: str) -> list[str]:
    """All values of a header, topmost first, unfolded, encoded words kept."""
    wanted = name.lower()
    found = (value for each, value in mail.raw_items() if each.lower() == wanted)
    return [" ".join(_repaired(str(value)[:_MAX_HEADER]).split()) for value in found]


def _repaired(header: str) -> str:
    """A header with bytes that should have been encoded, as UTF-8 or else Latin-1."""
    if header.isascii():
        return header
    return decoded(header.encode("utf-8", "surrogateescape"), "utf-8")


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
    """Message-IDs in a header, with their brackets, in order; brackets are added where missing."""
    lines = values(mail, name)
    found = [each for line in lines for each in _MESSAGE_ID.findall(line)]
    if not found:
        found = [f"<{each}>" for line in lines for each in _BARE_ID.findall(line[:_MAX_BARE])]
    return tuple(dict.fromkeys(found))


def leaves(mail: Mail) -> Iterator[Mail]:
    """The parts that hold content; a forwarded or returned message is one part, not looked into."""
    waiting, seen = [mail], 0
    while waiting and seen < _MAX_PARTS:
        part = waiting.pop()
        seen += 1
        if inner := children(part):
            waiting.extend(reversed(inner))
        else:
            yield part


def children(part: Mail) -> list[Mail]:
    """The parts of a multipart, none for any other."""
    return messages_in(part) if part.get_content_maintype() == "multipart" else []


def messages_in(part: Mail) -> list[Mail]:
    """The messages that a part consists of: parts, a forwarded mail, a report's blocks."""
    inner = part.get_payload() if part.is_multipart() else []  # else it may raise on a bad charset
    return [each for each in inner if isinstance(each, Message)]


def is_attachment(part: Mail) -> bool:
    """Whether people see it as a file rather than as text."""
    disposition = part.get_content_disposition()
    if disposition == "inline" and part.get_content_maintype() == "text":
        return bool(file_name(part)) and part.get_content_type() not in {"text/plain", "text/html"}
    return disposition == "attachment" or bool(file_name(part))


def file_name(part: Mail) -> str:
    """The file's name, empty when it has none."""
    try:
        return str(part.get_filename() or "")
    except (LookupError, ValueError, TypeError):
        return "unnamed"


def body_text(part: Mail) -> str:
    """A text part decoded."""
    try:
        raw = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):  # a transfer encoding that is none
        raw = str(part._payload).encode("utf-8", "surrogateescape")  # type: ignore[attr-defined]  # noqa: SLF001
    return decoded(raw if isinstance(raw, bytes) else b"", charset_of(part))


def charset_of(part: Mail) -> str:
    """The declared charset, UTF-8 where none is."""
    try:
        return str(part.get_content_charset() or "utf-8")
    except (LookupError, ValueError, TypeError):
        return "utf-8"


def parameter(part: Mail, name: str) -> str:
    """A parameter of Content-Type in lower case, empty when it is not there."""
    try:
        found = part.get_param(name)
    except (LookupError, ValueError, TypeError):
        return ""
    return found.lower() if isinstance(found, str) else ""
