"""The action that an approval releases, shown so that a person can judge it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from parley_slack.rendering.pieces import Piece
from parley_slack.rendering.safe_text import escaped, with_hidden_shown

_DANGER_MARKS = ("dangerous", "destructive")


def is_dangerous(action_json: str) -> bool:
    """Whether the action calls itself dangerous or destructive."""
    action = _parsed(action_json)
    return isinstance(action, dict) and any(action.get(mark) is True for mark in _DANGER_MARKS)


def action_pieces(action_json: str) -> list[Piece]:
    """The action as one code block of ``path: value`` lines; nothing is left out.

    Hidden characters are written as JSON escapes: what is approved must show what it is.
    """
    if not action_json:
        return []
    try:
        lines = "\n".join(_lines(_parsed(action_json)))
    except RecursionError:  # nested too deep to be taken apart: shown as it is
        lines = action_json
    safe = escaped(with_hidden_shown(lines)).replace("```", "``\\u0060")
    return [Piece(f"```\n{safe}\n```", is_code=True)]


def _parsed(action_json: str) -> Any:
    try:
        return json.loads(action_json)
    except (ValueError, RecursionError):
        return action_json


def _lines(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _lines(inner, f"{path}.{_key(key)}" if path else _key(key))
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield from _lines(inner, f"{path}[{index}]")
    else:
        shown = _scalar(value)
        yield f"{path}: {shown}" if path else shown


def _key(key: str) -> str:
    is_simple = key and not any(character in key for character in " .:[]\n\t\"'")
    return key if is_simple else json.dumps(key, ensure_ascii=False)


def _scalar(value: Any) -> str:
    """Text as it is where that cannot be misread, else as JSON."""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    is_plain = value.strip() == value and "\n" not in value and not _looks_like_json(value)
    return value if value and is_plain else json.dumps(value, ensure_ascii=False)


def _looks_like_json(text: str) -> bool:
    """Whether unquoted text could be taken for a number, true, null or a quoted text."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text[:1] in {'"', "{", "["}
    return True
