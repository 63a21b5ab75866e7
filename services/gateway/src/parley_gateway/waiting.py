"""Long polls that end early when nobody waits any more or the gateway stops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.requests import Request

from parley_gateway.route import gateway_of

Answer = TypeVar("Answer")
RPC_SECONDS = 10.0


async def waited(
    request: Request, ask: Callable[[float, float], Awaitable[Answer]], wait_seconds: float
) -> Answer:
    """The answer of ``ask(wait_seconds, timeout)``.

    When the gateway stops meanwhile, asks again without waiting, so that the client gets how
    things stand instead of a broken connection. When the client goes away, the call is given up.

    Raises:
        asyncio.CancelledError: The client went away.
    """
    if wait_seconds <= 0:
        return await ask(0, RPC_SECONDS)
    asking = asyncio.ensure_future(ask(wait_seconds, wait_seconds + RPC_SECONDS))
    stopping = asyncio.ensure_future(gateway_of(request).stopping.wait())
    gone = asyncio.ensure_future(_is_gone(request))
    try:
        await asyncio.wait({asking, stopping, gone}, return_when=asyncio.FIRST_COMPLETED)
        if asking.done() or gone.done():
            return await _given_up(asking) if gone.done() else asking.result()
        return await ask(0, RPC_SECONDS)
    finally:
        for task in (asking, stopping, gone):
            task.cancel()


async def _given_up(asking: asyncio.Future[Answer]) -> Answer:
    asking.cancel()
    return await asking


async def _is_gone(request: Request) -> bool:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return True
