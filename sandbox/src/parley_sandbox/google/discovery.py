"""The Gmail API as its discovery document describes it: methods, scopes, fields.

The document is the one that google-api-python-client ships, so what the sandbox accepts is what
that revision of the API accepts.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from parley_sandbox.google.errors import bad_fields

Schema = dict[str, Any]
_INTEGERS = {"int32", "uint32", "int64", "uint64"}


@dataclass(frozen=True, slots=True)
class ApiMethod:
    """One method; `name` is its id without the `gmail.users.` in front."""

    name: str
    http_method: str
    pattern: re.Pattern[str]
    upload_pattern: re.Pattern[str] | None
    parameters: Mapping[str, Schema]
    body: str | None
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """A method that a request means, with the parts of its path."""

    method: ApiMethod
    path: Mapping[str, str]
    is_upload: bool


@cache
def document() -> Schema:
    """Return the discovery document."""
    source = files("googleapiclient").joinpath("discovery_cache/documents/gmail.v1.json")
    loaded: Schema = json.loads(source.read_text())
    return loaded


@cache
def methods() -> tuple[ApiMethod, ...]:
    """Return every method of the API."""
    return tuple(_method(raw) for raw in _walk(document()["resources"]))


def _walk(resources: Schema) -> list[Schema]:
    found: list[Schema] = []
    for resource in resources.values():
        found += resource.get("methods", {}).values()
        found += _walk(resource.get("resources", {}))
    return found


def _method(raw: Schema) -> ApiMethod:
    upload = raw.get("mediaUpload", {}).get("protocols", {}).get("simple", {}).get("path")
    return ApiMethod(
        name=raw["id"].removeprefix("gmail.users."),
        http_method=raw["httpMethod"],
        pattern=_pattern("/" + raw["path"]),
        upload_pattern=_pattern(upload) if upload else None,
        parameters=raw.get("parameters", {}),
        body=raw.get("request", {}).get("$ref"),
        scopes=frozenset(raw["scopes"]),
    )


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/:]+)", path) + "$")


def find(http_method: str, path: str) -> Match | None:
    """Return the method that a path means, or None."""
    for method in methods():
        if method.http_method != http_method:
            continue
        if plain := method.pattern.match(path):
            return Match(method, _unquoted(plain), is_upload=False)
        if method.upload_pattern and (upload := method.upload_pattern.match(path)):
            return Match(method, _unquoted(upload), is_upload=True)
    return None


def _unquoted(match: re.Match[str]) -> dict[str, str]:
    return {name: unquote(value) for name, value in match.groupdict().items()}


def check_query(method: ApiMethod, query: Mapping[str, list[str]]) -> None:
    """Refuse parameters that the method does not have, or with values of the wrong kind."""
    shared = document()["parameters"]
    wrong: list[tuple[str, str]] = []
    for name, values in query.items():
        schema = method.parameters.get(name) or shared.get(name)
        if schema is None or schema.get("location") == "path":
            wrong.append((name, _unbound(name)))
            continue
        wrong += [(name, p) for v in values if (p := _check_text(name, v, schema))]
        if len(values) > 1 and not schema.get("repeated"):
            wrong.append((name, f"Invalid value at '{name}', Proto field is not repeating."))
    if wrong:
        raise bad_fields(wrong)


def _unbound(name: str) -> str:
    return (
        f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
        f"Field '{name}' could not be found in request message."
    )


def _check_text(name: str, value: str, schema: Schema) -> str:
    if "enum" in schema and value.lower() not in {e.lower() for e in schema["enum"]}:
        return f"Invalid value at '{name}' (TYPE_ENUM), \"{value}\""
    is_number = schema.get("format") in _INTEGERS or schema["type"] == "integer"
    if is_number and not re.fullmatch(r"\d{1,20}", value):
        return (
            f"Invalid value at '{name}' (TYPE_{schema.get('format', 'INT').upper()}), \"{value}\""
        )
    if schema["type"] == "boolean" and value.lower() not in {"true", "false", "1", "0"}:
        return f"Invalid value at '{name}' (TYPE_BOOL), \"{value}\""
    return ""


def check_body(schema_name: str, body: Any) -> None:
    """Refuse a JSON body with unknown fields or values of the wrong kind."""
    wrong = _check(body, {"$ref": schema_name}, "")
    if wrong:
        raise bad_fields(wrong)


def _check(value: Any, schema: Schema, at: str) -> list[tuple[str, str]]:
    if "$ref" in schema:
        schema = document()["schemas"][schema["$ref"]]
    if value is None:
        return []
    if schema["type"] == "object":
        return _check_object(value, schema, at)
    if schema["type"] == "array":
        if not isinstance(value, list):
            return [(at, f"Invalid value at '{at}', expected a list")]
        items = schema["items"]
        return [p for i, item in enumerate(value) for p in _check(item, items, f"{at}[{i}]")]
    return _check_scalar(value, schema, at)


def _check_object(value: Any, schema: Schema, at: str) -> list[tuple[str, str]]:
    if not isinstance(value, dict):
        return [(at, f"Invalid value at '{at}', expected an object")]
    known, wrong = schema.get("properties", {}), []
    for name, item in value.items():
        if name not in known:
            where = f" at '{at}'" if at else ""
            text = f'Invalid JSON payload received. Unknown name "{name}"{where}: '
            wrong.append((at, text + "Cannot find field."))
        else:
            wrong += _check(item, known[name], f"{at}.{name}".lstrip("."))
    return wrong


def _check_scalar(value: Any, schema: Schema, at: str) -> list[tuple[str, str]]:
    expected: type | tuple[type, ...] = {"string": str, "boolean": bool}.get(schema["type"], int)
    if schema.get("format") in _INTEGERS:
        expected = (str, int)
    is_wrong_bool = isinstance(value, bool) and expected is not bool
    if is_wrong_bool or not isinstance(value, expected):
        kind = str(schema.get("format", schema["type"])).upper()
        return [(at, f"Invalid value at '{at}' (TYPE_{kind}), {json.dumps(value)}")]
    problem = _check_text(at, str(value), schema)
    return [(at, problem)] if problem else []
