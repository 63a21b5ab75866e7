"""Cuts away what a mail quotes, and keeps what its writer wrote, wherever they wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parley_gmail.reading.quote_markers import (
    ATTRIBUTION,
    BLOCK_FROM,
    BLOCK_SENT,
    FORWARD,
    INTRODUCTION,
    SEPARATOR,
)
from parley_gmail.reading.signatures import without_signature

_WRAPPED_OVER = 4  # lines; "On …" attributions get wrapped at 72 characters
_LONGEST_INTRODUCTION = 600  # characters; longer is no introduction, and costly to search
_BLOCK_WITHIN = 4  # lines; From and Sent stand close together


@dataclass(frozen=True)
class Cut:
    """What the writer wrote, and whether a forwarded mail followed."""

    text: str
    has_forward: bool


def cut(text: str) -> Cut:
    """Removes quotes, their introductions and signatures."""
    lines = [line.rstrip() for line in text.replace("\u00a0", " ").splitlines()]
    end, has_forward = _end_of_own(lines)
    own = lines[:end]
    segments = [without_signature(segment) for segment in _unquoted(own)]
    kept = "\n\n".join(filter(None, ("\n".join(segment).strip() for segment in segments)))
    return Cut(_squeezed(kept), has_forward)


def _end_of_own(lines: Sequence[str]) -> tuple[int, bool]:
    """Where everything after is foreign, and whether that is a forwarded mail."""
    last_quoted = max((at for at, line in enumerate(lines) if is_quoted(line)), default=-1)
    for index, line in enumerate(lines):
        if is_quoted(line):
            continue
        if FORWARD.match(line):
            return index, True
        if SEPARATOR.match(line) and not _is_only_a_rule(lines, index):
            return index, False
        if _begins_header_block(lines, index):
            return index, False
        if last_quoted < index and _attribution_length(lines, index):
            return index, False  # "On … wrote:" above a quote without marks
    return len(lines), False


def _is_only_a_rule(lines: Sequence[str], index: int) -> bool:
    """A line of underscores counts only above Outlook's header block."""
    if not lines[index].strip().startswith("_"):
        return False
    return not any(_begins_header_block(lines, at) for at in range(index + 1, index + 4))


def _begins_header_block(lines: Sequence[str], index: int) -> bool:
    if index >= len(lines) or not BLOCK_FROM.match(lines[index]):
        return False
    return any(BLOCK_SENT.match(line) for line in lines[index + 1 : index + 1 + _BLOCK_WITHIN])


def _attribution_length(lines: Sequence[str], index: int) -> int:
    """How many lines an "On … wrote:" takes that begins here; 0 for none."""
    joined = ""
    for length, line in enumerate(lines[index : index + _WRAPPED_OVER], start=1):
        if not line.strip() or is_quoted(line):
            return 0
        joined = f"{joined} {line.strip()}".strip()
        if len(joined) > _LONGEST_INTRODUCTION:
            return 0
        if ATTRIBUTION.match(joined):
            return length
    return 0


def _unquoted(lines: Sequence[str]) -> list[list[str]]:
    """The runs of lines between quotes, without the lines that introduce a quote."""
    segments: list[list[str]] = [[]]
    for line in lines:
        if not is_quoted(line):
            segments[-1].append(line)
        elif any(each.strip() for each in segments[-1]):
            segments[-1] = _without_introduction(segments[-1])
            segments.append([])
    return segments


def _without_introduction(segment: list[str]) -> list[str]:
    """Drops "On … wrote:" at the end of a run that a quote follows."""
    own = list(segment)
    while own and not own[-1].strip():
        own.pop()
    for length in range(1, _WRAPPED_OVER + 1):
        last = own[-length:]
        joined = " ".join(line.strip() for line in last)
        if len(last) < length or not last[0].strip() or len(joined) > _LONGEST_INTRODUCTION:
            break
        if ATTRIBUTION.match(joined) or (INTRODUCTION.search(joined) and _is_whole(own, length)):
            return own[:-length]
    return own


def _is_whole(lines: Sequence[str], length: int) -> bool:
    """Whether a paragraph ends before these lines, so that no sentence of the writer is taken."""
    return len(lines) == length or not lines[-length - 1].strip()


def is_quoted(line: str) -> bool:
    """Whether the line carries a quote mark."""
    return line.lstrip().startswith(">")


def _squeezed(text: str) -> str:
    """At most one blank line in a row."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1].strip()):
            lines.append(line)
    return "\n".join(lines).strip()
