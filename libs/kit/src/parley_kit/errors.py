"""One family of errors: gRPC status code, stable reason, message, metadata, retry delay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

import grpc

from parley.common.v1 import errors_pb2

Reason = errors_pb2.ErrorReason
DOMAIN = "parley"
_PREFIX = "ERROR_REASON_"


class ServiceError(Exception):
    """A refusal that the caller shall understand.

    Args:
        message: What is wrong and what to do; shown to people, never holds a secret.
        reason: The stable reason; each subclass has its usual one.
        metadata: As the reason's comment in errors.proto says.
        retry_after: When trying again may help.
    """

    code: ClassVar[grpc.StatusCode] = grpc.StatusCode.UNKNOWN
    usual_reason: ClassVar[Reason.ValueType] = Reason.ERROR_REASON_INTERNAL

    def __init__(
        self,
        message: str,
        *,
        reason: Reason.ValueType | None = None,
        metadata: Mapping[str, str] | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = self.usual_reason if reason is None else reason
        self.metadata = dict(metadata or {})
        self.retry_after = retry_after


class InvalidArgumentError(ServiceError):
    """A value cannot be used as it is."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    usual_reason = Reason.ERROR_REASON_INVALID_FIELD


class UnauthenticatedError(ServiceError):
    """The caller is not known."""

    code = grpc.StatusCode.UNAUTHENTICATED
    usual_reason = Reason.ERROR_REASON_BAD_CREDENTIAL


class PermissionDeniedError(ServiceError):
    """The caller is known and may not do this."""

    code = grpc.StatusCode.PERMISSION_DENIED
    usual_reason = Reason.ERROR_REASON_NOT_ALLOWED


class NotFoundError(ServiceError):
    """Nothing with this id is visible to the caller."""

    code = grpc.StatusCode.NOT_FOUND
    usual_reason = Reason.ERROR_REASON_UNKNOWN_ID


class AlreadyExistsError(ServiceError):
    """The key is taken by something else."""

    code = grpc.StatusCode.ALREADY_EXISTS
    usual_reason = Reason.ERROR_REASON_IDEMPOTENCY_KEY_REUSED


class FailedPreconditionError(ServiceError):
    """The state of the object does not allow this; an expected conflict."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    usual_reason = Reason.ERROR_REASON_WRONG_STATE


class ResourceExhaustedError(ServiceError):
    """A cap is reached or something is too large."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    usual_reason = Reason.ERROR_REASON_LIMIT_REACHED


class UnimplementedError(ServiceError):
    """The method is not offered here."""

    code = grpc.StatusCode.UNIMPLEMENTED
    usual_reason = Reason.ERROR_REASON_NOT_OFFERED


class UnavailableError(ServiceError):
    """Something that is needed does not answer; trying again may help."""

    code = grpc.StatusCode.UNAVAILABLE
    usual_reason = Reason.ERROR_REASON_UNAVAILABLE


class DeadlineExceededError(ServiceError):
    """No answer in time; whether it took effect is not known."""

    code = grpc.StatusCode.DEADLINE_EXCEEDED
    usual_reason = Reason.ERROR_REASON_UNAVAILABLE


class InternalError(ServiceError):
    """A defect of Parley."""

    code = grpc.StatusCode.INTERNAL


FAMILY: dict[grpc.StatusCode, type[ServiceError]] = {
    kind.code: kind
    for kind in (
        InvalidArgumentError,
        UnauthenticatedError,
        PermissionDeniedError,
        NotFoundError,
        AlreadyExistsError,
        FailedPreconditionError,
        ResourceExhaustedError,
        UnimplementedError,
        UnavailableError,
        DeadlineExceededError,
        InternalError,
    )
}


def reason_name(reason: Reason.ValueType) -> str:
    """The reason's name on the wire, e.g. ``UNKNOWN_ID``."""
    return Reason.Name(reason).removeprefix(_PREFIX)


def reason_of(name: str) -> Reason.ValueType:
    """The reason behind a wire name; unspecified for one that is newer than this code."""
    try:
        return Reason.Value(_PREFIX + name)
    except ValueError:
        return Reason.ERROR_REASON_UNSPECIFIED


def unknown_id(kind: str, identifier: str) -> NotFoundError:
    """The error for an id that does not exist or that the caller must not see."""
    return NotFoundError(
        f"No {kind} with the id {identifier!r}.", metadata={"kind": kind, "id": identifier}
    )


def invalid_field(field: str, message: str) -> InvalidArgumentError:
    """The error for one field's bad value."""
    return InvalidArgumentError(f"{field}: {message}", metadata={"field": field})
