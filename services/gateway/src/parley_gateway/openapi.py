"""What /openapi.json says beyond the routes themselves: credentials and problems."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from parley_gateway.models.problem import ProblemDocument

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
    schema["security"] = _SECURITY
    return schema


def _nested(schema: dict[str, Any]) -> dict[str, Any]:
    """The documents inside bodies that `body_of` describes; they move to the components."""
    found: dict[str, Any] = {}
    for methods in schema["paths"].values():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                found |= content["schema"].pop("$defs", {})
    return found


def body_of(model: type[Any]) -> dict[str, Any]:
    """The ``openapi_extra`` of a route that reads this document by itself."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
