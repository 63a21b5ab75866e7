"""The JSON Schema of a form: which can be shown, and what is wrong with an answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

_REFERENCES = {"$ref", "$dynamicRef", "$recursiveRef"}


def is_usable_schema(schema: Any) -> bool:
    """Whether this is a JSON Schema of an object that can be shown as a form."""
    if not isinstance(schema, dict) or schema.get("type") != "object" or _has_reference(schema):
        return False
    jsonschema = _library()
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError:
        return False
    return isinstance(schema.get("properties"), dict)


def first_problem(schema: Mapping[str, Any], value: Any) -> str:
    """What is wrong with an answer, and where; empty when nothing is."""
    validator = _library().Draft202012Validator(dict(schema))
    problem = next(iter(validator.iter_errors(value)), None)
    if problem is None:
        return ""
    where = "/".join(str(part) for part in problem.absolute_path) or "the form"
    return f"{where}: {problem.message}"


def _has_reference(schema: Any) -> bool:
    """References could reach out of the schema, or turn in circles."""
    if isinstance(schema, Mapping):
        return not _REFERENCES.isdisjoint(schema) or any(map(_has_reference, schema.values()))
    return isinstance(schema, list) and any(map(_has_reference, schema))


@cache
def _library() -> Any:
    """Imported by the first form: it holds 2 MB that no other kind of request needs."""
    import jsonschema  # noqa: PLC0415

    return jsonschema
