"""What /openapi.json says beyond the routes themselves: credentials and problems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from parley_gateway.models.problem import ProblemDocument, problem_responses

_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The admin key, an agent's key, or a user's token.",
    },
    "userCookie": {"type": "apiKey", "in": "cookie", "name": "parley_user"},
    "consoleCookie": {"type": "apiKey", "in": "cookie", "name": "parley_admin"},
}
_SECURITY: list[dict[str, list[str]]] = [{name: []} for name in _SCHEMES]


def install(app: FastAPI) -> None:
    """Makes the application describe itself fully."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]  # FastAPI's documented way


def _described(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title, version=app.version, summary=app.summary, routes=app.routes
    )
    components = schema.setdefault("components", {})
    components["securitySchemes"] = _SCHEMES
    problem = ProblemDocument.model_json_schema()
    components.setdefault("schemas", {})["ProblemDocument"] = problem
    components["schemas"] |= _nested(schema)
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    for operation in _operations(schema):
        _tell_refusals(operation)
    schema["security"] = _SECURITY
    return schema


def _operations(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in schema["paths"].values():
        yield from methods.values()


def _tell_refusals(operation: dict[str, Any]) -> None:
    """What every operation of its sort may answer, besides what its route says itself."""
    statuses = [422, 400] if "parameters" in operation or "requestBody" in operation else []
    if "requestBody" in operation:
        statuses += [413, 415]
    if operation.get("security") != []:
        statuses += [401, 503, 504]
    told = operation["responses"]
    for status, answer in problem_responses(*statuses).items():
        own = told.get(str(status), answer)
        is_frameworks = "HTTPValidationError" in str(own)
        told[str(status)] = answer if is_frameworks else own


def _nested(schema: dict[str, Any]) -> dict[str, Any]:
    """The documents inside bodies that `body_of` describes; they move to the components."""
    found: dict[str, Any] = {}
    for operation in _operations(schema):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            found |= content["schema"].pop("$defs", {})
    return found


def body_of(model: type[Any]) -> dict[str, Any]:
    """The ``openapi_extra`` of a route that reads this document by itself."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
