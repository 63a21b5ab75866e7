"""What a person entered into a form's modal, as the object that the schema describes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError

from parley_slack.rendering.form_inputs import (
    field_block_id,
    is_free_json,
    properties_of,
    schema_of,
)

_ERROR_CHARACTERS = 150
_PLAIN = ("value", "selected_date")


class FormError(Exception):
    """The entries do not satisfy the schema; `errors` has a sentence a block id."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("the form is not filled in well")
        self.errors = errors


def form_values(schema_json: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """The object; empty optional fields are left out.

    Args:
        schema_json: As stored with the card.
        state: ``view.state.values`` of Slack's payload.

    Raises:
        FormError: Says what is wrong at which input.
    """
    schema = schema_of(schema_json)
    found: dict[str, Any] = {}
    errors: dict[str, str] = {}
    names = list(properties_of(schema).items())
    for number, (name, field) in enumerate(names):
        block = field_block_id(number)
        try:
            value = _value(field, _entry(state, block))
        except ValueError as error:
            errors[block] = str(error)[:_ERROR_CHARACTERS]
            continue
        if value is not None:
            found[name] = value
    errors = errors or _schema_errors(schema, found, [name for name, _ in names])
    if errors:
        raise FormError(errors)
    return found


def _entry(state: Mapping[str, Any], block: str) -> Mapping[str, Any]:
    actions = state.get(block)
    entry = actions.get("value") if isinstance(actions, Mapping) else None
    return entry if isinstance(entry, Mapping) else {}


def _value(field: dict[str, Any], entry: Mapping[str, Any]) -> Any:
    if isinstance(entry.get("selected_options"), list):
        return [json.loads(option["value"]) for option in entry["selected_options"]] or None
    if option := entry.get("selected_option"):
        return json.loads(option["value"])
    text = next((entry[name] for name in _PLAIN if entry.get(name)), None)
    if text is None:
        return None
    return _typed(field, str(text))


def _typed(field: dict[str, Any], text: str) -> Any:
    if field.get("type") == "integer":
        return _whole(text)
    if field.get("type") == "number":
        return float(text)
    return _json(text) if is_free_json(field) else text


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("Enter a whole number.") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("This is not JSON; text needs quotes, lists need [ ].") from None


def _schema_errors(
    schema: dict[str, Any], value: dict[str, Any], names: list[str]
) -> dict[str, str]:
    """Errors by block id; what belongs to no single field is shown at the first."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError:
        return {}  # the orchestrator judges; a person cannot mend a schema
    errors: dict[str, str] = {}
    for error in Draft202012Validator(schema).iter_errors(value):
        name = _field_of(error, value)
        number = names.index(name) if name in names else 0
        errors.setdefault(field_block_id(number), error.message[:_ERROR_CHARACTERS])
    return errors


def _field_of(error: ValidationError, value: dict[str, Any]) -> str:
    """The field that an error is about; a missing one is named by the schema, not by a path."""
    if error.path:
        return str(error.path[0])
    wanted = error.validator_value if error.validator == "required" else []
    required = wanted if isinstance(wanted, list) else []
    return next((str(name) for name in required if name not in value), "")
