"""What a person entered into a form's modal, as the object that the schema describes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from parley_slack.rendering.dates import rfc3339
from parley_slack.rendering.form_inputs import (
    field_block_id,
    is_free_json,
    properties_of,
    schema_of,
    type_of,
)

_ERROR_CHARACTERS = 150
_PLAIN = ("value", "selected_date")
_MISSING = object()


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
            value = _value(field, entry_of(state, block))
        except ValueError as error:
            errors[block] = str(error)[:_ERROR_CHARACTERS]
            continue
        if value is not _MISSING:
            found[name] = value
    errors = errors or _schema_errors(schema, found, [name for name, _ in names])
    if errors:
        raise FormError(errors)
    return found


def entry_of(state: Mapping[str, Any], block: str) -> Mapping[str, Any]:
    """What was entered at an input, as Slack brings it; empty for nothing."""
    actions = state.get(block)
    entries = list(actions.values()) if isinstance(actions, Mapping) else []
    return entries[0] if len(entries) == 1 and isinstance(entries[0], Mapping) else {}


def _value(field: dict[str, Any], entry: Mapping[str, Any]) -> Any:
    if isinstance(entry.get("selected_options"), list):
        return [chosen(option) for option in entry["selected_options"]] or _MISSING
    if option := entry.get("selected_option"):
        return chosen(option)
    if entry.get("selected_date_time"):
        return rfc3339(entry["selected_date_time"])
    text = next((entry[name] for name in _PLAIN if entry.get(name)), None)
    return _MISSING if text is None else _typed(field, str(text))


def chosen(option: Any) -> Any:
    """The value of an option that Slack brings back."""
    value = option.get("value") if isinstance(option, Mapping) else None
    return json_value(value if isinstance(value, str) else "")


def _typed(field: dict[str, Any], text: str) -> Any:
    kind = type_of(field)
    if kind in {"integer", "number"}:
        return number_value(text, is_whole=kind == "integer")
    return json_value(text) if is_free_json(field) else text


def number_value(text: str, *, is_whole: bool) -> int | float:
    """A number that a person typed.

    Raises:
        ValueError: It is none; says what is wanted.
    """
    try:
        number = int(text) if is_whole else float(text)
    except ValueError:
        raise ValueError("Enter a whole number." if is_whole else "Enter a number.") from None
    if not math.isfinite(number):
        raise ValueError("Enter a number.")
    return number


def json_value(text: str) -> Any:
    """JSON that a person typed.

    Raises:
        ValueError: It is none; says how it is written.
    """
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ValueError("This is not JSON; text needs quotes, lists need [ ].") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _schema_errors(
    schema: dict[str, Any], value: dict[str, Any], names: list[str]
) -> dict[str, str]:
    """Errors by block id; what belongs to no single field is shown at the first."""
    # By the first form: it holds 2 MB that no other kind of request needs.
    from jsonschema import Draft202012Validator, SchemaError  # noqa: PLC0415

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


def _field_of(error: Any, value: dict[str, Any]) -> str:
    """The field that an error is about; a missing one is named by the schema, not by a path."""
    if error.path:
        return str(error.path[0])
    wanted = error.validator_value if error.validator == "required" else []
    required = wanted if isinstance(wanted, list) else []
    return next((str(name) for name in required if name not in value), "")
