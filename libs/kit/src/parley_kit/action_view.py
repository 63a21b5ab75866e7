"""An action as people read it: rows where it is flat, else JSON; nothing in it can mislead. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

_MOST_ROWS = 20
# Controls, and characters that turn the reading direction around or cannot be seen.
_MISLEADING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]"
)


def action_text(action_json: str) -> str:
    """The action as readable JSON, in the order it was given; empty where there is none."""
    value = _parsed(action_json)
    if value is _NO_JSON:
        return visible(action_json)
    return visible(json.dumps(value, indent=2, ensure_ascii=False))


def action_rows(action_json: str) -> list[tuple[str, str]]:
    """Name and value of each property; empty unless the action is a flat object of a few."""
    value = _parsed(action_json)
    if not isinstance(value, dict) or not 0 < len(value) <= _MOST_ROWS:
        return []
    if any(isinstance(inner, dict | list) for inner in value.values()):
        return []
    return [(visible(name), _shown(inner)) for name, inner in value.items()]


def visible(text: str) -> str:
    r"""The text with what cannot be seen, or turns it around, written as ``\u202e``."""
    return _MISLEADING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _shown(value: Any) -> str:
    """A text as it is, unless it could be taken for nothing or for something else."""
    if isinstance(value, str) and value.strip() == value and value:
        return visible(value)
    return visible(json.dumps(value, ensure_ascii=False))


_NO_JSON = object()


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return _NO_JSON
