"""What the application answers when something is raised."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from parley_gateway.documents import invalid_fields
from parley_gateway.problems import Problem, ProblemError, problem_of
from parley_kit.errors import ServiceError
from parley_kit.logs import get_logger, request_id

log = get_logger(__name__)
_CODES = {404: "unknown_route", 405: "method_not_allowed", 400: "bad_request"}
_DETAILS = {
    404: "There is nothing at this address. /docs lists what there is.",
    405: "This address does not take this method. /docs lists what it takes.",
    400: "The request cannot be read.",
}
_CLIENT_CLOSED = 499  # as proxies log it


def install(app: FastAPI) -> None:
    """Makes every refusal a problem document."""
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(ProblemError, _problem_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, defect)


async def _service_error(_request: Request, error: Any) -> Response:
    return problem_of(error).response()


async def _problem_error(_request: Request, error: Any) -> Response:
    response: Response = error.problem.response()
    return response


async def _invalid(_request: Request, error: Any) -> Response:
    return invalid_fields(list(error.errors())).response()


async def _http_error(_request: Request, error: Any) -> Response:
    status = error.status_code
    detail = _DETAILS.get(status, str(error.detail))
    response = Problem(status, _CODES.get(status, "refused"), detail).response()
    response.headers.update(error.headers or {})
    return response


async def _gone(_request: Request, _error: Any) -> Response:
    """Who hung up while their request was read; nobody gets this answer."""
    return Response(status_code=_CLIENT_CLOSED)


async def defect(request: Request, error: Exception) -> Response:
    """The answer to a request that met a defect; the log has the rest."""
    route = getattr(request.scope.get("route"), "path", "")
    log.error("a request failed", route=route, exc_info=error)
    extra = {"request_id": request_id.get()}
    detail = "Something went wrong inside Parley; the log has it under this request id."
    return Problem(500, "internal", detail, extra).response()
