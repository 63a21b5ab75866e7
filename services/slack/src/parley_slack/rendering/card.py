"""A feedback request as one Slack message: what is asked, what is released, until when, controls."""

from __future__ import annotations

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley_slack.rendering.action import change_pieces
from parley_slack.rendering.blocks import FALLBACK_CHARACTERS, Block, Post, context, section
from parley_slack.rendering.content import (
    content_blocks,
    expiry_blocks,
    fits_message,
    head_line,
    prompt_text,
)
from parley_slack.rendering.controls import (
    block_id,
    controls,
    has_usable_options,
    link_control,
    review_control,
)
from parley_slack.rendering.form_inputs import is_drawable
from parley_slack.rendering.modals import MAX_VIEW_BLOCKS, REVIEW, modal
from parley_slack.rendering.resolved import outcome_line
from parley_slack.rendering.safe_text import shortened_mrkdwn
from parley_slack.rendering.splitting import sections

_QUOTED_CHARACTERS = 2_500
_TOO_LONG = "Too long to show here in full. Open it to read all of it and to answer."
Card = card_pb2.Card


class CardRefusedError(Exception):
    """The card cannot be answered in Slack and has no page that could be linked instead."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def card_post(card: Card, page_url: str = "", delivery_id: str = "") -> Post:
    """The message of a card: pending with controls, resolved without any.

    Args:
        card: What is asked, or how it ended.
        page_url: Where the person can answer what Slack cannot take, unless the card names a page.
        delivery_id: What brings it, by which a click is understood before Slack has confirmed it.

    Raises:
        CardRefusedError: It cannot be answered in Slack, and there is no page.
    """
    if card.HasField("resolution"):
        return _resolved(card)
    post = _pending(card, page_url)
    name = block_id(card.request_id, delivery_id)
    return Post(post.text, tuple(_named(block, name) for block in post.blocks))


def unanswerable(card: Card) -> str:
    """Why Slack's own controls are not offered; empty when they are."""
    if card.min_assurance > feedback_pb2.ASSURANCE_SLACK:
        return "This request wants you to be signed in."
    if not has_usable_options(card):
        return "This request has more than Slack can offer."
    if card.kind == feedback_pb2.FEEDBACK_KIND_FORM and not is_drawable(card.schema_json):
        return "This form needs its page."
    return ""


def is_reviewable(card: Card) -> bool:
    """Whether a modal can show the whole request with what answers it."""
    return len(modal(REVIEW, card, "")["blocks"]) <= MAX_VIEW_BLOCKS


def _named(block: Block, name: str) -> Block:
    return block | {"block_id": name} if block["type"] == "actions" else block


def _pending(card: Card, page_url: str) -> Post:
    if why := unanswerable(card):
        return _linked(card, why, card.answer_url or page_url)
    blocks = (*_shown(card), *expiry_blocks(card), controls(card))
    if fits_message(blocks):
        return Post(_fallback(card), blocks)
    if not is_reviewable(card):
        return _linked(card, "This request is too long for Slack.", card.answer_url or page_url)
    foot = (context(_TOO_LONG), *expiry_blocks(card), review_control(card))
    return Post(_fallback(card), (*_start(card), *foot))


def _shown(card: Card) -> list[Block]:
    return [context(head_line(card)), *content_blocks(card)]


def _start(card: Card) -> list[Block]:
    """The beginning of what is too long for one message."""
    prompt = shortened_mrkdwn(prompt_text(card), _QUOTED_CHARACTERS)
    return [context(head_line(card)), section(prompt)]


def _linked(card: Card, why: str, url: str) -> Post:
    """The card without controls of its own, and the way to the page."""
    if not url.startswith(("http://", "https://")):
        raise CardRefusedError("card_unusable", f"{why} There is no page to send the person to.")
    foot = (context(why), *expiry_blocks(card), link_control(card, url))
    whole = (*_shown(card), *foot)
    return Post(_fallback(card), whole if fits_message(whole) else (*_start(card), *foot))


def _resolved(card: Card) -> Post:
    outcome = outcome_line(card.resolution)
    end = [section(outcome), *_changes(card)]
    blocks = (*_shown(card), *end)
    if not fits_message(blocks):
        blocks = (*_start(card), *end)
    if not fits_message(blocks):
        blocks = (*_start(card), section(outcome))
    prompt = shortened_mrkdwn(prompt_text(card), _QUOTED_CHARACTERS)
    return Post(shortened_mrkdwn(f"{outcome}\n{prompt}", FALLBACK_CHARACTERS), blocks)


def _changes(card: Card) -> list[Block]:
    """What the responder changed in the action before they approved it."""
    edited = card.resolution.edited_action_json
    pieces = change_pieces(card.action_json, edited) if edited else []
    return (
        [context("Approved with these changes:"), *map(section, sections(pieces))] if pieces else []
    )


def _fallback(card: Card) -> str:
    return shortened_mrkdwn(f"{head_line(card)}: {prompt_text(card)}", FALLBACK_CHARACTERS)
