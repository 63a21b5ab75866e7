"""Header values that cannot become other headers; titles and names come from agents."""

from __future__ import annotations

import re
import unicodedata

MAX_SUBJECT_CHARACTERS = 200
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_ENCODED_WORD = "=?"
_LINE_ENDS = {"\u2028", "\u2029"}


class BadHeaderError(Exception):
    """A value that would change the mail's headers; `field` says which one."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field} {why}")
        self.field = field


def guarded(field: str, value: str) -> str:
    """The value, if it is safe as a header.

    An encoded word (``=?…?=``) is refused because Python 3.11 decodes it and writes a line break
    hidden in it (CVE-2024-6923).

    Raises:
        BadHeaderError: It holds a control character, a line end or ``=?``.
    """
    if any(is_control(character) for character in value):
        raise BadHeaderError(field, "holds a line break or another control character.")
    if _ENCODED_WORD in value:
        raise BadHeaderError(field, "holds `=?`, which begins an encoded word.")
    return value


def guarded_address(field: str, value: str) -> str:
    """The value, if it is one plain address (RFC 5321 dot-string, no display name).

    Raises:
        BadHeaderError: It is not.
    """
    if not _ADDRESS.fullmatch(guarded(field, value)):
        raise BadHeaderError(field, "is not a plain e-mail address.")
    return value


def guarded_id(field: str, value: str) -> str:
    """The value, if it is one Message-ID in its brackets.

    Raises:
        BadHeaderError: It is not.
    """
    if not _MESSAGE_ID.fullmatch(guarded(field, value)):
        raise BadHeaderError(field, "holds no Message-ID.")
    return value


def is_control(character: str) -> bool:
    """Whether Python or a mail server could take it for the end of a line, or worse."""
    return unicodedata.category(character) == "Cc" or character in _LINE_ENDS


def subject_from(text: str) -> str:
    """A subject out of free text: its first line, without markup, safe by construction."""
    lines = [line.strip(" #>*_`-\t") for line in text.splitlines()]
    first = next((line for line in lines if line), "")
    clean = "".join(" " if is_control(character) else character for character in first)
    return shortened(clean.replace(_ENCODED_WORD, "= ?"))


def shortened(subject: str) -> str:
    """At most 200 characters, cut at a word."""
    if len(subject) <= MAX_SUBJECT_CHARACTERS:
        return subject
    return subject[: MAX_SUBJECT_CHARACTERS - 1].rsplit(" ", 1)[0].rstrip() + "…"
