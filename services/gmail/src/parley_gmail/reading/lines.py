"""A line of a mail's body, and what the mail program said about it."""

# ruff: noqa: RUF001  # the colon of other scripts is meant

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from parley_gmail.reading.words.attribution import WROTE

MAX_LINES = 10_000  # of a body; what people write is at its top
_INDENTED, _PROMPT = 4, 3  # spaces; marks of a Python console
_HOUR = re.compile(r"\d{1,2}[:.]\d{2}")
_INITIALS = re.compile(r"^\s{0,8}((?=[A-ZÀ-ÞΑ-ΩА-ЯЁ])[^\W\d_]{1,15})>{1,4}(?:\s|$)")


class Role(Enum):
    """What a line is, as its marks say; the words in it may say otherwise."""

    OWN = "own"
    QUOTED = "quoted"
    INTRODUCTION = "introduction"  # "On … wrote:"
    SIGNATURE = "signature"
    RULE = "rule"  # a line drawn across; no text
    DIVIDER = "divider"  # everything after it is foreign


@dataclass(frozen=True, slots=True)
class Line:
    """One line without trailing space."""

    text: str
    role: Role = Role.OWN

    @property
    def is_blank(self) -> bool:
        """Whether a reader sees nothing there."""
        return not self.text

    @property
    def is_quoted(self) -> bool:
        """Whether it was marked as a quote, by markup or by ``>``."""
        return self.role is Role.QUOTED


def plain_lines(text: str) -> list[Line]:
    """The lines of a plain text; those that begin with ``>`` are quoted."""
    rows = [row.rstrip() for row in unified(text).split("\n", MAX_LINES)[:MAX_LINES]]
    quoted = _marked(rows) | _named(rows) | _barred(rows)
    return [Line(row, Role.QUOTED if at in quoted else Role.OWN) for at, row in enumerate(rows)]


def _marked(rows: Sequence[str]) -> set[int]:
    """Which rows begin with ``>`` as quotes do; a drawing's and a console's are the writer's."""
    found = {at: _depth(row) for at, row in enumerate(rows) if is_marked(row)}
    least = min((indent for indent, _ in found.values()), default=0)
    is_console = bool(found) and all(depth == _PROMPT for _, depth in found.values())
    return {
        at
        for at, (indent, _) in found.items()
        if indent < min(least + 2, _INDENTED) and not is_console and not _is_escaped(rows, at)
    }


def _depth(row: str) -> tuple[int, int]:
    """How many spaces stand before the marks, and how many marks; 0 for ``>>> Bob … >>>``."""
    inner = row.lstrip(" ")
    marks = len(inner) - len(inner.lstrip(">"))
    return len(row) - len(inner), 0 if row.endswith(">>>") else marks


def _named(rows: Sequence[str]) -> set[int]:
    """Those that begin with somebody's initials or name, as ``AE> …``."""
    names = _initials(rows)
    named = {
        at
        for at, row in enumerate(rows)
        if names and (found := _INITIALS.match(row)) and found[1] in names
    }
    is_cited = any(row.startswith(">>>>>") for row in rows)
    return named if is_cited or _is_introduced(rows, named) else set()


def _barred(rows: Sequence[str]) -> set[int]:
    """Those that begin with a bar, below a row that ends with a colon; a table's end in one, too."""
    barred = {
        at
        for at, row in enumerate(rows)
        if row == "|" or (row.startswith("| ") and not row.endswith("|"))
    }
    return barred if _is_introduced(rows, barred) else set()


def _is_introduced(rows: Sequence[str], marked: Collection[int]) -> bool:
    """Whether the row above the first of these says whose words follow: ``Bob wrote:``."""
    first = min(marked, default=0)
    above = next((row for row in rows[max(first - 1, 0) :: -1] if row), "") if first else ""
    last = above.rstrip(":： ").rpartition(" ")[2].casefold()
    return above.endswith((":", "：")) and (
        "@" in above or last in WROTE or bool(_HOUR.search(above))
    )


def _initials(rows: Sequence[str]) -> frozenset[str]:
    """Whose words are marked with initials or a name, as ``AE> …``; once could be anything."""
    counts = Counter(found[1] for row in rows if (found := _INITIALS.match(row)))
    return frozenset(name for name, count in counts.items() if count > 1)


def unified(text: str) -> str:
    """The text with one kind of line end, without NUL and byte order marks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return text.replace("\0", "").replace("\ufeff", "")


def is_marked(row: str) -> bool:
    """Whether a row carries a quote mark; ``>>> word <<<`` is an ornament."""
    inner = row.lstrip()
    if not inner.startswith((">", "|>")) or inner.endswith("<<"):
        return False
    return inner not in _ENDS_OF_INTRODUCTIONS


def _is_escaped(rows: Sequence[str], at: int) -> bool:
    """Whether ``>From`` is a sentence that a mailbox file escaped, not a quote."""
    if not rows[at].startswith(">From "):
        return False
    return not any(is_marked(row) for row in (*rows[max(at - 1, 0) : at], *rows[at + 1 : at + 2]))


def joined(lines: Iterable[Line]) -> str:
    """The lines' texts in one row, as `seen`."""
    return seen(" ".join(line.text.strip() for line in lines if line.text))


def seen(text: str) -> str:
    """The text without the characters that nobody sees."""
    return text if text.isascii() else text.translate(_UNSEEN)


def trimmed(lines: Sequence[Line]) -> list[Line]:
    """The lines without blank ones at either end."""
    first = next((at for at, line in enumerate(lines) if not line.is_blank), len(lines))
    last = next((at for at in range(len(lines), first, -1) if not lines[at - 1].is_blank), first)
    return list(lines[first:last])


# The end of "On … Bob <", "bob@example.com", "> wrote:".
_ENDS_OF_INTRODUCTIONS = {"> wrote:", ">wrote:", ">:", "> schrieb:", "> a écrit :", "> escribió:"}
# Zero-width characters, marks of writing direction, soft hyphens; a no-break space is a space.
_UNSEEN: dict[int, str | None] = dict.fromkeys(
    [
        0xAD,
        0x200B,
        *range(0x2060, 0x2065),
        *range(0x200E, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ]
)
_UNSEEN |= dict.fromkeys((0xA0, 0x202F), " ")
