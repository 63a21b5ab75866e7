"""The action that an approval releases, shown so that a person can judge it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from parley.channel.v1 import card_pb2
from parley_slack.rendering.pieces import Piece
from parley_slack.rendering.safe_text import escaped, with_hidden_shown

_DANGER_MARKS = ("dangerous", "destructive")


def is_dangerous(card: card_pb2.Card) -> bool:
    """Whether the request, or the action by itself, is marked as hard to undo."""
    action = _parsed(card.action_json)
    is_marked = isinstance(action, dict) and any(action.get(mark) is True for mark in _DANGER_MARKS)
    return card.is_dangerous or is_marked


def action_pieces(action_json: str) -> list[Piece]:
    """The action as one code block of ``path: value`` lines; nothing is left out.

    Hidden characters are written as JSON escapes: what is approved must show what it is.
    """
    return [_block(_shown(action_json))] if action_json else []


def change_pieces(before_json: str, after_json: str) -> list[Piece]:
    """What a person changed in an action before they approved it, as ``-`` and ``+`` lines."""
    before, after = _shown(before_json), _shown(after_json)
    was, became = set(before), set(after)
    gone = [f"- {line}" for line in before if line not in became]
    new = [f"+ {line}" for line in after if line not in was]
    return [_block([*gone, *new])] if gone or new else []


def _shown(action_json: str) -> list[str]:
    try:
        lines = list(_lines(_parsed(action_json)))
    except RecursionError:  # nested too deep to be taken apart: shown as it is
        lines = [action_json]
    return [with_hidden_shown(line) for line in lines]


def _block(lines: list[str]) -> Piece:
    safe = escaped("\n".join(lines)).replace("```", "``\\u0060")
    return Piece(f"```\n{safe}\n```", is_code=True)


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
