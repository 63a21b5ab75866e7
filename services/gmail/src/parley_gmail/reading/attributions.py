"""Finds "On … wrote:", in any language and however it is wrapped."""

# ruff: noqa: RUF001  # dashes, quotes and colons of other scripts are meant

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parley_gmail.reading.lines import Line, joined, seen
from parley_gmail.reading.words import attribution as words

_MAX_LINES = 6  # an address of 70 characters gets a line of its own
_MAX_CHARACTERS = 500
_MAX_TRIES = 1_000  # lines of one mail that end like an attribution
_FEW_LINES = 3  # of a paragraph that says who wrote when, in words of no table
_SHORTEST = 9  # characters
_SHORT = 90  # characters; "Bob Smith wrote:" without a date

_GENDER = 2  # letters of the ending in brackets: "napisał(a)", "написав(ла)"
_NAMES = 4  # words of somebody's name
_WORD = re.compile(r"[^\W\d_]+")
_VERBS = frozenset(verb.casefold() for verb in words.WROTE)
_AUXILIARIES = frozenset({"a", "ha", "hat", "har", "has", "va", "heeft", "je", "jest"})
_UNDIVIDED = re.compile("|".join(words.WROTE_UNDIVIDED))
_SELF = re.compile("|".join(words.FIRST_PERSON), re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()@:;,\"']+@[^\s<>()@:;,\"']+\.[^\s<>()@:;,\"']+")
_BRACKETED = re.compile(r"[<(\[\"'\u202a]\s?(?:mailto:)?[^\s<>()@]+@")
_TIME = re.compile(r"\d{1,2}\s?[:.h時点시]\s?\d{2}|\d\s?[ap]\.?m\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20|२०|۲۰|۱۴|٢٠|25)\d\d(?!\d)")
_NUMERIC_DATE = r"\d{1,4}\s?[-./年년]\s?(?:\d{1,2}|[^\W\d_]{3,4}\.?)\s?[-./月월]\s?\d{1,4}"
_WORDY_DATE = r"\d{1,2}(?:st|nd|rd|th|\.|º|er)?\s?(?:de\s|d['’])?[^\W\d_]{3,12}\.?,?\s(?:de\s)?(?:\d{4}|\d{2}\b)|[^\W\d_]{3,10}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}|[^\W\d_]{3,10}\s\d{1,2},\s(?:at\s)?\d"
_DATE = re.compile(rf"{_NUMERIC_DATE}|{_WORDY_DATE}", re.IGNORECASE)
_FIRST = r"^[\s\W_]{0,6}"
_OPENED = re.compile(
    rf"{_FIRST}(?:{'|'.join(sorted(map(re.escape, words.OPENERS), key=len, reverse=True))})(?:\s|(?<=[ב年在于於-]))[^\n]{{0,40}}?(?:\d|@)",
    re.IGNORECASE,
)
_DATED = re.compile(
    rf"{_FIRST}(?:[^\W\d_]{{1,14}}\.?,?\s+){{0,2}}(?:{_DATE.pattern})", re.IGNORECASE
)
_NAMED = re.compile(
    rf"{_FIRST}[^\W_][^:：]{{1,80}}?[<(\[]\s?(?:mailto:)?{_ADDRESS.pattern}", re.IGNORECASE
)
_WITHIN = re.compile(
    r"(?:^|[\s.!?-])(-{0,4}\s?On\s(?:(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"[a-z]{0,6}\b|\d{1,4}[-/.\s])[^\n]{3,300}\bwrote\s*:\s*-*)$",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?:[:：﹕՝៖]|\bwrote\s?-{2,}|-{3,}|[>)\]」』>.]|\bwrote|\bviết|napisal|nivîsî|menulis)[\s>*_]*$",
    re.IGNORECASE,
)
_GLUED = re.compile(
    rf"[<(]\s?(?:mailto:)?{_ADDRESS.pattern}\s?[>)]\s?(?:[^\W\d_]+\s){{0,3}}[^\W\d_]*[:：]\s+(?=\S)"
)
_COLON = re.compile(r"[:：﹕՝៖]\s*[*_>-]*\s*$")
_TWO_SENTENCES = re.compile(r"[^\W\d_][:：]\s|[^\W\d_]{4,}[.!?]\s+[^\W\d_a-zà-ÿ]")


@dataclass(frozen=True)
class Found:
    """Where an attribution stands.

    Attributes:
        start: Its first line.
        end: The line after its last.
        before: Words of the writer's on its first line.
        is_sure: Whether it introduces a quote even where none is marked.
    """

    start: int
    end: int
    before: str
    is_sure: bool


def attributions(lines: Sequence[Line], known: frozenset[str]) -> Iterator[Found]:
    """All lines that introduce a quote, marked or not.

    Args:
        lines: The body.
        known: What the HTML part marks as such, as `essence` gives it.
    """
    tries = 0
    for at, line in enumerate(lines):
        if line.is_blank or line.is_quoted or len(line.text) > _MAX_CHARACTERS:
            continue
        is_end = bool(_ENDS.search(seen(line.text[-40:]))) or _is_before_quote(lines, at + 1)
        if not (is_end or _GLUED.search(line.text)):
            continue
        tries += 1
        if tries > _MAX_TRIES:
            return
        found = _ending_at(lines, at, known) if is_end else None
        if found := found or _glued(lines, at):
            yield found


def _glued(lines: Sequence[Line], at: int) -> Found | None:
    """One whose quote begins on the same line, as Yahoo's app on Android sends it."""
    row = joined([lines[at]])
    inside = _GLUED.search(row)
    head = row[: inside.end()].rstrip() if inside else ""
    begins = _OPENED.match(head) or _DATED.match(head)
    is_one = bool(begins) and has_verb(head) and _is_sure(head)
    return Found(at, at + 1, "", is_sure=True) if is_one and _is_paragraph(lines, at) else None


def essence(text: str) -> str:
    """The text's letters and digits: the same however it is wrapped and spaced."""
    return "".join(each for each in text[:2_000].casefold() if each.isalnum())[:400]


def _ending_at(lines: Sequence[Line], last: int, known: frozenset[str]) -> Found | None:
    """The attribution that ends on this line."""
    is_before_quote = _is_before_quote(lines, last + 1)
    readings = [
        (start, text)
        for start in _starts(lines, last)
        if len(text := joined(lines[start : last + 1])) <= _MAX_CHARACTERS
    ]
    for start, text in readings:
        if known and essence(text) in known:
            return Found(start, last + 1, "", is_sure=True)
    for begins in (_OPENED, _DATED, _NAMED):
        fitting = [
            (start, text)
            for start, text in readings
            if begins.match(text)
            and _is_attribution(text, is_before_quote=is_before_quote)
            and (is_before_quote or has_verb(text) or _is_paragraph(lines, start))
        ]
        # The nearest that holds a date: "a las 10:12, Bob escribió:" is the rest of a longer one.
        for start, text in sorted(fitting, key=lambda each: not _DATE.search(each[1])):
            return Found(start, last + 1, "", is_sure=_is_sure(text))
    return _other(lines, last, readings, is_before_quote=is_before_quote)


def _other(
    lines: Sequence[Line], last: int, readings: list[tuple[int, str]], *, is_before_quote: bool
) -> Found | None:
    """One that begins in no way that is known, or behind words of the writer's."""
    for start, text in readings:
        inside = _WITHIN.search(text)
        if inside is None or _SELF.search(inside[1]):
            continue
        if is_before_quote or (_DATE.search(inside[1]) and _ADDRESS.search(inside[1])):
            return Found(start, last + 1, text[: inside.start(1)].rstrip(" -"), is_sure=True)
    start, text = readings[-1] if readings else (last, "")
    if _is_paragraph(lines, start) and last - start < _FEW_LINES and _is_sure(text):
        is_speech = _TWO_SENTENCES.search(text[:-1]) and not ends_in_verb(text)
        return None if is_speech else Found(start, last + 1, "", is_sure=True)
    if _is_dashed(joined([lines[last]])):
        return Found(last, last + 1, "", is_sure=True)
    if is_before_quote and last - start < _FEW_LINES + 1 and _is_plausible(text):
        return Found(start, last + 1, "", is_sure=False)
    if (
        is_before_quote
        and _is_plausible(alone := joined([lines[last]]))
        and len(alone) >= _SHORTEST
    ):
        return Found(last, last + 1, "", is_sure=False)
    return None


def _is_dashed(row: str) -> bool:
    """``---- Bob wrote ----``."""
    return row.startswith("--") and row.endswith("--") and ends_in_verb(row.strip("- "))


def _is_paragraph(lines: Sequence[Line], start: int) -> bool:
    return start == 0 or lines[start - 1].is_blank or lines[start - 1].is_quoted


def _starts(lines: Sequence[Line], last: int) -> Iterator[int]:
    """Where it may begin, nearest first, within its paragraph."""
    for start in range(last, max(last - _MAX_LINES, -1), -1):
        if lines[start].is_blank and lines[start + 1].text.startswith("<") and start < last:
            continue  # an address that a program put into a paragraph of its own
        if lines[start].is_blank or (lines[start].is_quoted and start != last):
            return
        yield start


def _is_before_quote(lines: Sequence[Line], at: int) -> bool:
    following = next((line for line in lines[at : at + 6] if not line.is_blank), None)
    return following is not None and following.is_quoted


def _is_attribution(text: str, *, is_before_quote: bool) -> bool:
    return not _SELF.search(text) and (_is_sure(text) or (is_before_quote and _is_plausible(text)))


def _is_sure(text: str) -> bool:
    """Whether it says who wrote when, and nothing else."""
    if _SELF.search(text) or not (_COLON.search(text) or ends_in_verb(text)):
        return False
    has_address, has_time = bool(_ADDRESS.search(text)), bool(_TIME.search(text))
    has_date = bool(_DATE.search(text) or _YEAR.search(text))
    if has_verb(text):
        is_dated = (has_date and (has_time or has_address)) or (has_time and has_address)
        is_framed = ends_in_verb(text) or begins_with_verb(text)
        return is_dated or ((has_date or has_address) and is_framed)
    is_framed = bool(_BRACKETED.search(text) or _DATED.match(text))
    return has_address and has_date and has_time and is_framed


def _is_plausible(text: str) -> bool:
    """Whether it may introduce the quote that follows it."""
    has_address = bool(_ADDRESS.search(text))
    has_date = bool(_DATE.search(text) or (_TIME.search(text) and _YEAR.search(text)))
    if _COLON.search(text):
        if has_address or has_date:
            return True
        return len(text) <= _SHORT and ends_in_verb(text) and _is_name_and_verb(text)
    return (has_date and has_address) or ((has_date or has_address) and ends_in_verb(text))


def has_verb(text: str) -> bool:
    """Whether some language's "wrote" is in it."""
    found = _WORD.findall(text.casefold())
    return not _VERBS.isdisjoint(found) or bool(_UNDIVIDED.search(text))


def ends_in_verb(text: str) -> bool:
    """Whether "wrote" is the last word; "napisał(a)" and "escribió lo siguiente" end in it too."""
    tail = text[-40:]
    last = _WORD.findall(tail.casefold())[-3:]
    if _UNDIVIDED.search(tail[-12:]):
        return True
    is_near = bool(last) and (
        last[-1] in _VERBS or (len(last[-1]) <= _GENDER and not _VERBS.isdisjoint(last))
    )
    return is_near and not text.rstrip(":：*_>. -)/").endswith(("@", "<"))


def begins_with_verb(text: str) -> bool:
    """Whether "wrote" is the first word, as in Welsh and Arabic."""
    return not _VERBS.isdisjoint(_WORD.findall(text[:40].casefold())[:2])


def _is_name_and_verb(text: str) -> bool:
    """``Bob Smith wrote:`` and nothing more."""
    before = text.rstrip(" :：*_").split()
    while before and before[-1].casefold() in _VERBS | _AUXILIARIES:
        before.pop()
    return 0 < len(before) <= _NAMES and all(not word[0].islower() for word in before)
