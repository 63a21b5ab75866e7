"""Changing an action before it is approved: an input for each value, or one for the whole JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from parley_slack.rendering.blocks import Block
from parley_slack.rendering.form_inputs import INPUT_CHARACTERS, YES_NO, input_block, pick
from parley_slack.rendering.form_values import (
    FormError,
    chosen,
    entry_of,
    json_value,
    number_value,
)
from parley_slack.rendering.safe_text import with_hidden_shown

MAX_VALUES = 20
_WHOLE_BLOCK = "parley.action"
_PLAIN_DIGITS = 15
_LINE_CHARACTERS = 80
_NO_JSON = "This is not JSON"


def is_editable(action_json: str) -> bool:
    """Whether a modal can hold the action without cutting it."""
    try:
        action = json.loads(action_json)
        return _is_flat(action) or len(_pretty(action)) <= INPUT_CHARACTERS
    except (ValueError, RecursionError):
        return False


def edit_blocks(action_json: str) -> list[Block]:
    """The inputs, filled in with the action as it was asked for."""
    action = json.loads(action_json)
    if not _is_flat(action):
        area = _text_element(_pretty(action), is_long=True)
        return [input_block(_WHOLE_BLOCK, "Action", area, hint="Written as JSON.")]
    return [
        input_block(
            value_block_id(number),
            name,
            _element(value),
            is_optional=value == "",
            hint="Written as JSON." if _is_json(value) else "",
        )
        for number, (name, value) in enumerate(action.items())
    ]


def edited_action(action_json: str, state: Mapping[str, Any]) -> str:
    """The action as it was changed, JSON text; empty where nothing was changed.

    Raises:
        FormError: Says what is wrong at which input.
    """
    action = json.loads(action_json)
    edited = _flat(action, state) if _is_flat(action) else _whole(action, state)
    if _canonical(edited) == _canonical(action):
        return ""
    return json.dumps(edited, ensure_ascii=False)


def value_block_id(number: int) -> str:
    """The block id of the action's n-th value."""
    return f"parley.value.{number}"


def _is_flat(action: Any) -> bool:
    return (
        isinstance(action, dict)
        and 1 <= len(action) <= MAX_VALUES
        and all(_is_simple(name, value) for name, value in action.items())
    )


def _is_simple(name: str, value: Any) -> bool:
    if not name.strip() or isinstance(value, dict | list):
        return False
    return len(json.dumps(value)) <= INPUT_CHARACTERS


def _is_json(value: Any) -> bool:
    """Whether a value is shown as JSON: null, long numbers, texts with what people cannot see."""
    if isinstance(value, str):
        return with_hidden_shown(value) != value
    return not isinstance(value, bool) and not _is_plain_number(value)


def _is_plain_number(value: Any) -> bool:
    """Whether Slack's number input shows and returns the number as it is."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    digits = str(value).lstrip("-").replace(".", "", 1) if is_number else ""
    return digits.isdecimal() and len(digits) <= _PLAIN_DIGITS


def _element(value: Any) -> Block:
    if isinstance(value, bool):
        return pick(YES_NO, value)
    if _is_json(value):
        return _text_element(json.dumps(value), is_long=False)
    if isinstance(value, str):
        return _text_element(value, is_long=len(value) > _LINE_CHARACTERS or "\n" in value)
    return {
        "type": "number_input",
        "is_decimal_allowed": isinstance(value, float),
        "initial_value": str(value),
    }


def _text_element(text: str, *, is_long: bool) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "multiline": is_long,
        "max_length": INPUT_CHARACTERS,
    }
    return element | ({"initial_value": text} if text else {})


def _flat(action: dict[str, Any], state: Mapping[str, Any]) -> dict[str, Any]:
    edited: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for number, (name, value) in enumerate(action.items()):
        block = value_block_id(number)
        try:
            edited[name] = _entered(value, entry_of(state, block))
        except ValueError as error:
            errors[block] = str(error)
    if errors:
        raise FormError(errors)
    return edited


def _entered(before: Any, entry: Mapping[str, Any]) -> Any:
    if isinstance(before, bool):
        return chosen(entry.get("selected_option"))
    text = str(entry.get("value") or "")
    if _is_json(before):
        return json_value(text)
    return text if isinstance(before, str) else number_value(text, is_whole=type(before) is int)


def _whole(action: Any, state: Mapping[str, Any]) -> Any:
    text = str(entry_of(state, _WHOLE_BLOCK).get("value") or "")
    try:
        edited = json_value(text)
    except ValueError:
        raise FormError({_WHOLE_BLOCK: _what_is_wrong(text)}) from None
    if type(edited) is not type(action):
        kind = "an object, in { }" if isinstance(action, dict) else "what kind of value it was"
        raise FormError({_WHOLE_BLOCK: f"The action must stay {kind}."})
    return edited


def _what_is_wrong(text: str) -> str:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f"{_NO_JSON}: line {error.lineno}, column {error.colno}."
    except RecursionError:
        return f"{_NO_JSON}: it is nested too deep."
    return f"{_NO_JSON}: NaN and Infinity are no numbers."


def _pretty(action: Any) -> str:
    text = json.dumps(action, ensure_ascii=False, indent=2)
    return text if with_hidden_shown(text) == text else json.dumps(action, indent=2)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
