"""The OpenAPI and AsyncAPI documents as the rows of a page that people read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_REF = "#/components/schemas/"


@dataclass(frozen=True)
class FieldRow:
    """A parameter, or a field of a body."""

    name: str
    type: str
    is_required: bool
    says: str


@dataclass(frozen=True)
class OperationRow:
    """One method of one path."""

    method: str
    path: str
    says: str
    parameters: tuple[FieldRow, ...]
    body: tuple[FieldRow, ...]
    answers: tuple[tuple[str, str], ...]


def groups(document: Mapping[str, Any]) -> list[tuple[str, list[OperationRow]]]:
    """The operations by tag, in the document's order."""
    found: dict[str, list[OperationRow]] = {}
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = next(iter(operation.get("tags", ["other"])))
            found.setdefault(tag, []).append(_row(method, path, operation, schemas))
    return list(found.items())


@dataclass(frozen=True)
class FrameRow:
    """One kind of frame."""

    name: str
    says: str
    fields: tuple[FieldRow, ...]


def frame_groups(document: Mapping[str, Any]) -> list[tuple[str, list[FrameRow]]]:
    """The frames of an AsyncAPI document: what clients send, and what they get."""
    sent = {
        reference["$ref"].rpartition("/")[2]
        for operation in document["operations"].values()
        if operation["action"] == "receive"
        for reference in operation["messages"]
    }
    schemas = document["components"]["schemas"]
    rows = {
        name: FrameRow(message["name"], message["summary"], _of_frame(message["payload"], schemas))
        for name, message in document["components"]["messages"].items()
    }
    return [
        ("frames to the server", [row for name, row in rows.items() if name in sent]),
        ("frames from the server", [row for name, row in rows.items() if name not in sent]),
    ]


def _of_frame(payload: Mapping[str, Any], schemas: Mapping[str, Any]) -> tuple[FieldRow, ...]:
    fields = _of_object(_resolved(payload, schemas), schemas)
    return tuple(row for row in fields if row.name != "type")


def _row(
    method: str, path: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]
) -> OperationRow:
    return OperationRow(
        method=method.upper(),
        path=path,
        says=str(operation.get("description", "")),
        parameters=tuple(_parameter(one, schemas) for one in operation.get("parameters", ())),
        body=tuple(_fields(operation.get("requestBody"), schemas)),
        answers=tuple(
            (status, str(answer.get("description", "")))
            for status, answer in sorted(operation["responses"].items())
        ),
    )


def _parameter(one: Mapping[str, Any], schemas: Mapping[str, Any]) -> FieldRow:
    schema = one.get("schema", {})
    says = str(one.get("description", "")) or f"in the {one['in']}"
    return FieldRow(one["name"], type_of(schema, schemas), one.get("required", False), says)


def _fields(body: Mapping[str, Any] | None, schemas: Mapping[str, Any]) -> Iterator[FieldRow]:
    if body is None:
        return
    yield from _of_object(
        _resolved(body["content"]["application/json"]["schema"], schemas), schemas
    )


def _of_object(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[FieldRow]:
    required = set(schema.get("required", ()))
    for name, own in schema.get("properties", {}).items():
        says = str(own.get("description", ""))
        yield FieldRow(name, type_of(own, schemas), name in required, says)


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        return _resolved(schemas.get(schema["$ref"].removeprefix(_REF), {}), schemas)
    options = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return _resolved(options[0], schemas) if options else schema


def type_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """A schema in a few words, e.g. ``list of string, at most 50``."""
    found = _resolved(schema, schemas)
    if "enum" in found:
        return " | ".join(str(one) for one in found["enum"])
    if found.get("type") == "array":
        return f"list of {type_of(found.get('items', {}), schemas)}"
    if "properties" in found:
        return "{" + ", ".join(found["properties"]) + "}"
    return str(found.get("type", "any JSON")) + _bounds(found)


def _bounds(schema: Mapping[str, Any]) -> str:
    low = schema.get("minLength", schema.get("minimum"))
    high = schema.get("maxLength", schema.get("maximum"))
    if high is not None:
        return f", {low if low is not None else 0} to {high}"
    return f", from {low}" if low is not None else ""
