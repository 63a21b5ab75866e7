"""The controls under a card: buttons, a select, or what opens a modal."""

from __future__ import annotations

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley_slack.rendering.action import is_dangerous
from parley_slack.rendering.action_edit import is_editable
from parley_slack.rendering.answer_values import ANSWER, OPEN, SEPARATOR, encode
from parley_slack.rendering.blocks import MAX_OPTIONS, Block, actions, grouped, plain
from parley_slack.rendering.pieces import plain_words

BUTTON_CHARACTERS = 75
OPTION_CHARACTERS = 75
OPTION_VALUE_CHARACTERS = 150
MAX_BUTTONS = 5
_MOST_OPTIONS = MAX_OPTIONS * MAX_OPTIONS
_CONFIRM_CHARACTERS = 300
_BLOCK_ID_CHARACTERS = 255
_PREFIX = "parley."
Card = card_pb2.Card


def block_id(request_id: str, delivery_id: str = "") -> str:
    """The id of the controls' block: the request, and what brings it where that is one message."""
    named = f"{request_id}{SEPARATOR}{delivery_id}" if delivery_id else request_id
    return f"{_PREFIX}{named}"[:_BLOCK_ID_CHARACTERS]


def delivery_in(controls_id: str) -> str:
    """The delivery in the id of a block of controls; empty for something else."""
    is_ours = controls_id.startswith(_PREFIX)
    return controls_id.partition(SEPARATOR)[2] if is_ours else ""


def controls(card: Card) -> Block:
    """The row of controls of a pending card."""
    return actions(block_id(card.request_id), _ELEMENTS.get(card.kind, _text)(card))


def review_control(card: Card) -> Block:
    """A button that opens the whole request with what answers it."""
    button = _button(card, "Read and answer…", "review", f"{OPEN}review") | {"style": "primary"}
    return actions(block_id(card.request_id), [button])


def link_control(card: Card, url: str) -> Block:
    """A button that leads to the page, for what Slack cannot show or is not sure enough for."""
    button = _button(card, "Open to answer", "page", f"{OPEN}page") | {"url": url}
    return actions(block_id(card.request_id), [button])


def has_usable_options(card: Card) -> bool:
    """Whether a choice's options fit into a control."""
    if card.kind != feedback_pb2.FEEDBACK_KIND_CHOICE:
        return True
    values = (encode(card.request_id, card.digest, option.value) for option in card.options)
    is_short = all(len(value) <= OPTION_VALUE_CHARACTERS for value in values)
    return is_short and 1 <= len(card.options) <= _MOST_OPTIONS


def _approval(card: Card) -> list[Block]:
    approve = _button(card, "Approve", "approved", f"{ANSWER}0")
    if is_dangerous(card):
        approve |= {"style": "danger", "confirm": _confirm(card)}
    else:
        approve |= {"style": "primary"}
    return [
        approve,
        _button(card, "Reject", "rejected", f"{ANSWER}1"),
        _button(card, "Reject with comment…", "comment", f"{OPEN}comment"),
        *_edit(card),
    ]


def _edit(card: Card) -> list[Block]:
    if not (card.allow_edit and card.action_json and is_editable(card.action_json)):
        return []
    return [_button(card, "Edit and approve…", "edit", f"{OPEN}edit")]


def _confirm(card: Card) -> Block:
    return {
        "title": plain("Approve? This is hard to undo.", 100),
        "text": plain(plain_words(card.prompt), _CONFIRM_CHARACTERS),
        "confirm": plain("Approve", 30),
        "deny": plain("Go back", 30),
        "style": "danger",
    }


def _text(card: Card) -> list[Block]:
    return [_button(card, "Answer…", "text", f"{OPEN}text") | {"style": "primary"}]


def _form(card: Card) -> list[Block]:
    return [_button(card, "Fill in…", "form", f"{OPEN}form") | {"style": "primary"}]


def _comment(card: Card) -> list[Block]:
    return [
        _button(card, "Comment…", "remark", f"{OPEN}remark") | {"style": "primary"},
        _button(card, "Nothing to add", "", f"{ANSWER}0"),
    ]


def _choice(card: Card) -> list[Block]:
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
    return [select | grouped(options)]


def _button(card: Card, label: str, value: str, action_id: str) -> Block:
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain(label, BUTTON_CHARACTERS),
        "value": encode(card.request_id, card.digest, value),
    }


_ELEMENTS = {
    feedback_pb2.FEEDBACK_KIND_APPROVAL: _approval,
    feedback_pb2.FEEDBACK_KIND_CHOICE: _choice,
    feedback_pb2.FEEDBACK_KIND_TEXT: _text,
    feedback_pb2.FEEDBACK_KIND_FORM: _form,
    feedback_pb2.FEEDBACK_KIND_COMMENT: _comment,
}
