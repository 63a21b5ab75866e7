"""Reading what the control routes are sent."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse


class ControlError(Exception):
    """A control request that cannot be done; `details` goes into the JSON answer."""

    def __init__(self, status: int, message: str, **details: Any) -> None:
        super().__init__(message)
        self.status = status
        self.details = details


async def json_body(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request; an empty body is an empty object."""
    raw = await request.body()
    if not raw.strip():
        return {}
    try:
        body = await request.json()
    except ValueError:
        raise ControlError(400, "the body is not JSON") from None
    if not isinstance(body, dict):
        raise ControlError(400, "the body must be a JSON object")
    return body


def text(body: dict[str, Any], name: str, *, required: bool = True) -> str:
    """Return a string field; raises ControlError when it is missing or something else."""
    value = body.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value.strip()):
        raise ControlError(400, f"need {name}: a non-empty string")
    return value


async def control_error(_request: Request, error: Exception) -> JSONResponse:
    """Answer a ControlError."""
    assert isinstance(error, ControlError)
    return JSONResponse({"error": str(error), **error.details}, status_code=error.status)
