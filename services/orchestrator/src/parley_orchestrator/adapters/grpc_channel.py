"""A channel service over gRPC, as the dispatcher sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from itertools import groupby

from parley.channel.v1 import channel_pb2, channel_pb2_grpc
from parley_kit.errors import (
    InvalidArgumentError,
    ResourceExhaustedError,
    ServiceError,
    UnauthenticatedError,
    UnavailableError,
)
from parley_orchestrator.domain.delivery import CHANNEL_DOWN, Kind, Outcome, Result
from parley_orchestrator.ports import Job
from parley_orchestrator.translate.channel import (
    from_look_up,
    from_outcome,
    is_message,
    to_look_up,
    to_request_feedback,
    to_send_message,
    to_update_feedback,
)

CALL_SECONDS = 30.0
LOOK_UP_SECONDS = 20.0
MAX_CALL_CHARACTERS = 500_000
_UNTOLD = Outcome(Result.AMBIGUOUS, "no_outcome", "The channel said nothing of this delivery.")
_REFUSED_WHOLE = (InvalidArgumentError, ResourceExhaustedError)
_NEVER_LEFT = ("failed to connect", "errors resolving", "dns resolution failed")


class GrpcChannel:
    """Implements `ports.ChannelPort` on a channel's stub.

    Args:
        max_batch: At most so many messages a call.
        public_url: Where answer links lead.
    """

    def __init__(
        self, stub: channel_pb2_grpc.ChannelServiceStub, *, max_batch: int, public_url: str
    ) -> None:
        self._stub = stub
        self._max_batch = max_batch
        self._public_url = public_url

    async def deliver(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Messages together, cards and updates by themselves, all at the same time."""
        messages = [job for job in jobs if is_message(job)]
        others = [job for job in jobs if not is_message(job)]
        answers = await asyncio.gather(
            *(self._send(batch) for batch in batches(messages, self._max_batch)),
            *(self._card(job) for job in others),
        )
        outcomes = {id_: outcome for answer in answers for id_, outcome in answer}
        return [outcomes.get(job.delivery.id, _UNTOLD) for job in jobs]

    async def look_up(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Asks after each."""
        return await asyncio.gather(*(self._look_up(job) for job in jobs))

    async def _send(self, jobs: Sequence[Job]) -> list[tuple[str, Outcome]]:
        request = channel_pb2.SendMessagesRequest(
            messages=[to_send_message(job, self._answer_url(job)) for job in jobs]
        )
        try:
            answer = await self._stub.SendMessages(
                request, timeout=CALL_SECONDS, wait_for_ready=False
            )
        except _REFUSED_WHOLE as error:
            if len(jobs) > 1:
                parts = await asyncio.gather(*(self._send([job]) for job in jobs))
                return [pair for part in parts for pair in part]
            return [(jobs[0].delivery.id, Outcome(Result.REJECTED, "refused", error.message))]
        except ServiceError as error:
            return [(job.delivery.id, failed(error)) for job in jobs]
        return [(outcome.delivery_id, from_outcome(outcome)) for outcome in answer.outcomes]

    async def _card(self, job: Job) -> list[tuple[str, Outcome]]:
        if job.request is None:
            raise AssertionError("a card without its request")
        call: Awaitable[channel_pb2.RequestFeedbackResponse | channel_pb2.UpdateFeedbackResponse]
        if job.delivery.kind == Kind.UPDATE:
            update = to_update_feedback(job, job.request)
            call = self._stub.UpdateFeedback(update, timeout=CALL_SECONDS, wait_for_ready=False)
        else:
            card = to_request_feedback(job, job.request, self._answer_url(job))
            call = self._stub.RequestFeedback(card, timeout=CALL_SECONDS, wait_for_ready=False)
        try:
            answer = await call
        except _REFUSED_WHOLE as error:
            return [(job.delivery.id, Outcome(Result.REJECTED, "refused", error.message))]
        except ServiceError as error:
            return [(job.delivery.id, failed(error))]
        return [(job.delivery.id, from_outcome(answer.outcome))]

    async def _look_up(self, job: Job) -> Outcome:
        """Asks after one. An update is repeated unless it surely went out: that is harmless.

        It is asked after all the same: a look-up frees what a call that died had claimed, which
        would stand in the way of every repetition.
        """
        outcome = await self._asked_after(job)
        if job.delivery.kind == Kind.UPDATE and outcome.result is Result.INCONCLUSIVE:
            return Outcome(Result.NOT_FOUND, detail="repeating an update is harmless")
        return outcome

    async def _asked_after(self, job: Job) -> Outcome:
        try:
            answer = await self._stub.LookUpDelivery(
                to_look_up(job), timeout=LOOK_UP_SECONDS, wait_for_ready=False
            )
        except ServiceError as error:
            return Outcome(Result.UNREACHABLE, "unreachable", error.message)
        return from_look_up(answer)

    def _answer_url(self, job: Job) -> str:
        return f"{self._public_url}/f/{job.link_token}" if job.link_token else ""


def failed(error: ServiceError) -> Outcome:
    """What a failed call means: refused before it left, or nobody knows."""
    message = error.message.lower()
    if isinstance(error, UnavailableError) and any(sign in message for sign in _NEVER_LEFT):
        return Outcome(Result.NOT_SENT, CHANNEL_DOWN, "The channel's service is not running.")
    if isinstance(error, UnauthenticatedError):
        return Outcome(Result.NOT_SENT, "service_token", error.message)
    return Outcome(Result.AMBIGUOUS, error.code.name.lower(), error.message)


def batches(jobs: Sequence[Job], most: int) -> list[list[Job]]:
    """Calls of at most `most` messages and half a million characters; a lane stays in one call."""
    found: list[list[Job]] = []
    characters = 0
    for _lane, group in groupby(jobs, key=lambda job: job.delivery.lane):
        together = list(group)
        size = sum(_characters(job) for job in together)
        is_full = found and len(found[-1]) + len(together) > most
        if not found or is_full or characters + size > MAX_CALL_CHARACTERS:
            found.append([])
            characters = 0
        found[-1].extend(together)
        characters += size
    return found


def _characters(job: Job) -> int:
    return len(job.message.text) if job.message else len(job.delivery.text)
