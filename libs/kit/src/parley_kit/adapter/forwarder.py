"""Hands what is in the inbox to the orchestrator, until each item has a verdict."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from parley.orchestrator.v1 import inbox_pb2, inbox_pb2_grpc
from parley_kit import crash_points
from parley_kit.adapter.inbox import Inbox
from parley_kit.errors import (
    InternalError,
    InvalidArgumentError,
    ResourceExhaustedError,
    ServiceError,
)
from parley_kit.logs import get_logger

log = get_logger(__name__)
_IDLE_SECONDS = 2.0
_RETRY = timedelta(seconds=1)
_RETRY_AFTER_DEFECT = timedelta(minutes=1)
_LATER = timedelta(seconds=1)
_LATER_VERDICT = inbox_pb2.INGEST_VERDICT_LATER
Identify = Callable[[inbox_pb2.Sender], Awaitable[Mapping[str, str]]]
"""Finds out more addresses of a sender whom nobody knows; a `ServiceError` means: not now."""
_ITEMS_FAULT = (InvalidArgumentError, ResourceExhaustedError, InternalError)


class Forwarder:
    """A task that empties the inbox into `InboxService.Ingest`."""

    def __init__(
        self,
        inbox: Inbox,
        orchestrator: inbox_pb2_grpc.InboxServiceStub,
        identify: Identify | None = None,
    ) -> None:
        self._inbox = inbox
        self._orchestrator = orchestrator
        self._identify = identify

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
            async with asyncio.timeout(_IDLE_SECONDS):  # wait_for of 3.11 may lose a cancellation
                await self._inbox.changed.wait()
        except TimeoutError:
            return
        self._inbox.changed.clear()

    async def _forward(self) -> bool:
        items = await self._inbox.take()
        if not items:
            return False
        crash_points.reach("adapter.items_taken")
        try:
            results = await self._of_strangers(items, await self._ingest(items))
        except ServiceError:
            await self._inbox.postpone([item.inbound_id for item in items], _RETRY)
            raise
        crash_points.reach("adapter.items_ingested")
        later = [each.inbound_id for each in results if each.verdict == _LATER_VERDICT]
        await self._inbox.settle([each for each in results if each.verdict != _LATER_VERDICT])
        if later:
            await self._inbox.postpone(later, _LATER)
        return True

    async def _of_strangers(
        self, items: Sequence[inbox_pb2.InboundItem], results: list[inbox_pb2.IngestResult]
    ) -> list[inbox_pb2.IngestResult]:
        """The results, where nobody knew the sender by those of a second try with more addresses."""
        unknown = {result.inbound_id for result in results if result.is_sender_unknown}
        strangers = [item for item in items if item.inbound_id in unknown]
        if self._identify is None or not strangers:
            return results
        again = await asyncio.gather(
            *(self._heard_again(item, self._identify) for item in strangers)
        )
        newer = {result.inbound_id: result for result in again if result is not None}
        return [newer.get(result.inbound_id, result) for result in results]

    async def _heard_again(
        self, item: inbox_pb2.InboundItem, identify: Identify
    ) -> inbox_pb2.IngestResult | None:
        """The result with more addresses; None where there are none, LATER while that is not sure."""
        try:
            more = await identify(item.sender)
            if not more:
                return None
            item.sender.addresses.update(more)
            results = await self._ingest([item])
            return results[0] if results else None
        except ServiceError as error:
            log.info("a sender could not be identified", reason=error.message)
            return inbox_pb2.IngestResult(inbound_id=item.inbound_id, verdict=_LATER_VERDICT)

    async def _ingest(self, items: Sequence[inbox_pb2.InboundItem]) -> list[inbox_pb2.IngestResult]:
        """Hands over together; where that fails by an item's fault, each by itself.

        Every other failure (no answer, a wrong token) is the orchestrator's or the
        configuration's: it passes, and nothing may be dropped for it.
        """
        try:
            answer = await self._orchestrator.Ingest(inbox_pb2.IngestRequest(items=items))
            return list(answer.results)
        except _ITEMS_FAULT as error:
            if len(items) > 1:
                return [result for item in items for result in await self._ingest([item])]
            return await self._unwelcome(items[0], error)

    async def _unwelcome(
        self, item: inbox_pb2.InboundItem, error: ServiceError
    ) -> list[inbox_pb2.IngestResult]:
        """Ends an item that is invalid; one that meets a defect waits, and holds up no other."""
        log.error("an item was not taken", inbound_id=item.inbound_id, reason=error.message)
        if not isinstance(error, InvalidArgumentError):
            await self._inbox.postpone([item.inbound_id], _RETRY_AFTER_DEFECT)
            return []
        return [
            inbox_pb2.IngestResult(
                inbound_id=item.inbound_id,
                verdict=inbox_pb2.INGEST_VERDICT_REFUSED,
                detail=error.message,
            )
        ]
