"""Refusals as application/problem+json (RFC 9457): one table from gRPC code and reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import grpc
import orjson
from starlette.exceptions import HTTPException
from starlette.responses import Response

from parley.orchestrator.v1 import problem_pb2
from parley_kit.errors import FAMILY, InternalError, Reason, ServiceError, reason_name

MEDIA_TYPE = "application/problem+json"
_RESERVED = frozenset({"type", "title", "status", "detail", "code"})

STATUS_BY_CODE: dict[grpc.StatusCode, int] = {
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ALREADY_EXISTS: 409,
    grpc.StatusCode.FAILED_PRECONDITION: 409,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.INTERNAL: 500,
    grpc.StatusCode.UNIMPLEMENTED: 501,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
}
STATUS_BY_REASON: dict[int, int] = {Reason.ERROR_REASON_TOO_LARGE: 413}

TITLES: dict[int, str] = {
    400: "The request cannot be used",
    401: "Who calls is not known",
    403: "Not allowed",
    404: "Not found",
    405: "The method is not offered here",
    409: "Conflicts with how things stand",
    413: "Too large",
    415: "This content type is not taken",
    422: "A field cannot be used",
    429: "Too much for now",
    500: "Something went wrong inside Parley",
    501: "Not offered",
    503: "Not available now",
    504: "No answer in time",
}
_SILENT = {
    grpc.StatusCode.UNAVAILABLE: "A service that is needed does not answer. Try again shortly.",
    grpc.StatusCode.DEADLINE_EXCEEDED: (
        "A service that is needed did not answer in time, so it is not known whether the request "
        "took effect. Try again; with the same Idempotency-Key nothing happens twice."
    ),
}
_FAMILY_BY_NUMBER = {code.value[0]: kind for code, kind in FAMILY.items()}


@dataclass(frozen=True)
class Problem:
    """What a client reads when it is refused.

    Attributes:
        status: The HTTP status.
        code: The stable reason, lower case.
        detail: What is wrong and what to do.
        extra: More members of the document, e.g. ``field``.
        retry_after: When to come again.
    """

    status: int
    code: str
    detail: str
    extra: Mapping[str, Any] = field(default_factory=dict)
    retry_after: timedelta | None = None

    def document(self) -> dict[str, Any]:
        """The members of the JSON document."""
        members: dict[str, Any] = {
            "type": f"urn:parley:problem:{self.code}",
            "title": TITLES.get(self.status, "Refused"),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        more = {name: value for name, value in self.extra.items() if name not in _RESERVED}
        if self.retry_after is not None:
            more["retry_after_seconds"] = _whole_seconds(self.retry_after)
        return members | more

    def response(self) -> Response:
        """The HTTP answer."""
        headers = {}
        if self.status == STATUS_BY_CODE[grpc.StatusCode.UNAUTHENTICATED]:
            headers["WWW-Authenticate"] = 'Bearer realm="parley"'
        if self.retry_after is not None:
            headers["Retry-After"] = str(_whole_seconds(self.retry_after))
        return Response(orjson.dumps(self.document()), self.status, headers, MEDIA_TYPE)


class ProblemError(HTTPException):
    """A refusal that the gateway itself decides."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.status, problem.detail)
        self.problem = problem


def problem_of(error: ServiceError) -> Problem:
    """The problem that an error of the family means."""
    status = STATUS_BY_REASON.get(error.reason, STATUS_BY_CODE.get(error.code, 500))
    return Problem(
        status,
        reason_name(error.reason).lower(),
        _detail(error),
        _extra(error.metadata),
        error.retry_after,
    )


def error_of(item: problem_pb2.Problem) -> ServiceError:
    """The error behind one refused item of a batch; the same as a unary call would raise."""
    kind = _FAMILY_BY_NUMBER.get(item.code, InternalError)
    retry_after = item.retry_after.ToTimedelta() if item.HasField("retry_after") else None
    return kind(
        item.message, reason=item.reason, metadata=dict(item.metadata), retry_after=retry_after
    )


def _detail(error: ServiceError) -> str:
    # gRPC's own words for a dead line name addresses; a service that speaks of itself has metadata.
    if "service" in error.metadata:
        return error.message
    return _SILENT.get(error.code, error.message)


def _extra(metadata: Mapping[str, str]) -> dict[str, Any]:
    extra: dict[str, Any] = dict(metadata)
    if "status" in extra:  # the document's own `status` is the HTTP status
        extra["request_status"] = extra.pop("status")
    if "response" in extra:
        extra["response"] = decoded(extra["response"])
    return extra


def decoded(text: str | bytes) -> Any:
    """JSON text as a value; null for empty text and for what is not JSON."""
    try:
        return orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return None


def _whole_seconds(span: timedelta) -> int:
    return max(1, math.ceil(span.total_seconds()))
