"""Mail as bytes: reading it without losing any, and changing single header fields."""

import re
from dataclasses import dataclass
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message as MimeMessage
from email.parser import BytesParser
from functools import cached_property
from html import unescape

_PREFIX = re.compile(r"^\s*((re|fwd?|aw|wg|sv|antw)(\[\d+\])?:\s*)+", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_TAGS = re.compile(r"<(style|script)\b.*?</\1>|<[^>]+>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Field:
    """One header field; `raw` includes its folded lines and the final CRLF."""

    name: str
    raw: bytes


@dataclass(frozen=True)
class Mail:
    """One RFC 5322 message, exactly as stored."""

    raw: bytes

    @cached_property
    def parsed(self) -> MimeMessage:
        """The MIME tree; compat32, because it never fails on odd input."""
        return BytesParser(policy=policy.compat32).parsebytes(self.raw)

    @cached_property
    def headers(self) -> list[tuple[str, str]]:
        """Every header in order, unfolded and with encoded words decoded."""
        return [(name, decoded(str(value))) for name, value in self.parsed.items()]

    def header(self, name: str) -> str:
        """Return the topmost header of that name, or an empty string."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), "")

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        return self.header("subject")

    @property
    def message_id(self) -> str:
        """The Message-ID with its angle brackets."""
        return self.header("message-id").strip()

    @cached_property
    def references(self) -> frozenset[str]:
        """Every Message-ID that the mail refers to."""
        both = f"{self.header('references')} {self.header('in-reply-to')}"
        return frozenset(_MESSAGE_ID.findall(both))

    def text(self, subtype: str = "plain") -> str:
        """Return the first `text/<subtype>` part that is no attachment, decoded."""
        for part in self.parsed.walk():
            if part.get_content_type() == f"text/{subtype}" and not part.get_filename():
                return part_text(part)
        return ""

    @cached_property
    def snippet(self) -> str:
        """About two hundred characters of what people read."""
        text = self.text() or unescape(_TAGS.sub(" ", self.text("html")))
        return " ".join(text.split())[:200]

    def contains(self, needle: str) -> bool:
        """Whether the text occurs in the bytes, a header or a decoded text part."""
        if needle.encode() in self.raw or any(needle in value for _, value in self.headers):
            return True
        return needle in self.text() or needle in self.text("html")


def part_text(part: MimeMessage) -> str:
    """Return a part's text; an unknown charset becomes latin-1."""
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    try:
        return data.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return data.decode("latin-1")


def decoded(value: str) -> str:
    """Return a header value unfolded and decoded; as it is when it cannot be decoded."""
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", value)
    try:
        return str(make_header(decode_header(unfolded)))
    except (HeaderParseError, LookupError, ValueError):
        return unfolded


def normal_subject(subject: str) -> str:
    """Return the subject without `Re:` and the like, for comparing."""
    return " ".join(_PREFIX.sub("", subject).lower().split())


def with_crlf(raw: bytes) -> bytes:
    """Return the message with CRLF line ends, as mail travels."""
    return re.sub(rb"\r?\n", b"\r\n", raw)


def split_fields(raw: bytes) -> tuple[list[Field], bytes]:
    """Return header fields and the rest, which begins with the empty line."""
    head, separator, body = with_crlf(raw).partition(b"\r\n\r\n")
    if head.startswith(b"\r\n"):
        return [], with_crlf(raw)
    fields: list[Field] = []
    for line in head.split(b"\r\n"):
        if line[:1] in {b" ", b"\t"} and fields:
            fields[-1] = Field(fields[-1].name, fields[-1].raw + line + b"\r\n")
        else:
            name = line.partition(b":")[0].strip().decode("latin-1").lower()
            fields.append(Field(name, line + b"\r\n"))
    return fields, b"\r\n" + body if separator else b"\r\n"


def join_fields(fields: list[Field], rest: bytes) -> bytes:
    """Put a message together again."""
    return b"".join(field.raw for field in fields) + rest


def field(name: str, value: str) -> Field:
    """Return a new header field."""
    return Field(name.lower(), f"{name}: {value}\r\n".encode())


def replace_field(fields: list[Field], name: str, value: str | None) -> list[Field]:
    """Return the fields with all of that name replaced by one at the first's place.

    None removes them; a field that was not there goes to the end.
    """
    key = name.lower()
    first = next((i for i, f in enumerate(fields) if f.name == key), len(fields))
    kept = [f for f in fields if f.name != key]
    new = [] if value is None else [field(name, value)]
    return kept[:first] + new + kept[first:]
