"""A channel to another service: token, deadline, waiting for it to come up, errors rebuilt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import grpc

from parley_kit.error_status import from_rpc_error
from parley_kit.logs import request_id
from parley_kit.rpc.options import REQUEST_ID_KEY, TOKEN_KEY, dialled
from parley_kit.rpc.tls import channel_credentials
from parley_kit.settings import ServiceSettings

Stub = TypeVar("Stub")
DEADLINE_SECONDS = 10.0


class ServiceClient:
    """One shared HTTP/2 connection to a service; to each replica, when a name stands for several.

    Calls raise `ServiceError` of the class that the other side raised. A call without ``timeout``
    gets 10 s, and waits that long for a service that is not up yet; pass
    ``wait_for_ready=False`` to hear of its absence at once.
    """

    def __init__(self, address: str, settings: ServiceSettings) -> None:
        token = settings.service_token.get_secret_value()
        interceptors: list[grpc.aio.ClientInterceptor] = [
            _UnaryInterceptor(token),
            _StreamInterceptor(token),
        ]
        credentials = channel_credentials(settings)
        target, options = dialled(address)
        if credentials is None:
            self.channel = grpc.aio.insecure_channel(
                target, options=options, interceptors=interceptors
            )
        else:
            self.channel = grpc.aio.secure_channel(
                target, credentials, options=options, interceptors=interceptors
            )

    def stub(self, make: Callable[[grpc.aio.Channel], Stub]) -> Stub:
        """A stub on this connection."""
        return make(self.channel)

    async def close(self) -> None:
        """Closes the connection."""
        await self.channel.close()


def _completed(
    details: grpc.aio.ClientCallDetails, token: str, *, is_unary: bool
) -> grpc.aio.ClientCallDetails:
    metadata = grpc.aio.Metadata(*(details.metadata or ()))
    if token:
        metadata.add(TOKEN_KEY, f"Bearer {token}")
    if current := request_id.get():
        metadata.add(REQUEST_ID_KEY, current)
    timeout = DEADLINE_SECONDS if is_unary and details.timeout is None else details.timeout
    waits = True if details.wait_for_ready is None else details.wait_for_ready
    return grpc.aio.ClientCallDetails(details.method, timeout, metadata, details.credentials, waits)


class _UnaryInterceptor(grpc.aio.UnaryUnaryClientInterceptor):
    def __init__(self, token: str) -> None:
        self._token = token

    async def intercept_unary_unary(
        self, continuation: Any, client_call_details: grpc.aio.ClientCallDetails, request: Any
    ) -> Any:
        details = _completed(client_call_details, self._token, is_unary=True)
        try:
            call = await continuation(details, request)
            return await call
        except grpc.aio.AioRpcError as error:
            raise from_rpc_error(error) from None


class _StreamInterceptor(grpc.aio.StreamStreamClientInterceptor):
    def __init__(self, token: str) -> None:
        self._token = token

    async def intercept_stream_stream(
        self, continuation: Any, client_call_details: grpc.aio.ClientCallDetails, request: Any
    ) -> Any:
        details = _completed(client_call_details, self._token, is_unary=False)
        return await continuation(details, request)
