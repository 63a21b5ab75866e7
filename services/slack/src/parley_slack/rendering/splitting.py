"""Splits pieces into sections and sections into messages, at the places a reader would choose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parley_slack.rendering.pieces import Piece

SECTION_CHARACTERS = 3_000  # section text limit
MESSAGE_CHARACTERS = 11_500  # below the total at which Slack says msg_blocks_too_long
MESSAGE_SECTIONS = 45  # of 50 blocks; the rest is for author, dates and controls
_FENCE = "```"
_PLACES = ("\n\n", "\n", ". ", "; ", ", ", " ")
_UNSAFE_END = re.compile(r"(?:&[a-z]{0,4}|<[^<>]*)$")
_LEAST = 0.5  # a place is natural only where it does not leave more than half empty


def sections(pieces: Sequence[Piece], longest: int = SECTION_CHARACTERS) -> list[str]:
    """Texts of at most ``longest`` characters, none blank; a code block is whole in each."""
    found: list[str] = []
    for part in _parts(pieces, longest):
        if not part.strip():
            continue
        joined = f"{found[-1]}{_gap(found[-1], part)}{part}" if found else part
        if found and len(joined) <= longest:
            found[-1] = joined
        else:
            found.append(part)
    return found


def _gap(before: str, after: str) -> str:
    """A code block has a margin of its own; an empty line beside it would be one too many."""
    return "\n" if before.endswith(_FENCE) or after.startswith(_FENCE) else "\n\n"


def messages(texts: Sequence[str]) -> list[list[str]]:
    """Groups of sections, each of which fits into one message."""
    groups: list[list[str]] = [[]]
    for text in texts:
        size = sum(len(known) for known in groups[-1]) + len(text)
        is_full = size > MESSAGE_CHARACTERS or len(groups[-1]) >= MESSAGE_SECTIONS
        if groups[-1] and is_full:
            groups.append([])
        groups[-1].append(text)
    return groups


def _parts(pieces: Sequence[Piece], longest: int) -> Iterator[str]:
    for piece in pieces:
        if len(piece.text) <= longest:
            yield piece.text
        elif piece.is_code:
            yield from _code_parts(piece.text, longest)
        else:
            yield from _text_parts(piece.text, longest)


def _code_parts(text: str, longest: int) -> Iterator[str]:
    """Several whole code blocks, cut between lines."""
    inner = text.removeprefix(f"{_FENCE}\n").removesuffix(f"\n{_FENCE}")
    room = longest - 2 * len(_FENCE) - 2
    for part in _cut(inner, room, ("\n",)):
        yield f"{_FENCE}\n{part.rstrip(chr(10))}\n{_FENCE}"


def _text_parts(text: str, longest: int) -> Iterator[str]:
    return (part.strip("\n") for part in _cut(text, longest, _PLACES) if part.strip())


def _cut(text: str, longest: int, places: Sequence[str]) -> Iterator[str]:
    while len(text) > longest:
        end = _place(text[:longest], places)
        yield text[:end]
        text = text[end:]
    if text:
        yield text


def _place(head: str, places: Sequence[str]) -> int:
    """Where to cut: behind the last natural place, else before an open escape or link."""
    for place in places:
        end = head.rfind(place)
        if end >= len(head) * _LEAST and not _UNSAFE_END.search(head[: end + len(place)]):
            return end + len(place)
    end = len(_UNSAFE_END.sub("", head))
    return end or len(head)
