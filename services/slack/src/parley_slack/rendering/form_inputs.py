"""A JSON Schema's properties as the inputs of a modal."""

from __future__ import annotations

import json
from typing import Any

from parley_slack.rendering.blocks import MAX_OPTIONS, Block, grouped, plain
from parley_slack.rendering.dates import day_of, unix_seconds

MAX_FIELDS = 95  # a view holds 100 blocks
INPUT_CHARACTERS = 3_000
_LABEL_CHARACTERS = 200
_HINT_CHARACTERS = 1_000
_MULTILINE_CHARACTERS = 200
_RADIO_OPTIONS = 10
_OPTION_TEXT = 75
_OPTION_VALUE = 150
_PLACEHOLDER = plain("Choose…", 150)
_SPECIAL = {"email": "email_text_input", "uri": "url_text_input"}


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
    hint = str(field.get("description") or "")
    if is_free_json(field):
        hint = f"{hint} Written as JSON.".strip()
    label = str(field.get("title") or name)
    return input_block(
        field_block_id(number), label, element_of(field), is_optional=not is_required, hint=hint
    )


def input_block(
    block_id: str, label: str, element: Block, *, is_optional: bool = False, hint: str = ""
) -> Block:
    """One input of a modal."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, _LABEL_CHARACTERS),
        "element": {"action_id": "value"} | element,
        "optional": is_optional,
    }
    return block | ({"hint": plain(hint, _HINT_CHARACTERS)} if hint else {})


def type_of(field: dict[str, Any]) -> str:
    """The field's one type; ``null`` beside it only says that it may be left out."""
    kind = field.get("type")
    if isinstance(kind, list):
        kinds = [name for name in kind if name != "null"]
        kind = kinds[0] if len(kinds) == 1 else "any"
    return str(kind) if kind is not None else "string"


def is_free_json(field: dict[str, Any]) -> bool:
    """Whether the field is one for which Slack has no input: it is written as JSON text."""
    return element_of(field)["type"] == "plain_text_input" and type_of(field) != "string"


def element_of(field: dict[str, Any]) -> Block:
    """The input element for a property."""
    kind = type_of(field)
    if choices := _choices(field):
        return pick(choices, field.get("default"))
    if kind == "array" and (choices := _choices(_items(field))):
        return _picks([_option(*choice) for choice in choices], field.get("default"))
    if kind == "boolean":
        return pick(YES_NO, field.get("default"))
    if kind in {"integer", "number"}:
        return _number(field, is_decimal=kind == "number")
    return _moment(field) or _text(field)


Choices = list[tuple[Any, str]]
YES_NO: Choices = [(True, "Yes"), (False, "No")]


def _items(field: dict[str, Any]) -> dict[str, Any]:
    items = field.get("items")
    return items if isinstance(items, dict) else {}


def _choices(field: dict[str, Any]) -> Choices:
    """The values that a field allows with what people read; none where Slack cannot offer them."""
    found = _enumerated(field) or _titled(field)
    fits = all(len(_json(value)) <= _OPTION_VALUE for value, _label in found)
    return found if fits and len(found) <= MAX_OPTIONS else []


def _enumerated(field: dict[str, Any]) -> Choices:
    values = field.get("enum")
    if not isinstance(values, list):
        return []
    return [(value, value if isinstance(value, str) else _json(value)) for value in values]


def _titled(field: dict[str, Any]) -> Choices:
    """The usual way to give an enum labels: ``oneOf`` of ``const`` and ``title``."""
    options = field.get("oneOf") or field.get("anyOf")
    if not isinstance(options, list) or not all(
        isinstance(option, dict) and "const" in option for option in options
    ):
        return []
    return [(o["const"], str(o.get("title") or o["const"])) for o in options]


def pick(choices: Choices, default: Any = None) -> Block:
    """Radio buttons for a few choices, a select for more."""
    options = [_option(*choice) for choice in choices]
    chosen = [_option(v, label) for v, label in choices if _is_same(v, default)]
    initial = {"initial_option": chosen[0]} if chosen else {}
    if len(options) <= _RADIO_OPTIONS:
        return {"type": "radio_buttons", "options": options} | initial
    return {"type": "static_select", "placeholder": _PLACEHOLDER} | grouped(options) | initial


def _picks(options: list[Block], default: Any) -> Block:
    wanted = {_json(value) for value in default} if isinstance(default, list) else set()
    chosen = [option for option in options if option["value"] in wanted]
    element = {
        "type": "multi_static_select",
        "options": options,
        "placeholder": _PLACEHOLDER,
    }
    return element | ({"initial_options": chosen} if chosen else {})


def _is_same(value: Any, default: Any) -> bool:
    return value == default and type(value) is type(default)


def _option(value: Any, label: str) -> Block:
    """An option whose value is the choice as JSON, so that its type comes back."""
    return {"text": plain(label, _OPTION_TEXT), "value": _json(value)}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


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


def _moment(field: dict[str, Any]) -> Block | None:
    """A date or a date with time; None for anything else."""
    form, default = field.get("format"), field.get("default")
    if type_of(field) != "string" or form not in {"date", "date-time"}:
        return None
    if form == "date":
        day = day_of(default)
        return {"type": "datepicker"} | ({"initial_date": day} if day else {})
    seconds = unix_seconds(default)
    return {"type": "datetimepicker"} | ({"initial_date_time": seconds} if seconds else {})


def _text(field: dict[str, Any]) -> Block:
    kind = _SPECIAL.get(str(field.get("format"))) if type_of(field) == "string" else None
    longest = _length(field, "maxLength")
    default = field.get("default")
    initial: Block = {}
    if isinstance(default, str) and default:
        initial = {"initial_value": default[: longest or INPUT_CHARACTERS]}
    if kind is not None:
        return {"type": kind} | initial
    is_long = longest is None or longest > _MULTILINE_CHARACTERS
    element: Block = {"type": "plain_text_input", "multiline": is_long} | initial
    return element | ({"max_length": longest} if longest else {})


def _length(field: dict[str, Any], name: str) -> int | None:
    value = field.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 < value < INPUT_CHARACTERS else None
