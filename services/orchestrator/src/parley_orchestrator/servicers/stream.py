"""The live line to a gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from parley.orchestrator.v1 import stream_pb2, stream_pb2_grpc
from parley_kit.clock import utc_now
from parley_kit.errors import ServiceError, UnavailableError, invalid_field
from parley_kit.ids import new_id
from parley_kit.logs import get_logger
from parley_orchestrator.servicers.stream_frames import to_responses
from parley_orchestrator.sync.fanout import Fanout
from parley_orchestrator.sync.subscriber import Subscriber
from parley_orchestrator.use_cases.acknowledge import Acknowledge, Arrive
from parley_orchestrator.use_cases.authorise import USER, Caller
from parley_orchestrator.use_cases.note_typing import NoteTyping
from parley_orchestrator.use_cases.validate import id_of

log = get_logger(__name__)
_MAX_GATEWAY_ID = 200


class StreamServicer(stream_pb2_grpc.StreamServiceServicer):
    """Serves StreamService.

    Args:
        refresh_seconds: How often presence is renewed while a stream lives.
    """

    def __init__(
        self,
        fanout: Fanout,
        arrive: Arrive,
        acknowledge: Acknowledge,
        note_typing: NoteTyping,
        refresh_seconds: float,
    ) -> None:
        self._fanout = fanout
        self._arrive = arrive
        self._acknowledge = acknowledge
        self._note_typing = note_typing
        self._refresh_seconds = refresh_seconds
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ends all streams; gateways connect again elsewhere."""
        self._stopping.set()

    async def Connect(
        self, request_iterator: AsyncIterator[stream_pb2.ConnectRequest], context: Any
    ) -> AsyncIterator[stream_pb2.ConnectResponse]:
        """Reads frames in a task, and yields what there is to tell."""
        first = await anext(request_iterator, None)
        if first is None or not first.gateway_id:
            raise invalid_field("gateway_id", "the first frame must carry it")
        subscriber = Subscriber(_line_of(first.gateway_id))
        self._fanout.subscribe(subscriber)
        tasks = [
            asyncio.create_task(self._listen(subscriber, first, request_iterator)),
            asyncio.create_task(self._keep_present(subscriber)),
            asyncio.create_task(self._stopping.wait()),
        ]
        try:
            async for response in _responses(subscriber, tasks):
                yield response
        finally:
            for task in tasks:
                task.cancel()
            self._fanout.unsubscribe(subscriber)
            await self._depart(subscriber)

    async def _listen(
        self,
        subscriber: Subscriber,
        first: stream_pb2.ConnectRequest,
        frames: AsyncIterator[stream_pb2.ConnectRequest],
    ) -> None:
        """Takes frames until one cannot be stored now; the line ends then.

        Its gateway begins another, and tells all presence and all acknowledgements again.
        """
        try:
            await self._take(subscriber, first)
            async for frame in frames:
                await self._take(subscriber, frame)
        except UnavailableError as error:
            log.warning("a line ends", gateway=subscriber.gateway_id, reason=error.message)

    async def _take(self, subscriber: Subscriber, frame: stream_pb2.ConnectRequest) -> None:
        try:
            if frame.present_user_ids:
                subscriber.users.update(frame.present_user_ids)
                await self._arrive.come(frame.present_user_ids, subscriber.gateway_id)
            if frame.absent_user_ids:
                subscriber.users.difference_update(frame.absent_user_ids)
                await self._arrive.go(frame.absent_user_ids, subscriber.gateway_id)
            if frame.acknowledgements:
                await self._acknowledge(
                    [(a.user_id, a.session_id, a.seq) for a in frame.acknowledgements]
                )
            await self._note_typing.all_of(
                [(Caller(USER, each.user_id), each.session_id) for each in frame.typing]
            )
        except UnavailableError:
            raise
        except ServiceError as error:
            log.warning("a frame was lost", gateway=subscriber.gateway_id, reason=error.message)
        except Exception:
            # Not the end of the line: its gateway would say the same again on the next one.
            log.exception("a frame failed", gateway=subscriber.gateway_id)

    async def _keep_present(self, subscriber: Subscriber) -> None:
        while True:
            await asyncio.sleep(self._refresh_seconds)
            try:
                await self._arrive.come(subscriber.users, subscriber.gateway_id)
            except ServiceError as error:
                log.warning("presence waits", reason=error.message)

    async def _depart(self, subscriber: Subscriber) -> None:
        try:
            await self._arrive.go(None, subscriber.gateway_id)
        except ServiceError as error:
            log.warning("presence runs out by itself", reason=error.message)


def _line_of(gateway_id: str) -> str:
    """A name of this one stream: the end of a dropped one must not take the next one's people."""
    return new_id(id_of("gateway_id", gateway_id, _MAX_GATEWAY_ID), utc_now())


async def _responses(
    subscriber: Subscriber, ending: list[asyncio.Task[Any]]
) -> AsyncIterator[stream_pb2.ConnectResponse]:
    while True:
        taking = asyncio.create_task(subscriber.take())
        try:
            await asyncio.wait([taking, *ending], return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not taking.done():
                taking.cancel()
        if taking.cancelled() or not taking.done():
            return
        for response in to_responses(taking.result()):
            yield response
