"""What every server call passes: the service token, a request id, errors as google.rpc.Status."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc

from parley_kit.error_status import DETAILS_KEY, to_status
from parley_kit.errors import InternalError, ServiceError, UnauthenticatedError
from parley_kit.logs import get_logger, request_id
from parley_kit.rpc.options import REQUEST_ID_KEY, TOKEN_KEY
from parley_kit.sealing import Secret

log = get_logger(__name__)
_OPEN = ("/grpc.health.", "/grpc.reflection.")

Continuation = Callable[
    [grpc.HandlerCallDetails], "Awaitable[grpc.RpcMethodHandler[Any, Any] | None]"
]


class CallInterceptor(grpc.aio.ServerInterceptor):
    """Authenticates the calling service and encodes errors.

    Args:
        token: What callers must bring as ``authorization: Bearer …``; empty lets everyone in,
            which the server allows on loopback only. Health and reflection are always open.
    """

    def __init__(self, token: Secret) -> None:
        self._expected = f"Bearer {token.reveal()}".encode() if token else b""

    async def intercept_service(
        self, continuation: Continuation, details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        """Wraps the method's handler."""
        handler = await continuation(details)
        if handler is None or details.method.startswith(_OPEN):
            return handler
        return _wrapped(handler, details.method, self._check)

    def _check(self, metadata: dict[str, Any]) -> None:
        brought = metadata.get(TOKEN_KEY, "")
        raw = brought if isinstance(brought, bytes) else brought.encode("utf-8", "replace")
        if self._expected and not hmac.compare_digest(raw, self._expected):
            raise UnauthenticatedError(
                "This service wants `authorization: Bearer <PARLEY_SERVICE_TOKEN>`."
            )


def _wrapped(
    handler: grpc.RpcMethodHandler[Any, Any], method: str, check: Callable[[dict[str, Any]], None]
) -> grpc.RpcMethodHandler[Any, Any]:
    if handler.unary_unary is not None:
        unary = _unary(handler.unary_unary, method, check)
        return grpc.unary_unary_rpc_method_handler(
            unary, handler.request_deserializer, handler.response_serializer
        )
    if handler.stream_stream is not None:
        streaming = _streaming(handler.stream_stream, method, check)
        return grpc.stream_stream_rpc_method_handler(
            streaming, handler.request_deserializer, handler.response_serializer
        )
    raise TypeError(f"{method}: only unary and bidirectional methods are offered")


def _unary(behaviour: Any, method: str, check: Callable[[dict[str, Any]], None]) -> Any:
    async def call(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
        try:
            _enter(context, check)
            return await behaviour(request, context)
        except Exception as error:  # noqa: BLE001  # encoded for the caller
            await _abort(context, error, method)

    return call


def _streaming(behaviour: Any, method: str, check: Callable[[dict[str, Any]], None]) -> Any:
    async def call(
        requests: Any, context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[Any]:
        try:
            _enter(context, check)
            async for response in behaviour(requests, context):
                yield response
        except Exception as error:  # noqa: BLE001  # encoded for the caller
            await _abort(context, error, method)

    return call


def _enter(
    context: grpc.aio.ServicerContext[Any, Any], check: Callable[[dict[str, Any]], None]
) -> None:
    metadata = dict(context.invocation_metadata() or ())
    request_id.set(str(metadata.get(REQUEST_ID_KEY, "")) or uuid.uuid4().hex)
    check(metadata)


async def _abort(
    context: grpc.aio.ServicerContext[Any, Any], error: Exception, method: str
) -> None:
    if isinstance(error, grpc.aio.AbortError):
        raise error
    known = error if isinstance(error, ServiceError) else _defect(error, method)
    status = to_status(known)
    details = ((DETAILS_KEY, status.SerializeToString()),)
    await context.abort(known.code, status.message, details)


def _defect(error: Exception, method: str) -> InternalError:
    log.error("a call failed", method=method, exc_info=error)
    return InternalError(
        "Something went wrong inside Parley; the log has it under this request id.",
        metadata={"request_id": request_id.get()},
    )
