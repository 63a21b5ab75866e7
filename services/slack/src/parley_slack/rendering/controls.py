"""The controls under a card: buttons, a select, or what opens a modal."""

from __future__ import annotations

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley_slack.rendering.action import is_dangerous
from parley_slack.rendering.answer_values import ANSWER, OPEN, encode
from parley_slack.rendering.blocks import Block, actions, plain

BUTTON_CHARACTERS = 75
OPTION_CHARACTERS = 75
OPTION_VALUE_CHARACTERS = 150
MAX_BUTTONS = 5
MAX_OPTIONS = 100  # a select holds 100 options, or 100 groups of them
_CONFIRM_CHARACTERS = 300
_BLOCK_ID_CHARACTERS = 255


def block_id(request_id: str) -> str:
    """The id of the controls' block, by which the card is known in Slack's payloads."""
    return f"parley.{request_id}"[:_BLOCK_ID_CHARACTERS]


def controls(card: card_pb2.Card) -> Block:
    """The row of controls of a pending card."""
    return actions(block_id(card.request_id), _elements(card))


def link_control(card: card_pb2.Card) -> Block:
    """A button that leads to the page, for what Slack cannot show or is not sure enough for."""
    button = _button(card, "Open to answer", "page", f"{OPEN}page") | {"url": card.answer_url}
    return actions(block_id(card.request_id), [button])


def _elements(card: card_pb2.Card) -> list[Block]:
    if card.kind == feedback_pb2.FEEDBACK_KIND_APPROVAL:
        return _approval(card)
    if card.kind == feedback_pb2.FEEDBACK_KIND_CHOICE:
        return _choice(card)
    is_form = card.kind == feedback_pb2.FEEDBACK_KIND_FORM
    label, name = ("Fill in…", "form") if is_form else ("Answer…", "text")
    return [_button(card, label, name, f"{OPEN}{name}") | {"style": "primary"}]


def _approval(card: card_pb2.Card) -> list[Block]:
    approve = _button(card, "Approve", "approved", f"{ANSWER}0")
    if is_dangerous(card.action_json):
        approve |= {"style": "danger", "confirm": _confirm(card)}
    else:
        approve |= {"style": "primary"}
    return [
        approve,
        _button(card, "Reject", "rejected", f"{ANSWER}1"),
        _button(card, "Reject with comment…", "comment", f"{OPEN}comment"),
    ]


def _confirm(card: card_pb2.Card) -> Block:
    return {
        "title": plain("Approve a dangerous action?", 100),
        "text": plain(card.prompt, _CONFIRM_CHARACTERS),
        "confirm": plain("Approve", 30),
        "deny": plain("Go back", 30),
        "style": "danger",
    }


def _choice(card: card_pb2.Card) -> list[Block]:
    if len(card.options) <= MAX_BUTTONS:
        return [
            _button(card, option.label, option.value, f"{ANSWER}{number}")
            for number, option in enumerate(card.options)
        ]
    options = [
        {
            "text": plain(option.label, OPTION_CHARACTERS),
            "value": encode(card.request_id, card.digest, option.value),
        }
        for option in card.options
    ]
    select: Block = {
        "type": "static_select",
        "action_id": f"{ANSWER}0",
        "placeholder": plain("Choose…", 150),
    }
    return [select | _grouped(options)]


def _grouped(options: list[Block]) -> Block:
    if len(options) <= MAX_OPTIONS:
        return {"options": options}
    starts = range(0, len(options), MAX_OPTIONS)
    groups = [
        {
            "label": plain(f"{start + 1} to {min(start + MAX_OPTIONS, len(options))}", 75),
            "options": options[start : start + MAX_OPTIONS],
        }
        for start in starts
    ]
    return {"option_groups": groups}


def _button(card: card_pb2.Card, label: str, value: str, action_id: str) -> Block:
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain(label, BUTTON_CHARACTERS),
        "value": encode(card.request_id, card.digest, value),
    }
