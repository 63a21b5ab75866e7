"""What a request asks, as blocks: who asks, the prompt, the action, the options, until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley_kit.clock import from_timestamp
from parley_slack.rendering.action import action_pieces, is_dangerous
from parley_slack.rendering.blocks import Block, context, section
from parley_slack.rendering.controls import BUTTON_CHARACTERS, MAX_BUTTONS, OPTION_CHARACTERS
from parley_slack.rendering.dates import reader_time
from parley_slack.rendering.message import NOTHING, author_line
from parley_slack.rendering.pieces import Piece, pieces
from parley_slack.rendering.safe_text import literal
from parley_slack.rendering.splitting import sections

MESSAGE_BLOCKS = 50
TOTAL_CHARACTERS = 13_000  # below the undocumented total at which Slack says msg_blocks_too_long
_ASKS = {
    feedback_pb2.FEEDBACK_KIND_APPROVAL: "asks for approval",
    feedback_pb2.FEEDBACK_KIND_CHOICE: "asks you to choose",
    feedback_pb2.FEEDBACK_KIND_TEXT: "asks",
    feedback_pb2.FEEDBACK_KIND_FORM: "asks you to fill in a form",
    feedback_pb2.FEEDBACK_KIND_COMMENT: "asks for your comment",
}
Card = card_pb2.Card


def head_line(card: Card) -> str:
    """Who asks for what, mrkdwn."""
    name = author_line(card.author_name) or "*An agent*"
    danger = " · ⚠️ hard to undo" if is_dangerous(card) else ""
    return f"{name} {_ASKS.get(card.kind, 'asks')}{danger}"


def prompt_text(card: Card) -> str:
    """The prompt as mrkdwn, whole."""
    return "\n\n".join(sections(pieces(card.prompt))) or NOTHING


def content_blocks(card: Card) -> list[Block]:
    """Everything that has to be read before an answer; nothing is cut."""
    shown = [*pieces(card.prompt), *action_pieces(card.action_json), *_long_options(card)]
    return [section(text) for text in sections(shown)] or [section(NOTHING)]


def expiry_blocks(card: Card) -> list[Block]:
    """Until when, in the reader's time zone; nothing for a request without an end."""
    if not card.HasField("expires_at"):
        return []
    return [context(f"⏳ Expires {reader_time(from_timestamp(card.expires_at))}")]


def fits_message(blocks: Sequence[Block]) -> bool:
    """Whether Slack takes the blocks as one message."""
    return len(blocks) <= MESSAGE_BLOCKS and sum(map(len, _texts(blocks))) <= TOTAL_CHARACTERS


def _long_options(card: Card) -> list[Piece]:
    longest = BUTTON_CHARACTERS if len(card.options) <= MAX_BUTTONS else OPTION_CHARACTERS
    if all(len(option.label) <= longest for option in card.options):
        return []
    lines = (f"{n}. {literal(o.label)}" for n, o in enumerate(card.options, start=1))
    return [Piece("\n".join(lines))]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        own = value.get("text")
        if isinstance(own, str):
            yield own
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
