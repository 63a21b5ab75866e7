"""Finds "-----Original Message-----", "Begin forwarded message:" and drawn lines."""

# ruff: noqa: RUF001  # dashes, quotes and colons of other scripts are meant

from __future__ import annotations

import re

from parley_gmail.reading.lines import Line, Role, joined
from parley_gmail.reading.words import separators as words

_DASH = r"[-–—_=*~#+.]"
_SHORTEST, _LONGEST = 10, 200  # characters of a line that parts


def _between_dashes(phrases: tuple[str, ...]) -> re.Pattern[str]:
    spelled = "|".join(re.escape(each).replace(r"\ ", r"\s+") for each in phrases)
    return re.compile(
        rf"^\s*[*_>\s]*{_DASH}{{2,40}}\s?-?\s?\*?(?:{spelled})\b[^\n]{{0,60}}?\s?{_DASH}{{1,40}}\W{{0,3}}$"
        rf"|^\s*{_DASH}{{3,40}}\s?(?:{spelled})\s?[:：]?$",
        re.IGNORECASE,
    )


_ORIGINAL = _between_dashes(words.ORIGINAL)
_FORWARDED = _between_dashes(words.FORWARDED)
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
_RULE = re.compile(rf"^\s*(?:{_DASH}\s?){{5,}}$")
_WORDS_BETWEEN_DASHES = re.compile(rf"^\s*{_DASH}{{3,40}}\s?[^\W\d_][^\n]{{2,60}}?{_DASH}{{3,40}}$")
_NOTES = re.compile(
    r"^(?:inactive\s+hide\s+details\s+for|image\s+removed\s+by\s+sender)\b", re.IGNORECASE
)


def is_original(line: Line) -> bool:
    """Whether a quote begins, whatever it says of itself."""
    row = joined([line]) if len(line.text) <= _LONGEST else ""
    if not _DASHED.match(row):
        return bool(_NOTES.match(row))
    return any(pattern.match(row) for pattern in (_ORIGINAL, _WROTE_BETWEEN_DASHES, _INLINE_DASHED))


def is_forward(line: Line) -> bool:
    """Whether a forwarded mail begins."""
    row = joined([line]) if len(line.text) <= _LONGEST else ""
    if _DASHED.match(row) and (_FORWARDED.match(row) or _FORWARDED_BY.match(row)):
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
