"""Cuts away what a mail quotes, and keeps what its writer wrote, wherever they wrote it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parley_gmail.reading.borders import Border, borders
from parley_gmail.reading.footers import banner_end
from parley_gmail.reading.lines import Line, Role, joined, trimmed
from parley_gmail.reading.signatures import without_guessed, without_signature

_LONG_ROW = 62  # characters; a quoted row as long as this may have been wrapped
_TOP = 20  # lines in which a banner and what follows it begin
_SHORT_REST = 30
_LONE_LINK = re.compile(r"^\s*[(<]https?://[^\s()<>]+[)>]\s?>?$")
NOTHING_KNOWN: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Cut:
    """What the writer wrote, and what followed or surrounded it.

    Attributes:
        text: Their own words.
        said: The same with what is only guessed to be no word of theirs; a decision must bear it.
        has_quote: Whether the mail quotes another.
        has_forward: Whether it says that it forwards another.
        introduction: The last lines that introduced a quote, in one row.
    """

    text: str
    said: str
    has_quote: bool
    has_forward: bool
    introduction: str = ""


def cut(
    lines: Sequence[Line],
    introductions: frozenset[str] = NOTHING_KNOWN,
    signatures: frozenset[str] = NOTHING_KNOWN,
    writer: frozenset[str] = NOTHING_KNOWN,
) -> Cut:
    """Removes quotes, their introductions and signatures.

    Args:
        lines: The body.
        introductions: What is known to introduce a quote, as `attributions.essence` gives it.
        signatures: What is known to be a signature, likewise.
        writer: The words of the writer's name, in lower case.
    """
    found = borders(lines, introductions)
    runs: list[list[Line]] = []
    has_words = False
    for run in _runs(lines, found):
        runs.append(without_signature(run, signatures, is_below=has_words))
        has_words = has_words or any(not line.is_blank for line in runs[-1])
    first = runs[0][banner_end(runs[0][:_TOP]) :]
    return Cut(
        text=_together([without_guessed(run, writer) for run in (first, *runs[1:])]),
        said=_together(runs),
        has_quote=bool(found) or any(line.is_quoted for line in lines),
        has_forward=bool(found) and found[-1].is_forward,
        introduction=joined(lines[found[-1].start : found[-1].end]) if found else "",
    )


def _runs(lines: Sequence[Line], found: Sequence[Border]) -> list[list[Line]]:
    """What stands between quotes, each run apart."""
    inside = {at: border for border in found for at in range(border.start, border.end)}
    end = found[-1].start + 1 if found and found[-1].is_final else len(lines)
    runs: list[list[Line]] = [[]]
    for at, line in enumerate(lines[:end]):
        border = inside.get(at)
        if border and border.before and at == border.start:
            runs[-1].append(Line(border.before))
        if border or line.is_quoted or line.role is Role.INTRODUCTION or _is_rest(lines, at):
            runs.append([])
        else:
            runs[-1].append(line)
    return runs


def _is_rest(lines: Sequence[Line], at: int) -> bool:
    """Whether the row is the end of a quoted row that got wrapped and lost its mark."""
    if not 0 < at < len(lines) - 1:
        return False
    above, row = lines[at - 1].text, lines[at].text
    if not (lines[at - 1].is_quoted and above.lstrip().startswith(">")):
        return False
    if not (lines[at + 1].is_quoted and row):
        return False
    if _closes_link(above, row) or _LONE_LINK.match(row):
        return True
    is_wrapped = len(above) >= _LONG_ROW and above[-1] not in ".?!:" and len(row) <= _SHORT_REST
    return is_wrapped and row[:1].islower() and lines[at + 1].text.strip(" >") != ""


def _closes_link(above: str, row: str) -> bool:
    """Whether a link in brackets began in the row above and ends in this one."""
    is_open = any(above.rfind(mark) > above.rfind(end) for mark, end in ("()", "<>"))
    return is_open and "http" in above and row.rstrip()[-1] in ")>" and " " not in row.strip()


def _together(runs: Sequence[Sequence[Line]]) -> str:
    """The runs one below the other, with the longer of the gaps that were around the quote."""
    rows: list[str] = []
    gap = 0
    for run in runs:
        own = trimmed(run)
        if not own:
            gap = max(gap, len(run))
            continue
        gap = max(gap, _blanks(run))
        rows.extend([""] * min(gap, 1) if rows else [])
        rows.extend("" if line.role is Role.RULE else line.text for line in own)
        gap = _blanks(run[::-1])
    return "\n".join(rows).strip()


def _blanks(run: Sequence[Line]) -> int:
    return next((at for at, line in enumerate(run) if not line.is_blank), len(run))
