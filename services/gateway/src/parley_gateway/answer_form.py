"""A form's JSON Schema as fields of an HTML form, and what was posted as a value. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

FieldKind = Literal["string", "integer", "number", "boolean", "enum", "json"]
PREFIX = "field."
_LONG_TEXT = 200
_KINDS: dict[str, FieldKind] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}


@dataclass(frozen=True)
class Field:
    """One field of a form.

    Attributes:
        input_name: The name of its HTML control.
        choices: What an enum offers: its position, and the text to read.
        raw: What the control shows; for an enum a position, for a checkbox ``on`` or empty.
        error: What is wrong with it; empty when nothing is.
    """

    name: str
    label: str
    description: str
    kind: FieldKind
    is_required: bool
    is_long: bool
    input_type: str
    choices: tuple[tuple[str, str], ...]
    raw: str
    error: str = ""

    @property
    def input_name(self) -> str:
        """Prefixed, so that no property can pose as the nonce or the comment."""
        return PREFIX + self.name


@dataclass(frozen=True)
class Filled:
    """What a posted form says."""

    value: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


class _FieldError(ValueError):
    """What was typed is no value of the field's kind; the message says what would be."""


def fields_of(
    schema: Mapping[str, Any],
    posted: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[Field]:
    """The fields in the schema's order, with what was posted, or the schema's defaults."""
    required = set(schema.get("required", ()))
    found = []
    for name, own in schema.get("properties", {}).items():
        rules = own if isinstance(own, dict) else {}
        raw = _default(rules) if posted is None else posted.get(PREFIX + name, "")
        problem = (errors or {}).get(name, "")
        found.append(_field(name, rules, raw, problem, is_required=name in required))
    return found


def _field(
    name: str, rules: Mapping[str, Any], raw: str, problem: str, *, is_required: bool
) -> Field:
    kind = _kind(rules)
    is_long = kind == "json" or rules.get("maxLength", 0) > _LONG_TEXT
    return Field(
        name=name,
        label=str(rules.get("title") or _readable(name)),
        description=str(rules.get("description", "")),
        kind=kind,
        is_required=is_required,
        is_long=is_long or rules.get("format") == "textarea",
        input_type={"email": "email", "uri": "url", "date": "date"}.get(
            str(rules.get("format")), "text"
        ),
        choices=tuple((str(at), _shown(one)) for at, one in enumerate(_allowed(rules))),
        raw=raw,
        error=problem,
    )


def read_form(schema: Mapping[str, Any], posted: Mapping[str, str]) -> Filled:
    """The object that was filled in; fields that were left empty are left out."""
    value: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for each in fields_of(schema, posted):
        rules = schema["properties"][each.name]
        if each.kind != "boolean" and not each.raw.strip():
            if each.is_required:
                errors[each.name] = "This is needed."
            continue
        try:
            value[each.name] = _READERS[each.kind](rules, each.raw)
        except _FieldError as error:
            errors[each.name] = str(error)
    return Filled(value, errors)


def _read_integer(_rules: Any, raw: str) -> int:
    try:
        return int(raw.strip())
    except ValueError:
        raise _FieldError("Write a whole number, for example 12.") from None


def _read_number(_rules: Any, raw: str) -> float:
    try:
        number = float(raw.strip().replace(",", "."))
    except ValueError:
        raise _FieldError("Write a number, for example 12.5.") from None
    if not math.isfinite(number):
        raise _FieldError("Write a number, for example 12.5.")
    return number


def _read_choice(rules: Any, raw: str) -> Any:
    allowed = _allowed(rules)
    if not raw.isascii() or not raw.isdigit() or int(raw) >= len(allowed):
        raise _FieldError("Choose one of the list.")
    return allowed[int(raw)]


def _read_json(_rules: Any, raw: str) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise _FieldError("Write JSON, for example [1, 2].") from None


_READERS = {
    "string": lambda _rules, raw: raw.replace("\r\n", "\n"),
    "integer": _read_integer,
    "number": _read_number,
    "boolean": lambda _rules, raw: raw == "on",
    "enum": _read_choice,
    "json": _read_json,
}


def _kind(rules: Mapping[str, Any]) -> FieldKind:
    if "enum" in rules or "const" in rules:
        return "enum"
    given = rules.get("type", "string")
    types = [one for one in (given if isinstance(given, list) else [given]) if one != "null"]
    return _KINDS.get(types[0], "json") if types else "string"


def _allowed(rules: Mapping[str, Any]) -> list[Any]:
    if "enum" in rules:
        return list(rules["enum"])
    return [rules["const"]] if "const" in rules else []


def _default(rules: Mapping[str, Any]) -> str:
    if "default" not in rules:
        return ""
    default, kind = rules["default"], _kind(rules)
    if kind == "boolean":
        return "on" if default is True else ""
    if kind == "enum":
        allowed = _allowed(rules)
        return str(allowed.index(default)) if default in allowed else ""
    return default if isinstance(default, str) else orjson.dumps(default).decode()


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _readable(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:] if words else name
