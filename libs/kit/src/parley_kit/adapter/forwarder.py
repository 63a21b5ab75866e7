"""Hands what is in the inbox to the orchestrator, until each item has a verdict."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from parley.orchestrator.v1 import inbox_pb2, inbox_pb2_grpc
from parley_kit.adapter.inbox import Inbox
from parley_kit.errors import ServiceError, UnavailableError
from parley_kit.logs import get_logger

log = get_logger(__name__)
_IDLE_SECONDS = 2.0
_RETRY = timedelta(seconds=1)


class Forwarder:
    """A task that empties the inbox into `InboxService.Ingest`."""

    def __init__(self, inbox: Inbox, orchestrator: inbox_pb2_grpc.InboxServiceStub) -> None:
        self._inbox = inbox
        self._orchestrator = orchestrator

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            try:
                if not await self._forward():
                    await self._wait()
            except ServiceError as error:
                log.warning("the inbox waits", reason=error.message)
                await asyncio.sleep(_RETRY.total_seconds())

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._inbox.changed.wait(), _IDLE_SECONDS)
        except TimeoutError:
            return
        self._inbox.changed.clear()

    async def _forward(self) -> bool:
        items = await self._inbox.take()
        if not items:
            return False
        try:
            results = await self._ingest(items)
        except UnavailableError:
            await self._inbox.postpone([item.inbound_id for item in items], _RETRY)
            raise
        await self._inbox.settle(results)
        return True

    async def _ingest(self, items: Sequence[inbox_pb2.InboundItem]) -> list[inbox_pb2.IngestResult]:
        """Hands over together; where one item is refused, each by itself, so that none holds up."""
        try:
            answer = await self._orchestrator.Ingest(inbox_pb2.IngestRequest(items=items))
            return list(answer.results)
        except UnavailableError:
            raise
        except ServiceError as error:
            if len(items) > 1:
                return [result for item in items for result in await self._ingest([item])]
            return self._unwelcome(items[0], error)

    def _unwelcome(
        self, item: inbox_pb2.InboundItem, error: ServiceError
    ) -> list[inbox_pb2.IngestResult]:
        log.error("an item was not taken", inbound_id=item.inbound_id, reason=error.message)
        verdict = inbox_pb2.INGEST_VERDICT_REFUSED
        if type(error).code.value[0] in _DEFECTS:
            return []  # stays due: it comes up again after its claim
        return [
            inbox_pb2.IngestResult(
                inbound_id=item.inbound_id, verdict=verdict, detail=error.message
            )
        ]


_DEFECTS = {2, 4, 13}  # UNKNOWN, DEADLINE_EXCEEDED, INTERNAL
