"""JSON bodies in and out."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from parley_gateway.models.base import Received
from parley_gateway.problems import Problem, ProblemError

Document = TypeVar("Document", bound=Received)
MEDIA_TYPE = "application/json"
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # an escape, not an escaped backslash before it


class JsonRequest(Request):
    """A request whose JSON is read strictly: no NaN, no lone surrogates, bounded depth."""

    async def json(self) -> Any:
        """The body's value.

        Raises:
            ProblemError: 415 for another content type, 400 for what is not JSON.
        """
        check_content_type(self.headers.get("content-type", ""))
        try:
            return orjson.loads(await self.body())
        except orjson.JSONDecodeError as error:
            detail = f"The body is not JSON: {error}."
            raise ProblemError(Problem(400, "invalid_json", detail)) from None


def check_content_type(value: str) -> None:
    """Refuses everything but JSON.

    Raises:
        ProblemError: 415.
    """
    essence = value.partition(";")[0].strip().lower()
    if essence != MEDIA_TYPE and not (
        essence.startswith("application/") and essence.endswith("+json")
    ):
        detail = "Send JSON with `Content-Type: application/json`."
        raise ProblemError(Problem(415, "unsupported_media_type", detail))


async def read_document(request: Request, kind: type[Document]) -> Document:
    """The body as a document; for routes that skip FastAPI's own parsing.

    Raises:
        ProblemError: 400, 415 or 422.
    """
    value = await JsonRequest(request.scope, request.receive).json()
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        raise ProblemError(invalid_fields([dict(each) for each in error.errors()])) from None


def invalid_fields(errors: list[dict[str, Any]]) -> Problem:
    """The problem for values that a document does not take; names the first field and all."""
    fields = [
        {"field": _dotted(error["loc"]), "message": str(error["msg"])} for error in errors[:20]
    ]
    first = fields[0]
    where = first["field"] or "the body"
    extra = {"field": first["field"], "fields": fields}
    return Problem(422, "invalid_field", f"{where}: {first['message']}.", extra)


def _dotted(location: tuple[Any, ...]) -> str:
    parts = location[1:] if location and location[0] in {"body", "query", "path"} else location
    return ".".join(str(part) for part in parts)


def json_response(value: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(value), status, media_type=MEDIA_TYPE)


def json_text(value: Any, field: str, max_bytes: int) -> str:
    """A value as JSON text for the orchestrator; empty for None.

    Raises:
        ProblemError: 422 when it is too large or cannot be stored.
    """
    if value is None:
        return ""
    text = orjson.dumps(value)
    detail = ""
    if len(text) > max_bytes:
        detail = f"must have at most {max_bytes // 1024} KiB as JSON"
    elif _NUL.search(text):
        detail = "must not contain NUL characters"  # PostgreSQL cannot store them
    if detail:
        raise ProblemError(invalid_fields([{"loc": (field,), "msg": detail}]))
    return text.decode()
