"""A person's App Home: what waits for them, what was decided lately, how agents reach them."""

from __future__ import annotations

from collections.abc import Sequence

from parley.channel.v1 import card_pb2
from parley.orchestrator.v1 import people_overview_pb2
from parley_kit.clock import from_timestamp
from parley_slack.rendering.blocks import Block, context, plain, section
from parley_slack.rendering.card import is_reviewable, unanswerable
from parley_slack.rendering.content import content_blocks, head_line, prompt_text
from parley_slack.rendering.controls import controls, link_control, review_control
from parley_slack.rendering.dates import reader_time
from parley_slack.rendering.pieces import plain_words
from parley_slack.rendering.resolved import outcome_line
from parley_slack.rendering.safe_text import literal, shortened, shortened_mrkdwn

PREFER = "parley.prefer"
CALLBACK = "parley.home"
_OPEN_BLOCKS = 75  # of a view's 100; the rest is for what was decided and for the preference
_READABLE_CHARACTERS = 1_500
_START_CHARACTERS = 300
_ENDED_CHARACTERS = 150
_TITLE_CHARACTERS = 100
Overview = people_overview_pb2.GetOverviewResponse


def home_view(overview: Overview, page_url: str) -> Block:
    """The view to publish (docs.slack.dev/reference/views/home-tab-views).

    Args:
        overview: The person's requests and channels.
        page_url: Where they can answer what Slack cannot take.
    """
    blocks = [*_open(overview, page_url), *_ended(overview.ended), *_preference(overview.channels)]
    return {"type": "home", "callback_id": CALLBACK, "blocks": blocks}


def shown_cards(overview: Overview) -> list[card_pb2.Card]:
    """What a click on the home may be about; also what was just decided, for who is too late."""
    return [*(one.card for one in overview.open), *(one.card for one in overview.ended)]


def _open(overview: Overview, page_url: str) -> list[Block]:
    if not overview.open:
        return [_header("Nothing waits for you"), section("When an agent asks you, it shows here.")]
    count = overview.open_count
    blocks = [_header(f"{count} {'request waits' if count == 1 else 'requests wait'} for you")]
    shown = 0
    for one in overview.open:
        request = _request(one, page_url)
        if len(blocks) + len(request) > _OPEN_BLOCKS:
            break
        blocks += request
        shown += 1
    if shown < count:
        blocks.append(context(f"{count - shown} more wait; they show here as these are answered."))
    return blocks


def _request(one: people_overview_pb2.OpenRequest, page_url: str) -> list[Block]:
    card = one.card
    head = [head_line(card), *_when(one)]
    if one.session_title:
        title = shortened(" ".join(one.session_title.split()), _TITLE_CHARACTERS)
        head.insert(1, literal(title))
    return [context(" · ".join(head)), *_body(card, page_url), {"type": "divider"}]


def _when(one: people_overview_pb2.OpenRequest) -> list[str]:
    if not one.card.HasField("expires_at"):
        return []
    return [f"expires {reader_time(from_timestamp(one.card.expires_at))}"]


def _body(card: card_pb2.Card, page_url: str) -> list[Block]:
    """All of it with its controls where that is readable here, else the way to read it."""
    whole = content_blocks(card)
    is_short = sum(len(b["text"]["text"]) for b in whole) <= _READABLE_CHARACTERS
    shown = whole if is_short else [section(shortened_mrkdwn(prompt_text(card), _START_CHARACTERS))]
    if why := unanswerable(card):
        return [*shown, context(why), link_control(card, card.answer_url or page_url)]
    if is_short:
        return [*shown, controls(card)]
    if is_reviewable(card):
        return [*shown, context("Shortened; open it to read all of it."), review_control(card)]
    return [*shown, link_control(card, card.answer_url or page_url)]


def _ended(ended: Sequence[people_overview_pb2.EndedRequest]) -> list[Block]:
    if not ended:
        return []
    return [_header("Decided lately"), *(_line(one.card) for one in ended)]


def _line(card: card_pb2.Card) -> Block:
    asked = literal(shortened(plain_words(card.prompt).strip() or "…", _ENDED_CHARACTERS))
    quoted = asked.replace("\n", " ")
    return section(f"{outcome_line(card.resolution, with_comment=False)}\n{quoted}")


def _preference(channels: Sequence[people_overview_pb2.ReachableChannel]) -> list[Block]:
    """Where agents write first; a person chooses among the channels on which they have an address."""
    usable = [channel for channel in channels if channel.has_address]
    if not usable:
        return []
    options = [
        {"text": plain(channel.display_name, 75), "value": channel.channel} for channel in usable
    ]
    chooser = {
        "type": "static_select",
        "action_id": PREFER,
        "options": options,
        "initial_option": options[0],
    }
    words = section("Agents write to you first by")
    return [_header("How agents reach you"), words | {"accessory": chooser}]


def _header(text: str) -> Block:
    return {"type": "header", "text": plain(text, 150)}
