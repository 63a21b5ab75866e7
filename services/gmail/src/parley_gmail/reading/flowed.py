"""Undoes format=flowed (RFC 3676): lines that were wrapped for transport become whole again."""

from __future__ import annotations

from parley_gmail.reading.lines import unified

_SIGNATURE = "-- "


def unflowed(text: str, *, deletes_space: bool) -> str:
    """The text with soft breaks removed; quote marks stay at the beginning of lines.

    Args:
        text: The decoded body.
        deletes_space: The DelSp parameter: the space that marks a soft break is not content.
    """
    lines: list[list[str]] = []
    open_depth: int | None = None
    for raw in unified(text).split("\n"):
        depth, content = _split(raw)
        is_soft = content.endswith(" ") and content != _SIGNATURE
        if is_soft and deletes_space:
            content = content[:-1]
        if open_depth == depth and content != _SIGNATURE:
            lines[-1].append(content)
        else:
            lines.append([">" * depth, " " if depth else "", content])
        open_depth = depth if is_soft else None
    return "\n".join("".join(pieces) for pieces in lines)


def _split(line: str) -> tuple[int, str]:
    """Quote depth, and the content without marks and stuffed space."""
    content = line.lstrip(">")
    depth = len(line) - len(content)
    return depth, content.removeprefix(" ")
