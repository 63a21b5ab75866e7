"""Sends through a provider: claim, send in order within a conversation, record."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from parley.channel.v1 import channel_pb2, outcome_pb2
from parley_kit import crash_points
from parley_kit.adapter.connections import UnreadableTokensError
from parley_kit.adapter.ledger import Claim, Ledger, SentRecord
from parley_kit.adapter.outcomes import (
    failed_outcome,
    known_outcome,
    sent_outcome,
    skipped,
    unreadable,
)
from parley_kit.adapter.provider import DeliveryFailedError, Provider
from parley_kit.errors import ServiceError
from parley_kit.logs import get_logger

log = get_logger(__name__)
SEND_SECONDS = 25.0
"""For one call of the contract, whatever it brings; its caller waits for 30 s."""
Outcome = outcome_pb2.DeliveryOutcome
Result = SentRecord | DeliveryFailedError
T = TypeVar("T")


@dataclass
class _Results:
    by_id: dict[str, Result] = field(default_factory=dict)

    def sent(self) -> dict[str, SentRecord]:
        return {key: value for key, value in self.by_id.items() if isinstance(value, SentRecord)}

    def not_sent(self) -> list[str]:
        """Ids whose claim is taken back, because for sure nothing went out."""
        return [
            key
            for key, value in self.by_id.items()
            if isinstance(value, DeliveryFailedError)
            and value.failure_class != outcome_pb2.FAILURE_CLASS_AMBIGUOUS
        ]


class Sender:
    """Sends messages and cards of one channel, each delivery id once.

    Args:
        claims_updates: An update is a send of its own (a mail cannot be edited), so it is claimed
            and goes out once like any other.
    """

    def __init__(self, provider: Provider, ledger: Ledger, *, claims_updates: bool = False) -> None:
        self._provider = provider
        self._ledger = ledger
        self._claims_updates = claims_updates
        self._under_way: set[asyncio.Task[Any]] = set()

    async def send_messages(
        self, requests: Sequence[channel_pb2.SendMessageRequest]
    ) -> list[Outcome]:
        """One outcome a request, in order."""
        return await self._to_the_end(self._send_messages(requests))

    async def _to_the_end(self, work: Coroutine[Any, Any, T]) -> T:
        """Who asked may be gone meanwhile: what is on its way goes out and is recorded all the same.

        Broken off, nobody would know whether it went out before a look-up at the provider tells.
        """
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def _send_messages(
        self, requests: Sequence[channel_pb2.SendMessageRequest]
    ) -> list[Outcome]:
        known = await self._ledger.claim([_claim(request) for request in requests])
        crash_points.reach("adapter.claimed")
        results = _Results()
        conversations: dict[tuple[str, str], list[channel_pb2.SendMessageRequest]] = {}
        for request in requests:
            if request.delivery_id not in known:
                key = request.conversation.session_id, request.recipient.user_id
                conversations.setdefault(key, []).append(request)
        await self._send_all(list(conversations.values()), results)
        await self._record(results)
        return [
            known_outcome(known[request.delivery_id])
            if request.delivery_id in known
            else _outcome(request.delivery_id, results.by_id[request.delivery_id])
            for request in requests
        ]

    async def _send_all(
        self, conversations: list[list[channel_pb2.SendMessageRequest]], results: _Results
    ) -> None:
        """All conversations at once; who asked waits little longer than one send may take."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await asyncio.gather(
                    *(self._send_conversation(messages, results) for messages in conversations)
                )
        except TimeoutError:
            for messages in conversations:
                _give_up(messages, results)

    async def _send_conversation(
        self, messages: list[channel_pb2.SendMessageRequest], results: _Results
    ) -> None:
        thread_ref, connection_id = "", ""
        failed = False
        for message in messages:
            if failed:
                results.by_id[message.delivery_id] = skipped()
                continue
            if thread_ref and not message.conversation.thread_ref:
                message.conversation.thread_ref = thread_ref
                message.conversation.connection_id = connection_id
            result = await judged(self._provider.send_message(message))
            results.by_id[message.delivery_id] = result
            if isinstance(result, SentRecord):
                thread_ref, connection_id = result.thread_ref, result.connection_id
            else:
                failed = True

    async def send_card(self, request: channel_pb2.RequestFeedbackRequest) -> Outcome:
        """The outcome of one card."""
        claim = Claim(
            request.delivery_id,
            request.conversation.session_id,
            request.recipient.user_id,
            request.card.request_id,
            dict(self._provider.details_of_card(request)),
        )
        return await self._once(claim, lambda: self._provider.send_card(request))

    async def update_card(self, request: channel_pb2.UpdateFeedbackRequest) -> Outcome:
        """The outcome of one update; not claimed where repeating it is harmless."""
        card = await self._ledger.find(request.card_delivery_id)
        if self._claims_updates:
            claim = Claim(
                request.delivery_id,
                request.conversation.session_id,
                request.recipient.user_id,
                request.card.request_id,
            )
            return await self._once(claim, lambda: self._provider.update_card(request, card))
        result = await attempt(self._provider.update_card(request, card))
        return _outcome(request.delivery_id, result)

    async def _once(self, claim: Claim, send: Callable[[], Awaitable[SentRecord]]) -> Outcome:
        return await self._to_the_end(self._claimed(claim, send))

    async def _claimed(self, claim: Claim, send: Callable[[], Awaitable[SentRecord]]) -> Outcome:
        known = await self._ledger.claim([claim])
        if claim.delivery_id in known:
            return known_outcome(known[claim.delivery_id])
        crash_points.reach("adapter.card_claimed")
        results = _Results({claim.delivery_id: await attempt(send())})
        await self._record(results)
        return _outcome(claim.delivery_id, results.by_id[claim.delivery_id])

    async def _record(self, results: _Results) -> None:
        crash_points.reach("adapter.sent")
        await self._ledger.record(results.sent(), results.not_sent())
        crash_points.reach("adapter.send_recorded")


async def attempt(send: Awaitable[SentRecord]) -> Result:
    """The result of one send by itself; after 25 s nobody knows."""
    try:
        async with asyncio.timeout(SEND_SECONDS):
            return await judged(send)
    except TimeoutError:
        return _timed_out()


async def judged(send: Awaitable[SentRecord]) -> Result:
    """The result of one send; what cannot be judged is ambiguous."""
    try:
        return await send
    except DeliveryFailedError as error:
        return error
    except TimeoutError:
        return _timed_out()
    except UnreadableTokensError as error:
        return unreadable(error)
    except ServiceError as error:
        return DeliveryFailedError(
            outcome_pb2.FAILURE_CLASS_NOT_SENT, "channel_refused", error.message
        )
    except Exception as error:  # it may have gone out; the look-up tells
        log.exception("a send broke off")
        return _ambiguous("defect", f"The send broke off with {type(error).__name__}.")


def _give_up(messages: Sequence[channel_pb2.SendMessageRequest], results: _Results) -> None:
    """When the time is over: nobody knows of the one under way, those behind it did not begin."""
    unfinished = [m.delivery_id for m in messages if m.delivery_id not in results.by_id]
    for place, delivery_id in enumerate(unfinished):
        results.by_id[delivery_id] = skipped() if place else _timed_out()


def _timed_out() -> DeliveryFailedError:
    return _ambiguous("timeout", f"No answer within {SEND_SECONDS:.0f} s.")


def _ambiguous(code: str, message: str) -> DeliveryFailedError:
    return DeliveryFailedError(outcome_pb2.FAILURE_CLASS_AMBIGUOUS, code, message)


def _claim(request: channel_pb2.SendMessageRequest) -> Claim:
    return Claim(request.delivery_id, request.conversation.session_id, request.recipient.user_id)


def _outcome(delivery_id: str, result: Result) -> Outcome:
    if isinstance(result, SentRecord):
        return sent_outcome(delivery_id, result)
    return failed_outcome(delivery_id, result)
