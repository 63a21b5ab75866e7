"""Errors on the wire: google.rpc.Status with ErrorInfo and RetryInfo, and back."""

from __future__ import annotations

from datetime import timedelta

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from parley_kit.errors import (
    DOMAIN,
    FAMILY,
    InternalError,
    Reason,
    ServiceError,
    UnavailableError,
    reason_name,
    reason_of,
)

DETAILS_KEY = "grpc-status-details-bin"
MAX_MESSAGE = 500
MAX_VALUE = 2_000
"""Characters. Errors travel as headers, of which clients take 8 KB by default."""


def to_status(error: ServiceError) -> status_pb2.Status:
    """The error as google.rpc.Status, short enough for headers."""
    info = error_details_pb2.ErrorInfo(
        reason=reason_name(error.reason),
        domain=DOMAIN,
        metadata={key: clipped(value, MAX_VALUE) for key, value in error.metadata.items()},
    )
    details = [_packed(info)]
    if error.retry_after is not None:
        delay = Duration()
        delay.FromTimedelta(error.retry_after)
        details.append(_packed(error_details_pb2.RetryInfo(retry_delay=delay)))
    message = clipped(error.message, MAX_MESSAGE)
    return status_pb2.Status(code=error.code.value[0], message=message, details=details)


def clipped(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _packed(message: error_details_pb2.ErrorInfo | error_details_pb2.RetryInfo) -> Any:
    packed = Any()
    packed.Pack(message)
    return packed


def from_rpc_error(error: grpc.aio.AioRpcError) -> ServiceError:
    """The error that the other side raised, rebuilt; of the same class where it is one of ours.

    CANCELLED is what a stopping server leaves of calls that it did not take any more, or not end in
    its time (whoever cancels on this side gets `asyncio.CancelledError` instead).
    """
    if error.code() is grpc.StatusCode.CANCELLED:
        return UnavailableError("The service stopped before it answered.")
    kind = FAMILY.get(error.code(), InternalError)
    status = rpc_status.from_call(error)  # type: ignore[no-untyped-call]  # works on aio errors too
    if status is None:
        return kind(error.details() or f"The call failed with {error.code().name}.")
    reason, metadata, retry_after = _details(status)
    return kind(status.message, reason=reason, metadata=metadata, retry_after=retry_after)


def _details(
    status: status_pb2.Status,
) -> tuple[Reason.ValueType | None, dict[str, str], timedelta | None]:
    reason: Reason.ValueType | None = None
    metadata: dict[str, str] = {}
    retry_after: timedelta | None = None
    for detail in status.details:
        info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
        if detail.Unpack(info) and info.domain == DOMAIN:
            reason, metadata = reason_of(info.reason), dict(info.metadata)
        elif detail.Unpack(retry):
            retry_after = retry.retry_delay.ToTimedelta()
    return reason, metadata, retry_after
