"""The door that every provider call passes: faults, then the provider, then the journal."""

import asyncio
import random
from collections.abc import Callable
from typing import NamedTuple, Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from parley_sandbox.clock import Clock
from parley_sandbox.faults import Fault, Faults
from parley_sandbox.journal import Journal, Record
from parley_sandbox.wire import BodyTooLargeError, Reply, Request, read_request, send_reply

TRANSPORT = "parley_sandbox.transport"


class Call(NamedTuple):
    """Which API call a request is; `writes` says whether people would see its effect."""

    name: str
    writes: bool


class Provider(Protocol):
    """One provider's API."""

    channel: str

    def identify(self, request: Request) -> Call | None:
        """Name the call, or return None when the path is not the provider's."""

    def answer(self, request: Request) -> tuple[Reply, Record]:
        """Do what is asked."""

    def refuse(self, fault: Fault, now: float) -> Reply:
        """Return the provider's way of saying 429 or 5xx."""


class Gate:
    """ASGI application in front of the providers; everything else goes to `rest`."""

    def __init__(
        self,
        providers: list[Provider],
        rest: ASGIApp,
        *,
        clock: Clock,
        journal: Journal,
        faults: Faults,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._providers = providers
        self._rest = rest
        self._clock = clock
        self._journal = journal
        self._faults = faults
        self._chance = chance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
            return
        probe = Request(scope["method"], scope["path"], {}, {}, b"")
        for provider in self._providers:
            call = provider.identify(probe)
            if call is not None:
                await self._serve(provider, call, scope, receive, send)
                return
        await self._rest(scope, receive, send)

    async def _serve(
        self, provider: Provider, call: Call, scope: Scope, receive: Receive, send: Send
    ) -> None:
        fault = self._faults.take(
            provider.channel,
            call.name,
            writes=call.writes,
            now=self._clock.now(),
            chance=self._chance(),
        )
        if fault and fault.kind == "down":
            await _hang_up(scope, receive)
            return
        try:
            request = await read_request(scope, receive)
        except BodyTooLargeError:
            await send_reply(Reply(413, b"request too large", {"connection": "close"}), send)
            return
        if fault and fault.kind == "latency":
            await asyncio.sleep(fault.seconds)
        reply = self._reply(provider, call, request, fault)
        if reply is None:
            await _hang_up(scope, receive)
            return
        await send_reply(reply, send)

    def _reply(
        self, provider: Provider, call: Call, request: Request, fault: Fault | None
    ) -> Reply | None:
        """Return the answer, or None when the line is to drop after the work was done."""
        if fault and fault.kind in {"rate_limit", "error"}:
            self._note(provider, request, Record(call.name, f"fault:{fault.kind}"))
            return provider.refuse(fault, self._clock.now())
        reply, record = provider.answer(request)
        is_dropped = bool(fault and fault.kind == "drop_after_accept")
        if is_dropped and record.outcome == "ok":
            record = Record(record.call, "dropped", record.body, record.result, record.mail)
        self._note(provider, request, record)
        return None if is_dropped else reply

    def _note(self, provider: Provider, request: Request, record: Record) -> None:
        now = self._clock.now()
        self._journal.add(now, provider.channel, request.method, request.path, record)


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection without a byte, and wait until the server has noticed."""
    scope[TRANSPORT].abort()
    while (await receive())["type"] != "http.disconnect":
        pass
