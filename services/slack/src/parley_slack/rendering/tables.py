"""A table as aligned columns, because mrkdwn has none."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from parley_slack.rendering.safe_text import without_hidden

_GAP = "  "


def as_columns(rows: Sequence[Sequence[str]]) -> str:
    """The rows with padded cells; the first is the head, underlined."""
    cells = [[without_hidden(cell).replace("\n", " ") for cell in row] for row in rows]
    count = max((len(row) for row in cells), default=0)
    full = [[*row, *[""] * (count - len(row))] for row in cells]
    widths = [max(_width(row[column]) for row in full) for column in range(count)]
    lines = [_line(row, widths) for row in full]
    return "\n".join([*lines[:1], _GAP.join("-" * width for width in widths), *lines[1:]])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
    return _GAP.join(padded).rstrip()


def _width(text: str) -> int:
    """Columns in a fixed-width font: wide characters take two, combining ones none."""
    return sum(
        0
        if unicodedata.combining(character)
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
