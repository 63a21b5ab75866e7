"""Finds where a mail stops being its writer's, and which lines only introduce a quote."""

# ruff: noqa: RUF001  # dashes, quotes and colons of other scripts are meant

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parley_gmail.reading.attributions import attributions
from parley_gmail.reading.header_blocks import header_block, table_block, unknown_block
from parley_gmail.reading.lines import Line, Role
from parley_gmail.reading.separators import (
    is_between_marks,
    is_forward,
    is_original,
    is_reply_above,
    is_rule,
    is_titled_rule,
)

_LABEL = re.compile(
    r"^(?:message|messaggio|mensaje|mensagem|nachricht|bericht)\s(?:du|del|de|vom|van|from|of)\s.{0,40}\d.{0,40}$|^[*_]{0,2}[^\W\d_]{2,16}[*_]{0,2}\s?[:：]\s\S.{0,120}$",
    re.IGNORECASE,
)
_BLANKS = 6  # between an introduction and its quote


@dataclass(frozen=True)
class Border:
    """Lines that are not the writer's and that tell what follows.

    Attributes:
        start: The first such line.
        end: The line after the last.
        before: Words of the writer's on the first line.
        is_forward: Whether a forwarded mail follows.
        is_final: Whether all that follows is foreign; otherwise marked quotes follow.
    """

    start: int
    end: int
    before: str = ""
    is_forward: bool = False
    is_final: bool = True


def borders(lines: Sequence[Line], known: frozenset[str]) -> list[Border]:
    """All borders in order, up to the first that is final."""
    found: list[Border] = []
    for border in heapq.merge(
        _attributed(lines, known), _separated(lines), _headed(lines), key=_order
    ):
        found.append(border)
        if border.is_final:
            break
    return found


def _order(border: Border) -> tuple[int, bool]:
    return border.start, not border.is_final


def _attributed(lines: Sequence[Line], known: frozenset[str]) -> Iterator[Border]:
    for each in attributions(lines, known):
        is_marked = _is_quoted_next(lines, each.end)
        if is_marked or each.is_sure:
            yield Border(each.start, each.end, each.before, is_final=not is_marked)


def _separated(lines: Sequence[Line]) -> Iterator[Border]:
    for at, line in enumerate(lines):
        if line.role is Role.DIVIDER or is_between_marks(line):
            yield Border(at, at + 1, is_final=not _is_quoted_next(lines, at + 1))
        elif line.is_quoted or line.is_blank:
            continue
        elif is_forward(line):
            yield Border(at, at + 1, is_forward=True)
        elif is_original(line) or (is_reply_above(line) and _has_words(lines[:at])):
            yield Border(at, at + 1, is_final=not _is_quoted_next(lines, at + 1))
        elif is_reply_above(line):
            yield Border(at, at + 1, is_final=False)


def _headed(lines: Sequence[Line]) -> Iterator[Border]:
    skip_to = 0
    for at, line in enumerate(lines):
        if at < skip_to or line.is_quoted or line.is_blank:
            continue
        if table := table_block(lines, at):
            skip_to = table[1]
            yield Border(*table)
            continue
        start = _drawn_above(lines, at)
        end, is_mail = header_block(lines, at, follows_rule=start < at)
        if end == at and start < at:
            end = unknown_block(lines, at)
            is_mail = end > at
        skip_to = end
        if is_mail:
            start = start if start < at else _label_above(lines, at)
            yield Border(start, end, is_final=not _is_quoted_next(lines, end))


def _drawn_above(lines: Sequence[Line], at: int) -> int:
    """The line drawn above a header block, if there is one, else the block itself."""
    above = at - 1
    while above >= max(at - _BLANKS, 0) and lines[above].is_blank and not is_rule(lines[above]):
        above -= 1
    is_drawn = above >= 0 and (is_rule(lines[above]) or is_titled_rule(lines[above]))
    return above if is_drawn else at


def _label_above(lines: Sequence[Line], at: int) -> int:
    """A first line of the block whose name is in no table: "Asuntu: Release"."""
    has_label = at > 0 and bool(_LABEL.match(lines[at - 1].text)) and not lines[at - 1].is_quoted
    is_first = at == 1 or (at > 1 and lines[at - 2].is_blank)
    return at - 1 if has_label and is_first else at


def _is_quoted_next(lines: Sequence[Line], at: int) -> bool:
    following = next((line for line in lines[at : at + _BLANKS] if not line.is_blank), None)
    return following is not None and following.is_quoted


def _has_words(lines: Sequence[Line]) -> bool:
    return any(not line.is_blank and not is_rule(line) and not line.is_quoted for line in lines)
