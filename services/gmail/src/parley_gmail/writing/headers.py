"""Header values that cannot become other headers; titles and names come from agents."""

from __future__ import annotations

import re

MAX_SUBJECT_CHARACTERS = 200
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_ENCODED_WORD = "=?"
# What Python or a mail server could take for the end of a line, or worse.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


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
    if _CONTROL.search(value):
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


def subject_from(text: str) -> str:
    """A subject out of free text: its first line, without markup, safe by construction."""
    lines = [line.strip(" #>*_`-\t") for line in text.splitlines()]
    first = next((line for line in lines if line), "")
    clean = _CONTROL.sub(" ", first)
    return shortened(clean.replace(_ENCODED_WORD, "= ?"))


def shortened(subject: str) -> str:
    """At most 200 characters, cut at a word."""
    if len(subject) <= MAX_SUBJECT_CHARACTERS:
        return subject
    return subject[: MAX_SUBJECT_CHARACTERS - 1].rsplit(" ", 1)[0].rstrip() + "…"
