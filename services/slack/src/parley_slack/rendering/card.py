"""A feedback request as one Slack message: what is asked, what is released, until when, controls."""

from __future__ import annotations

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley_kit.clock import from_timestamp
from parley_slack.rendering.action import action_pieces
from parley_slack.rendering.answer_values import encode
from parley_slack.rendering.blocks import FALLBACK_CHARACTERS, Block, Post, context, section
from parley_slack.rendering.controls import (
    BUTTON_CHARACTERS,
    MAX_BUTTONS,
    MAX_OPTIONS,
    OPTION_CHARACTERS,
    OPTION_VALUE_CHARACTERS,
    controls,
    link_control,
)
from parley_slack.rendering.dates import reader_time
from parley_slack.rendering.form_inputs import is_drawable
from parley_slack.rendering.message import NOTHING, author_line
from parley_slack.rendering.pieces import Piece, pieces
from parley_slack.rendering.resolved import outcome_line
from parley_slack.rendering.safe_text import literal, shortened_mrkdwn
from parley_slack.rendering.splitting import MESSAGE_CHARACTERS, sections

CARD_SECTIONS = 40
_QUOTED_CHARACTERS = 2_500
_MOST_OPTIONS = MAX_OPTIONS * MAX_OPTIONS
_ASKS = {
    feedback_pb2.FEEDBACK_KIND_APPROVAL: "asks for approval",
    feedback_pb2.FEEDBACK_KIND_CHOICE: "asks you to choose",
    feedback_pb2.FEEDBACK_KIND_TEXT: "asks",
    feedback_pb2.FEEDBACK_KIND_FORM: "asks you to fill in a form",
}


class CardRefusedError(Exception):
    """The card does not fit into Slack and has no page that could be linked instead."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def card_post(card: card_pb2.Card) -> Post:
    """The message of a card: pending with controls, resolved without any.

    Raises:
        CardRefusedError: What must be shown does not fit, and there is no ``answer_url``.
    """
    return _resolved(card) if card.HasField("resolution") else _pending(card)


def _pending(card: card_pb2.Card) -> Post:
    if refusal := _refusal(card):
        return _linked(card, refusal)
    shown = [section(text) for text in sections(_shown(card))]
    foot = [context(f"Expires {_expiry(card)}")] if card.HasField("expires_at") else []
    blocks = (context(_head(card)), *shown, *foot, controls(card))
    return Post(_fallback(card), blocks)


def _shown(card: card_pb2.Card) -> list[Piece]:
    """Prompt, action and, where buttons would cut them, the options in full."""
    return [*pieces(card.prompt), *action_pieces(card.action_json), *_long_options(card)]


def _long_options(card: card_pb2.Card) -> list[Piece]:
    longest = BUTTON_CHARACTERS if len(card.options) <= MAX_BUTTONS else OPTION_CHARACTERS
    if all(len(option.label) <= longest for option in card.options):
        return []
    lines = (f"{n}. {literal(o.label)}" for n, o in enumerate(card.options, start=1))
    return [Piece("\n".join(lines))]


def _refusal(card: card_pb2.Card) -> str:
    """Why Slack's own controls are not offered; empty when they are."""
    if card.min_assurance > feedback_pb2.ASSURANCE_SLACK and card.answer_url:
        return "This request wants you to be signed in."
    if not _fits(card):
        return "This request is too long for Slack."
    if not _has_usable_options(card):
        return "This request has more than Slack can offer."
    is_form = card.kind == feedback_pb2.FEEDBACK_KIND_FORM
    return "" if not is_form or is_drawable(card.schema_json) else "This form needs its page."


def _fits(card: card_pb2.Card) -> bool:
    texts = sections(_shown(card))
    return len(texts) <= CARD_SECTIONS and sum(map(len, texts)) <= MESSAGE_CHARACTERS


def _has_usable_options(card: card_pb2.Card) -> bool:
    if card.kind != feedback_pb2.FEEDBACK_KIND_CHOICE:
        return True
    values = (encode(card.request_id, card.digest, option.value) for option in card.options)
    is_short = all(len(value) <= OPTION_VALUE_CHARACTERS for value in values)
    return is_short and 1 <= len(card.options) <= _MOST_OPTIONS


def _linked(card: card_pb2.Card, why: str) -> Post:
    """The card without controls of its own: a part of the prompt, and the way to the page."""
    if not card.answer_url.startswith(("http://", "https://")):
        raise CardRefusedError("card_unusable", f"{why} There is no page to send the person to.")
    prompt = section(shortened_mrkdwn(_prompt(card), _QUOTED_CHARACTERS))
    blocks = (context(_head(card)), prompt, context(why), link_control(card))
    return Post(_fallback(card), blocks)


def _resolved(card: card_pb2.Card) -> Post:
    outcome = outcome_line(card.resolution)
    prompt = shortened_mrkdwn(_prompt(card), _QUOTED_CHARACTERS)
    texts = sections(_shown(card)) if _fits(card) else []
    shown: list[Block] = [section(text) for text in texts or [prompt]]
    blocks = (context(_head(card)), *shown, section(outcome))
    return Post(shortened_mrkdwn(f"{outcome}\n{prompt}", FALLBACK_CHARACTERS), blocks)


def _head(card: card_pb2.Card) -> str:
    name = author_line(card.author_name) or "*An agent*"
    return f"{name} {_ASKS.get(card.kind, 'asks')}"


def _expiry(card: card_pb2.Card) -> str:
    return reader_time(from_timestamp(card.expires_at))


def _fallback(card: card_pb2.Card) -> str:
    return shortened_mrkdwn(f"{_head(card)}: {_prompt(card)}", FALLBACK_CHARACTERS)


def _prompt(card: card_pb2.Card) -> str:
    return "\n\n".join(sections(pieces(card.prompt))) or NOTHING
