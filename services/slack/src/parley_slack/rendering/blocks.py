"""The few Block Kit objects that everything is built of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from parley_slack.rendering.safe_text import shortened, without_hidden

Block = dict[str, Any]
MAX_OPTIONS = 100  # a select holds 100 options, or 100 groups of them
FALLBACK_CHARACTERS = 3_000  # chat.update refuses 4,000 and more


@dataclass(frozen=True)
class Post:
    """One Slack message: `text` is what notifications and screen readers get, mrkdwn."""

    text: str
    blocks: tuple[Block, ...]


def section(mrkdwn: str) -> Block:
    """A paragraph; `verbatim` keeps Slack from making mentions of plain text."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}}


def context(mrkdwn: str) -> Block:
    """A small grey line."""
    element = {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}
    return {"type": "context", "elements": [element]}


def plain(text: str, longest: int) -> Block:
    """Text without any formatting, on one line."""
    clean = " ".join(without_hidden(text).split()) or "-"
    return {"type": "plain_text", "text": shortened(clean, longest), "emoji": False}


def grouped(options: Sequence[Block]) -> Block:
    """The options of a select; more than a hundred go into groups."""
    if len(options) <= MAX_OPTIONS:
        return {"options": list(options)}
    groups = [
        {
            "label": plain(f"{start + 1} to {min(start + MAX_OPTIONS, len(options))}", 75),
            "options": list(options[start : start + MAX_OPTIONS]),
        }
        for start in range(0, len(options), MAX_OPTIONS)
    ]
    return {"option_groups": groups}


def actions(block_id: str, elements: Sequence[Block]) -> Block:
    """A row of controls."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}
