"""Finds disclaimers, the footers of mailing lists and virus scanners, and gateways' banners."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parley_gmail.reading.lines import Line, joined
from parley_gmail.reading.separators import is_rule
from parley_gmail.reading.words import footers as words
from parley_gmail.reading.words.banners import BANNERS, OF_MAIL

_LONG = 80  # characters; a sentence of a person's about secrecy is shorter than a notice
_OF_ITSELF = re.compile(
    rf"^[\W_]{{0,6}}(?:(?:{words.HEADINGS})[\W_]{{1,6}})?(?:{'|'.join(words.SPEAKS_OF_ITSELF)})",
    re.IGNORECASE,
)
_CONFIDENTIAL = re.compile(words.CONFIDENTIAL, re.IGNORECASE)
_NOTICE = re.compile(rf"(?:P\s+)?(?:{'|'.join(words.NOTICES)})", re.IGNORECASE)  # P: a tree
_WIDE = re.compile(r"[\u2e80-\uffdc]")  # letters that say as much as two
_SCANNED = re.compile(rf"^[\W_]{{0,6}}(?:{'|'.join(words.SCANNED)})", re.IGNORECASE)
_BANNER = re.compile(rf"^[\W_]{{0,6}}(?:{'|'.join(BANNERS)})", re.IGNORECASE)
_OF_MAIL = re.compile(OF_MAIL, re.IGNORECASE)
_LISTED = re.compile(words.LISTED, re.IGNORECASE)
_LIST_NOTE = re.compile(rf"^[\W_]{{0,4}}(?:{'|'.join(words.LIST_NOTES)})", re.IGNORECASE)
_LINK = re.compile(r"^[\s<(\[]*(?:https?://|www\.|cid:|image:)\S*[\s>)\]]*$", re.IGNORECASE)
_LEADING_LINKS = re.compile(r"^(?:[<\[(]?https?://\S+\s+){1,3}")
_NUMBERED = re.compile(r"^\[\d{1,3}\]\s\S+$")
_MAX_LIST_LINES = 14
_LONGEST_LINK = 300  # characters
_REACH = 60  # lines, blank ones too
_SEEN = 1_500  # characters of a paragraph that are looked at


def footer_start(lines: Sequence[Line], *, is_below: bool = False) -> int:
    """Where the footer begins; the end where there is none.

    Args:
        lines: A run of lines.
        is_below: Nothing of the writer's needs to stand above the footer.
    """
    first = 0 if is_below else _first_words(lines)
    for start, paragraph in _paragraphs(lines):
        is_footer = (is_below or start > first) and (
            _is_notice(paragraph)
            or _is_list_footer(lines, start, paragraph)
            or (paragraph == "Links:" and _is_link_table(lines[start + 1 :]))
        )
        if is_footer:
            return _with_rule(lines, start)
    return len(lines)


def banner_end(lines: Sequence[Line]) -> int:
    """Where the text begins below a banner that a gateway put on top; 0 where there is none."""
    first, *others = [each for each in _paragraphs(lines) if each[1]][:2] or [(0, "")]
    is_banner = bool(_BANNER.match(first[1])) and bool(_OF_MAIL.search(first[1]))
    return others[0][0] if others and is_banner else 0


def _first_words(lines: Sequence[Line]) -> int:
    return next((at for at, line in enumerate(lines) if not line.is_blank), len(lines))


def _paragraphs(lines: Sequence[Line]) -> list[tuple[int, str]]:
    """Each paragraph's first line and its text; a rule is a paragraph of its own."""
    found: list[tuple[int, str]] = []
    start = 0
    for at in range(len(lines) + 1):
        ends = at == len(lines) or lines[at].is_blank or is_rule(lines[at])
        if ends and at > start:
            found.append((start, joined(lines[start:at])[:_SEEN]))
        if ends:
            if at < len(lines) and is_rule(lines[at]):
                found.append((at, ""))
            start = at + 1
    return found


def _is_notice(paragraph: str) -> bool:
    paragraph = _LEADING_LINKS.sub("", paragraph)
    if _SCANNED.match(paragraph[:300]) or _LIST_NOTE.match(paragraph):
        return True
    if _NOTICE.match(paragraph):
        return True
    is_long = len(paragraph) + len(_WIDE.findall(paragraph)) >= _LONG
    return is_long and bool(_OF_ITSELF.match(paragraph) and _CONFIDENTIAL.search(paragraph))


def _is_list_footer(lines: Sequence[Line], start: int, paragraph: str) -> bool:
    """Whether a rule is followed by nothing but a mailing list's few lines."""
    if paragraph or len(lines) - start > _REACH or not is_rule(lines[start]):
        return False
    below = [line for line in lines[start + 1 :] if not line.is_blank]
    return 0 < len(below) <= _MAX_LIST_LINES and bool(_LISTED.search(joined(below)[:_SEEN]))


def _is_link_table(lines: Sequence[Line]) -> bool:
    """Whether Roundcube's links are all that follows: a rule and ``[1] https://…``."""
    below = [line.text for line in lines if not line.is_blank and not is_rule(line)]
    return bool(below) and all(_NUMBERED.match(row) for row in below)


def _with_rule(lines: Sequence[Line], start: int) -> int:
    """A rule or a lone link above a footer belongs to it."""
    above = start - 1
    while above > 0 and (lines[above].is_blank or is_rule(lines[above]) or _is_bare(lines[above])):
        above -= 1
    return above + 1


def _is_bare(line: Line) -> bool:
    return (
        bool(_LINK.match(line.text)) and len(line.text) < _LONGEST_LINK
    ) or line.text.strip() in {"---", "***", "--"}
