"""The micro-batcher: what arrives while a SendMessages call runs goes out together in the next."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from parley.orchestrator.v1 import messages_pb2
from parley_kit import crash_points

MAX_MESSAGES = 500
MAX_BYTES = 3 * 1024 * 1024  # below the 4 MiB that a gRPC message may have

Send = Callable[[messages_pb2.SendMessagesRequest], Awaitable[messages_pb2.SendMessagesResponse]]
Results = list[messages_pb2.SendMessageResult]


@dataclass(slots=True)
class _Group:
    """Messages of one client's request; they travel together."""

    messages: Sequence[messages_pb2.SendMessageRequest]
    size: int
    results: asyncio.Future[Results]


class MessageBatcher:
    """Sends messages in few large calls without ever waiting for more.

    One call is in flight: more were slower when measured, and one keeps the order of arrival.

    Args:
        send: The RPC.
        observe: Told the size of each batch.
    """

    def __init__(self, send: Send, observe: Callable[[int], None] = lambda _size: None) -> None:
        self._send = send
        self._observe = observe
        self._waiting: deque[_Group] = deque()
        self._running: asyncio.Task[None] | None = None

    async def submit(self, messages: Sequence[messages_pb2.SendMessageRequest]) -> Results:
        """One result a message, in order, after commit.

        Raises:
            ServiceError: The call as a whole failed.
        """
        size = sum(message.ByteSize() for message in messages)
        group = _Group(messages, size, asyncio.get_running_loop().create_future())
        self._waiting.append(group)
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await group.results

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._send_batch(self._next_batch())
        finally:
            self._running = None

    def _next_batch(self) -> list[_Group]:
        batch = [self._waiting.popleft()]
        count, size = len(batch[0].messages), batch[0].size
        while self._waiting:
            count += len(self._waiting[0].messages)
            size += self._waiting[0].size
            if count > MAX_MESSAGES or size > MAX_BYTES:
                break
            batch.append(self._waiting.popleft())
        return batch

    async def _send_batch(self, batch: list[_Group]) -> None:
        request = messages_pb2.SendMessagesRequest()
        for group in batch:
            request.messages.extend(group.messages)
        self._observe(len(request.messages))
        try:
            response = await self._send(request)
        except Exception as error:  # noqa: BLE001  # every waiting caller gets it
            _fail(batch, error)
        else:
            crash_points.reach("gateway.messages_stored")
            _hand_out(batch, list(response.results))


def _hand_out(batch: list[_Group], results: Results) -> None:
    expected = sum(len(group.messages) for group in batch)
    if len(results) != expected:
        _fail(batch, RuntimeError(f"{len(results)} results came for {expected} messages"))
        return
    start = 0
    for group in batch:
        end = start + len(group.messages)
        if not group.results.done():  # its client may have gone
            group.results.set_result(results[start:end])
        start = end


def _fail(batch: list[_Group], error: Exception) -> None:
    for group in batch:
        if not group.results.done():
            group.results.set_exception(error)
