"""What a submitted modal says, as an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley_slack.rendering.action_edit import edited_action
from parley_slack.rendering.form_values import FormError, chosen, entry_of, form_values
from parley_slack.rendering.modals import (
    COMMENT,
    COMMENT_BLOCK,
    DECISION_BLOCK,
    EDIT,
    FORM,
    REMARK,
    REVIEW,
    TEXT,
    TEXT_BLOCK,
)
from parley_slack.rendering.safe_text import without_hidden

Card = card_pb2.Card
State = Mapping[str, Any]


@dataclass(frozen=True)
class Given:
    """An answer.

    Attributes:
        value: A text, or an object for a form.
        edited_action_json: The action as it was changed; empty where it was not.
    """

    value: Any
    comment: str = ""
    edited_action_json: str = ""


def answer_in(name: str, card: Card, state: State) -> Given:
    """The answer that was entered.

    Args:
        name: Of the modal.
        card: What was asked.
        state: ``view.state.values`` of Slack's payload.

    Raises:
        FormError: Says what is wrong at which input.
    """
    return (_REVIEWED[card.kind] if name == REVIEW else _READERS[name])(card, state)


def _written(state: State, block: str = TEXT_BLOCK) -> str:
    return without_hidden(str(entry_of(state, block).get("value") or "")).strip()


def _wanted(state: State) -> str:
    text = _written(state)
    if not text:
        raise FormError({TEXT_BLOCK: "Please write something."})
    return text


def _picked(state: State) -> Any:
    option = entry_of(state, DECISION_BLOCK).get("selected_option")
    try:
        return chosen(option)
    except ValueError:
        raise FormError({DECISION_BLOCK: "Please choose one."}) from None


def _choice(card: Card, state: State) -> Given:
    number = _picked(state)
    if not isinstance(number, int) or not 0 <= number < len(card.options):
        raise FormError({DECISION_BLOCK: "Please choose one of the options."})
    return Given(card.options[number].value)


def _edited(card: Card, state: State) -> Given:
    changed = edited_action(card.action_json, state)
    return Given("approved", _written(state, COMMENT_BLOCK), changed)


_READERS: Mapping[str, Callable[[Card, State], Given]] = {
    COMMENT: lambda _card, state: Given("rejected", _wanted(state)),
    TEXT: lambda _card, state: Given(_wanted(state)),
    FORM: lambda card, state: Given(form_values(card.schema_json, state)),
    REMARK: lambda _card, state: Given(_written(state)),
    EDIT: _edited,
}
_REVIEWED: Mapping[Any, Callable[[Card, State], Given]] = {
    feedback_pb2.FEEDBACK_KIND_UNSPECIFIED: _READERS[TEXT],
    feedback_pb2.FEEDBACK_KIND_APPROVAL: lambda _card, state: Given(
        _picked(state), _written(state, COMMENT_BLOCK)
    ),
    feedback_pb2.FEEDBACK_KIND_CHOICE: _choice,
    feedback_pb2.FEEDBACK_KIND_TEXT: _READERS[TEXT],
    feedback_pb2.FEEDBACK_KIND_FORM: _READERS[FORM],
    feedback_pb2.FEEDBACK_KIND_COMMENT: _READERS[REMARK],
}
NAMES = frozenset({*_READERS, REVIEW})
