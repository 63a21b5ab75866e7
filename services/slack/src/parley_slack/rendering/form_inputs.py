"""A JSON Schema's properties as the inputs of a modal."""

from __future__ import annotations

import json
from typing import Any

from parley_slack.rendering.blocks import Block, plain

MAX_FIELDS = 95  # a view holds 100 blocks
INPUT_CHARACTERS = 3_000
_LABEL_CHARACTERS = 200
_HINT_CHARACTERS = 1_000
_MULTILINE_CHARACTERS = 200
_RADIO_OPTIONS = 10
_SELECT_OPTIONS = 100
_OPTION_TEXT = 75
TRUE, FALSE = "true", "false"


def schema_of(schema_json: str) -> dict[str, Any]:
    """The schema, or an empty one for what is not an object."""
    try:
        schema = json.loads(schema_json)
    except (ValueError, RecursionError):
        return {}
    return schema if isinstance(schema, dict) else {}


def properties_of(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The schema's properties that are themselves objects."""
    found = schema.get("properties")
    if not isinstance(found, dict):
        return {}
    return {str(k): v if isinstance(v, dict) else {} for k, v in found.items()}


def is_drawable(schema_json: str) -> bool:
    """Whether a modal can hold the form."""
    return 1 <= len(properties_of(schema_of(schema_json))) <= MAX_FIELDS


def field_block_id(number: int) -> str:
    """The block id of a schema's n-th property; names may be too long or repeat in Slack."""
    return f"parley.field.{number}"


def form_blocks(schema_json: str) -> list[Block]:
    """One input a property, in the schema's order."""
    schema = schema_of(schema_json)
    required = schema.get("required")
    wanted = set(map(str, required)) if isinstance(required, list) else set()
    return [
        _input(number, name, field, is_required=name in wanted)
        for number, (name, field) in enumerate(properties_of(schema).items())
    ]


def _input(number: int, name: str, field: dict[str, Any], *, is_required: bool) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field_block_id(number),
        "label": plain(str(field.get("title") or name), _LABEL_CHARACTERS),
        "element": {"action_id": "value"} | element_of(field),
        "optional": not is_required,
    }
    hint = str(field.get("description") or "")
    if is_free_json(field):
        hint = f"{hint} Written as JSON.".strip()
    return block | ({"hint": plain(hint, _HINT_CHARACTERS)} if hint else {})


def is_free_json(field: dict[str, Any]) -> bool:
    """Whether the field is one for which Slack has no input: it is written as JSON text."""
    return element_of(field)["type"] == "plain_text_input" and field.get("type") not in {
        "string",
        None,
    }


def element_of(field: dict[str, Any]) -> Block:
    """The input element for a property."""
    kind = field.get("type")
    if choices := _choices(field):
        return _pick(choices, field.get("default"))
    if kind == "array" and (choices := _choices(_items(field))):
        return {"type": "multi_static_select", "options": [_option(choice) for choice in choices]}
    if kind == "boolean":
        return _pick([True, False], field.get("default"))
    if kind in {"integer", "number"}:
        return _number(field, is_decimal=kind == "number")
    return _text(field)


def _items(field: dict[str, Any]) -> dict[str, Any]:
    items = field.get("items")
    return items if isinstance(items, dict) else {}


def _choices(field: dict[str, Any]) -> list[Any]:
    choices = field.get("enum")
    return choices if isinstance(choices, list) and len(choices) <= _SELECT_OPTIONS else []


def _pick(choices: list[Any], default: Any) -> Block:
    options = [_option(choice) for choice in choices]
    kind = "radio_buttons" if len(options) <= _RADIO_OPTIONS else "static_select"
    chosen = [_option(c) for c in choices if c == default and type(c) is type(default)]
    return {"type": kind, "options": options} | ({"initial_option": chosen[0]} if chosen else {})


def _option(choice: Any) -> Block:
    """An option whose value is the choice as JSON, so that its type comes back."""
    words = {True: "Yes", False: "No"} if isinstance(choice, bool) else {}
    shown = words.get(choice) or (choice if isinstance(choice, str) else json.dumps(choice))
    return {"text": plain(shown, _OPTION_TEXT), "value": json.dumps(choice)[:150]}


def _number(field: dict[str, Any], *, is_decimal: bool) -> Block:
    element: Block = {"type": "number_input", "is_decimal_allowed": is_decimal}
    for name, slack_name in (
        ("minimum", "min_value"),
        ("maximum", "max_value"),
        ("default", "initial_value"),
    ):
        value = field.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            element[slack_name] = str(value)
    return element


def _text(field: dict[str, Any]) -> Block:
    special = {"email": "email_text_input", "uri": "url_text_input", "date": "datepicker"}
    kind = special.get(str(field.get("format")))
    if kind is not None and field.get("type") == "string":
        return {"type": kind}
    longest = field.get("maxLength")
    longest = longest if isinstance(longest, int) and 0 < longest < INPUT_CHARACTERS else None
    is_long = longest is None or longest > _MULTILINE_CHARACTERS
    element: Block = {"type": "plain_text_input", "multiline": is_long}
    if isinstance(field.get("default"), str) and field["default"]:
        element["initial_value"] = field["default"][: longest or INPUT_CHARACTERS]
    return element | ({"max_length": longest} if longest else {})
