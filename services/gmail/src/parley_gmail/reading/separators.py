"""Finds "-----Original Message-----", "Begin forwarded message:" and drawn lines."""

# ruff: noqa: RUF001  # dashes, quotes and colons of other scripts are meant

from __future__ import annotations

import re

from parley_gmail.reading.lines import Line, Role, joined
from parley_gmail.reading.words import separators as words

_DASH = r"[-‐‑–—_=*~#+.]"
_SHORTEST, _LONGEST = 10, 200  # characters of a line that parts


_DASHES = " *_>-‐‑–—=~#+."
_MAX_AFTER = 60  # characters of a name or a date behind the phrase
_ORIGINAL = tuple(words.ORIGINAL)
_FORWARDED = tuple(words.FORWARDED)
_FORWARDED_BY = re.compile(
    rf"^\s*{_DASH}{{2,}}\s?(?:forwarded|weitergeleitet|transféré|transmis|reenviado|inoltrato)\s"
    rf"(?:by|von|par|por|da)\s.{{2,80}}{_DASH}{{2,}}$",
    re.IGNORECASE,
)
_FORWARD_LINES = frozenset(line.replace("\xad", "") for line in words.FORWARD_LINES)
_DASHED = re.compile(rf"^[\s>*_]{{0,6}}{_DASH}{{2}}")
_REPLY_ABOVE = re.compile(
    rf"^[\W_]{{0,80}}(?:{'|'.join(words.REPLY_ABOVE)}).{{0,80}}$", re.IGNORECASE
)
_WROTE_BETWEEN_DASHES = re.compile(
    r"^-{2,}\s?(?:on|am|le|el|il|em|op)\b.{4,200}\b(?:wrote|schrieb|écrit|escribió|scritto|escreveu|schreef)\b.{0,80}-{2,}$",
    re.IGNORECASE,
)
_INLINE_DASHED = re.compile(r"^\s*-{3,}\s?\S.{0,200}\d.{0,100}\bwrote\s?-{3,}\s*$", re.IGNORECASE)
# "-------- Original message --------From: Ann <ann@example.com> Date: …", as some phones send it.
_GLUED = re.compile(r"^(\s*-{3,40}\s?[^\W\d_][^-\n]{2,60}-{3,40})\s*[^\W\d_]{2,20}\s?[:：]")
_RULE = re.compile(rf"^\s*(?:{_DASH}\s?){{5,}}$")
# Novell's ">>> Bob Example <bob@example.com> 23/11/26 10:12 >>>", above a quote without marks.
_BETWEEN_MARKS = re.compile(r"^>>>\s?[^\s>].{2,150}\d.{0,40}>>>$")
_WORDS_BETWEEN_DASHES = re.compile(rf"^\s*{_DASH}{{3,40}}\s?[^\W\d_][^\n]{{2,60}}?{_DASH}{{3,40}}$")
_NOTES = re.compile(
    r"^(?:inactive\s+hide\s+details\s+for|image\s+removed\s+by\s+sender)\b", re.IGNORECASE
)


def _is_between_dashes(row: str, phrases: tuple[str, ...]) -> bool:
    """Whether a phrase stands between dashes; a name or a date may follow it."""
    core = (
        " ".join(row.strip(_DASHES + ":：").split()).casefold().replace("i\u0307", "i")
    )  # a Turkish capital I has a dot
    if not core.startswith(phrases):
        return False
    phrase = max((each for each in phrases if core.startswith(each)), key=len)
    after = core[len(phrase) :]
    is_closed = row.rstrip()[-1:] in "-‐‑–—=_*~#+."
    return not after[:1].isalpha() and len(after) <= _MAX_AFTER and (is_closed or not after)


def _row(line: Line) -> str:
    """What may part: the line, or its head where the headers that follow lost their line ends."""
    if glued := _GLUED.match(line.text):
        return glued[1].strip()
    return joined([line]) if len(line.text) <= _LONGEST else ""


def is_original(line: Line) -> bool:
    """Whether a quote begins, whatever it says of itself."""
    row = _row(line)
    if not _DASHED.match(row):
        return bool(_NOTES.match(row))
    if _is_between_dashes(row, _ORIGINAL):
        return True
    return bool(_WROTE_BETWEEN_DASHES.match(row) or _INLINE_DASHED.match(row))


def is_between_marks(line: Line) -> bool:
    """Whether a line that begins like a quote introduces one."""
    return len(line.text) <= _LONGEST and bool(_BETWEEN_MARKS.match(line.text))


def is_forward(line: Line) -> bool:
    """Whether a forwarded mail begins."""
    row = _row(line)
    if _DASHED.match(row) and (_is_between_dashes(row, _FORWARDED) or _FORWARDED_BY.match(row)):
        return True
    return row.strip(" *_>:：").casefold() in _FORWARD_LINES


def is_reply_above(line: Line) -> bool:
    """Whether a support desk asks people to write above this line."""
    return _SHORTEST < len(line.text) <= _LONGEST and bool(_REPLY_ABOVE.match(joined([line])))


def is_titled_rule(line: Line) -> bool:
    """Whether words stand between dashes; what they mean is known only from what follows."""
    return len(line.text) <= _LONGEST and bool(_WORDS_BETWEEN_DASHES.match(joined([line])))


def is_rule(line: Line) -> bool:
    """Whether a line is drawn across."""
    return line.role is Role.RULE or (len(line.text) <= _LONGEST and bool(_RULE.match(line.text)))
