"""The two that act: they send what the steps yield, and hand back what came."""

from __future__ import annotations

import asyncio
import time
from typing import Any, TypeVar

import httpx

from parley_client.settings import ClientSettings
from parley_client.wire import Answer, Exchange, Lost, Reply, Request, Steps

T = TypeVar("T")
_ANSWER_SECONDS = 30.0
_CONNECT_SECONDS = 5.0
# Nothing was sent before one of these.
_NEVER_ASKED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Transport:
    """Runs steps, blocking."""

    def __init__(self, settings: ClientSettings) -> None:
        self._http = httpx.Client(**_options(settings))

    def run(self, steps: Steps[T]) -> T:
        """The result of the steps; raises what they raise."""
        try:
            exchange = next(steps)
            while True:
                exchange = steps.send(self._perform(exchange))
        except StopIteration as end:
            result: T = end.value
            return result

    def _perform(self, exchange: Exchange) -> Reply:
        began = time.monotonic()
        if exchange.delay_seconds:
            time.sleep(exchange.delay_seconds)
        try:
            answer = self._http.request(**_arguments(exchange.request))
        except httpx.RequestError as error:
            return _lost(error, began)
        return _answered(answer, began)

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()


class AsyncTransport:
    """Runs steps on the event loop."""

    def __init__(self, settings: ClientSettings) -> None:
        self._http = httpx.AsyncClient(**_options(settings))

    async def run(self, steps: Steps[T]) -> T:
        """The result of the steps; raises what they raise."""
        try:
            exchange = next(steps)
            while True:
                exchange = steps.send(await self._perform(exchange))
        except StopIteration as end:
            result: T = end.value
            return result

    async def _perform(self, exchange: Exchange) -> Reply:
        began = time.monotonic()
        if exchange.delay_seconds:
            await asyncio.sleep(exchange.delay_seconds)
        try:
            answer = await self._http.request(**_arguments(exchange.request))
        except httpx.RequestError as error:
            return _lost(error, began)
        return _answered(answer, began)

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()


def _options(settings: ClientSettings) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {settings.key}", "User-Agent": "parley-client/1"}
    return {"base_url": settings.url, "headers": headers, "follow_redirects": False}


def _arguments(request: Request) -> dict[str, Any]:
    timeout = httpx.Timeout(request.wait_seconds + _ANSWER_SECONDS, connect=_CONNECT_SECONDS)
    return {
        "method": request.method,
        "url": request.path,
        "params": dict(request.query),
        "json": request.body,
        "headers": {"Idempotency-Key": request.key} if request.key else {},
        "timeout": timeout,
    }


def _answered(answer: httpx.Response, began: float) -> Answer:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status_code, headers, answer.content, time.monotonic() - began)


def _lost(error: httpx.RequestError, began: float) -> Lost:
    was_asked = not isinstance(error, _NEVER_ASKED)
    return Lost(type(error).__name__, was_asked, time.monotonic() - began)
