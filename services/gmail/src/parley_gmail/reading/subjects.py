"""What a subject says about the mail: an answer, a forward, or a machine's reply."""

# ruff: noqa: RUF001  # dashes, quotes and colons of other scripts are meant

from __future__ import annotations

import re

from parley_gmail.reading.words import subjects as words

REPLY, FORWARD, NEITHER = "reply", "forward", ""

_TAGS = re.compile(r"^(?:\s*[\[【(（][^\]】)）]{1,60}[\]】)）])+\s*")
_PREFIX = re.compile(
    r"^\s*([^\W\d_][^\s:：\[\](){}\d]{0,14}(?:\s[^\W\d_][^\s:：\[\](){}\d]{0,9})?)\s?(?:[\[(*^]?\d{1,3}[\])]?)?\s?[:：]",
    re.IGNORECASE,
)
_WRAPPED = re.compile(r"^\s*[\[(]\s?fwd?\s?:", re.IGNORECASE)  # "[Fwd: Release]"
_AUTOMATIC = re.compile(rf"^[\s\W_]*(?:{'|'.join(words.AUTOMATIC)})", re.IGNORECASE)
_MARKED = re.compile(r"\((?:out\s+of\s+(?:the\s+)?office|abwesend|absent)\)\s*$", re.IGNORECASE)
_REPLIES = frozenset(each.casefold() for each in words.REPLY)
_FORWARDS = frozenset(each.casefold() for each in words.FORWARD)
_LONGEST = 500


def prefix(subject: str) -> str:
    """``reply``, ``forward`` or empty, by the first prefix; list tags before it do not count.

    "VS" means either, by language; then it is ``reply``, and the body may know better.
    """
    word = _first_word(subject)
    if _WRAPPED.match(subject) or subject.rstrip().lower().endswith("(fwd)"):
        return FORWARD
    if word in _REPLIES:
        return REPLY
    return FORWARD if word in _FORWARDS else NEITHER


def is_ambiguous(subject: str) -> bool:
    """Whether its prefix means a reply in one language and a forward in another."""
    word = _first_word(subject)
    return word in _REPLIES and word in _FORWARDS


def is_automatic(subject: str) -> bool:
    """Whether it begins as automatic replies' subjects do, also behind a "Re:"."""
    subject = subject[:_LONGEST]
    while True:
        if _AUTOMATIC.match(_TAGS.sub("", subject)) or _AUTOMATIC.match(subject):
            return True
        found = _PREFIX.match(subject)
        if found is None or found[1].casefold() not in _REPLIES:
            return False
        subject = subject[found.end() :]


def is_marked_automatic(subject: str) -> bool:
    """Whether a program put its mark behind the subject that it answers, as GroupWise does."""
    return bool(_MARKED.search(subject[:_LONGEST]))


def _first_word(subject: str) -> str:
    untagged = _TAGS.sub("", subject[:_LONGEST])
    found = _PREFIX.match(untagged) or _PREFIX.match(subject[:_LONGEST])
    return found[1].casefold() if found else ""
