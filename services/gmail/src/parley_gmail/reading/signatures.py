"""Cuts away signatures, what phones add, disclaimers and the footers of lists and scanners."""

# ruff: noqa: RUF001  # dashes, quotes and colons of other scripts are meant

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parley_gmail.reading.attributions import essence
from parley_gmail.reading.footers import footer_start
from parley_gmail.reading.lines import Line, Role, joined, trimmed
from parley_gmail.reading.separators import is_rule
from parley_gmail.reading.words import signatures as words

_DELIMITER = re.compile(r"^\s{0,3}[*_]?(?:--|—|––|——|-\s-|—-|__)[*_]?\s*$")
_INITIALS = re.compile(
    r"^-[^\W\d_][\w.'’-]*(?:\s[^\W\d_][\w.'’-]*){0,2}[.!]?$"
    r"|^-\s[A-ZÀ-ÞА-Я][\w.'’-]*(?:\s[A-ZÀ-ÞА-Я][\w.'’-]*)?$"
)
_CONTACT = re.compile(
    r"@|https?:|www\.|\+?\d[\d\s().-]{6,}|\b(?:tel|phone|mob|mobile|cell|fax|skype)\b",
    re.IGNORECASE,
)
_LONGEST = 160  # characters of a line that a phone adds
_FEW_WORDS, _MANY_WORDS = 7, 14
# What a sentence has and a label has not.
_GOES_ON = re.compile(
    r"\?|\b(?:is|was|are|were|will|would|because|which|that|ist|war|est|es|è)\b", re.IGNORECASE
)
_IS_SENTENCE = re.compile(
    r"[,;:]|\.\s|\b(?:by|on|at|to|for|yesterday|today|tomorrow)\b", re.IGNORECASE
)
_SIGNATURE_LINES, _SIGNATURE_WIDTH = 12, 72
_NAMES, _NAME_WORDS = 3, 4  # lines, and words in each
_SIGNATURE_REACH = 60  # lines, blank ones too
_CARD_LINES, _CARD_WIDTH, _CARD_NAME_WORDS = 8, 70, 6
_WORDS = re.compile(r"[^\W\d_]{2,}")
_ENDS_SENTENCE = re.compile(r"[?!:;,]$|[^\W\d_]{5,}\.$")
_NO_NAME = re.compile(r"[\d:;?!@]")
_SEAM = re.compile(r"(?<=[\w.!?…)\]])(?=[A-ZÀ-ÞА-ЯΑ-Ω])")
_MARK = re.compile(r"^\s*[-–—_=*]{2,}\s*$")
_UNDERLINE = re.compile(r"^_{20,}$")
_LOUD = re.compile(r"!|\w\.[a-z]{2,10}\b")
_ADVERTISEMENT_LINES, _ADVERTISEMENT_WIDTH = 4, 200
_LAST_LINK = re.compile(r"\s*[(<\[]\s*https?://[^\s()<>\[\]]+\s*[)>\]][\s.]*$")

_AFFIXES = r"^[\W_]{0,4}", r"[\W_]{0,6}$"
_SENT_FROM = re.compile(
    rf"{_AFFIXES[0]}(?:{'|'.join(words.SENT_FROM)})(?P<rest>.*)$", re.IGNORECASE
)
_WHOLE = re.compile(
    rf"{_AFFIXES[0]}(?:{'|'.join((*words.SENT_FROM_AT_END, *words.ADVERTISED, *words.EXCUSES))}){_AFFIXES[1]}",
    re.IGNORECASE,
)
_EXCUSE = re.compile("|".join(words.EXCUSES), re.IGNORECASE)
_DEVICE = re.compile(
    rf"(?<![^\W\d_])(?:{'|'.join(sorted(map(re.escape, words.DEVICES), key=len, reverse=True))})",
    re.IGNORECASE,
)


def without_signature(
    lines: Sequence[Line], known: frozenset[str] = frozenset(), *, is_below: bool = False
) -> list[Line]:
    """The lines above the signature; a rule in the text above it is kept.

    Args:
        lines: A run of lines that the writer's program sent as their own.
        known: What the HTML part marks as a signature, as `essence` gives it.
        is_below: They have written above a quote already, so that only a footer may follow it.
    """
    own = _unglued(_without_marked(lines))
    own = own[: footer_start(own, is_below=is_below)]
    own = _without_last_rule(own[: _delimiter(own)])
    while own and (start := _last_addition(own, known)) < len(own):
        own = _without_last_rule(own[:start], _MARK)
    return own


def without_guessed(lines: list[Line], writer: frozenset[str]) -> list[Line]:
    """The lines without what nothing marks, and what mostly is no word of the writer's.

    Args:
        lines: As `without_signature` gives them.
        writer: The words of the writer's name, in lower case.
    """
    own = lines[: _advertisement(lines)]
    while own and (start := _last_addition(own, frozenset())) < len(own):
        own = own[:start]
    return own[: _business_card(own, writer)]


def _unglued(lines: list[Line]) -> list[Line]:
    """With what a phone added on a line of its own: "Go ahead!Sent from my Galaxy"."""
    last = next((at for at in range(len(lines) - 1, -1, -1) if not lines[at].is_blank), -1)
    text = lines[last].text if lines else ""
    for found in _SEAM.finditer(text, max(len(text) - _LONGEST, 0)):
        if _SENT_FROM.match(rest := text[found.start() :]) and is_addition(rest):
            parts = [Line(text[: found.start()]), Line(text[found.start() :])]
            return [*lines[:last], *parts, *lines[last + 1 :]]
    return lines


def _without_marked(lines: Sequence[Line]) -> list[Line]:
    """Without what markup says is a signature, unless nothing else is there."""
    rest = [line for line in lines if line.role is not Role.SIGNATURE]
    has_words = any(not line.is_blank for line in rest)
    return rest if has_words else [Line(line.text) for line in lines]


def _without_last_rule(lines: list[Line], mark: re.Pattern[str] | None = None) -> list[Line]:
    """Without a line drawn at the end, which parts what follows from what it follows.

    Args:
        lines: The writer's lines.
        mark: What counts as drawn besides.
    """
    own = trimmed(lines)
    is_drawn = bool(own) and (is_rule(own[-1]) or bool(mark and mark.match(own[-1].text)))
    return own[:-1] if is_drawn else lines


def _delimiter(lines: Sequence[Line]) -> int:
    """Where ``-- `` stands, or a longer rule with a signature below; else the end."""
    for at, line in enumerate(lines):
        if _DELIMITER.match(line.text):
            return at
        is_short = line.text.strip() == "---"
        is_near_end = at > 0 and len(lines) - at <= _SIGNATURE_REACH
        if (
            is_near_end
            and (is_short or is_rule(line))
            and _is_signature(lines[at + 1 :], is_short=is_short)
        ):
            return at
    return len(lines)


def _advertisement(lines: Sequence[Line]) -> int:
    """Where a free mail provider's few rows begin, below a blank line and a long underline."""
    for at in range(max(len(lines) - _SIGNATURE_REACH, 1), len(lines)):
        if not (_UNDERLINE.match(lines[at].text) and lines[at - 1].is_blank):
            continue
        rows = [each.text for each in lines[at + 1 :] if not each.is_blank]
        is_brief = all(len(row) <= _ADVERTISEMENT_WIDTH for row in rows)
        is_loud = any(_LOUD.search(row) for row in rows)
        if len(rows) <= _ADVERTISEMENT_LINES and is_brief and is_loud:
            return at
    return len(lines)


def _is_signature(lines: Sequence[Line], *, is_short: bool) -> bool:
    """Whether these lines are short, few, and say how to reach somebody, or are one name."""
    rows = [line.text for line in lines if not line.is_blank]
    if not rows or len(rows) > _SIGNATURE_LINES or any(len(row) > _SIGNATURE_WIDTH for row in rows):
        return False
    if is_short and len(rows) <= _NAMES and all(_is_name(row) for row in rows):
        return True
    return any(_CONTACT.search(row) for row in rows) and not any(row.endswith("?") for row in rows)


def _is_name(row: str) -> bool:
    return (
        len(row.split()) <= _NAME_WORDS
        and not row.endswith(("?", ".", ":", ";"))
        and row[:1].isalpha()
    )


def _business_card(lines: Sequence[Line], writer: frozenset[str]) -> int:
    """Where the last block is the writer's name and how to reach them; else the end.

    Somebody else's name and number are what they wrote.
    """
    below: list[str] = []
    for at in range(len(lines) - 1, 0, -1):
        row = lines[at].text.strip()
        if not row:
            continue
        below.insert(0, row)
        if len(below) > _CARD_LINES or len(row) > _CARD_WIDTH or _ENDS_SENTENCE.search(row):
            break
        if lines[at - 1].is_blank and _is_heading(row, writer):
            above = next((each.text for each in lines[at - 1 :: -1] if not each.is_blank), ":")
            has_contact = any(_CONTACT.search(each) for each in below[1:])
            return at if has_contact and not above.endswith((":", "：")) else len(lines)
    return len(lines)


def _is_heading(row: str, writer: frozenset[str]) -> bool:
    """Whether it is the writer's name, with titles perhaps: "Constance Reeve, P.E."."""
    is_name = len(row.split()) <= _CARD_NAME_WORDS and row[0].isalpha() and not _NO_NAME.search(row)
    return is_name and not writer.isdisjoint(_WORDS.findall(row.casefold()))


def _last_addition(lines: Sequence[Line], known: frozenset[str]) -> int:
    """Where the last thing begins that a program added; the end where there is none."""
    end = next((at for at in range(len(lines), 0, -1) if not lines[at - 1].is_blank), 0)
    if not end:
        return len(lines)
    for start in range(max(end - _SIGNATURE_LINES, 0), end):
        if known and essence(joined(lines[start:end])) in known:
            return start
    for start in _starts(lines, end):
        if is_addition(joined(lines[start:end])) and _begins_apart(lines, start):
            return start
    is_alone = (end > 1 and lines[end - 2].is_blank) or (
        end > 1 and lines[end - 1].text.startswith("-")
    )
    is_introduced = end > 1 and joined(lines[max(end - 3, 0) : end - 1]).endswith((":", ","))
    is_initials = (
        not is_introduced
        and bool(_INITIALS.match(lines[end - 1].text))
        and not _is_list(lines[: end - 1])
    )
    return end - 1 if is_alone and is_initials else len(lines)


def _starts(lines: Sequence[Line], end: int) -> Iterator[int]:
    """Where what a program added may begin, the nearest first: it may be wrapped, in one block."""
    for start in range(end - 1, max(end - 4, -1), -1):
        if lines[start].is_blank:
            return
        yield start


def _begins_apart(lines: Sequence[Line], start: int) -> bool:
    """Whether the line can begin something new: wrapped sentences go on in lower case."""
    return (
        start == 0
        or lines[start].text.lstrip("*_ >•|-")[:1].isupper()
        or lines[start - 1].is_blank
        or not lines[start].text[:1].islower()
    )


def _is_list(lines: Sequence[Line]) -> bool:
    return any(line.text.lstrip().startswith(("- ", "-")) for line in lines[-4:])


def is_addition(row: str) -> bool:
    """Whether a phone or a mail program wrote this, as "Sent from my iPhone"."""
    row = _LAST_LINK.sub("", row[: 2 * _LONGEST])
    if not row or len(row) > _LONGEST:
        return False
    if _WHOLE.match(row):
        return True
    found = _SENT_FROM.match(row)
    if found is None:
        return False
    rest = _EXCUSE.sub("", found["rest"]).strip(" .!")
    count = len(rest.split())
    if _GOES_ON.search(rest) or count > _MANY_WORDS:
        return False
    return bool(_DEVICE.search(rest)) or (count <= _FEW_WORDS and not _IS_SENTENCE.search(rest))
