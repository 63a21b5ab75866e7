"""Silence escalates: an unanswered request goes to the next channel."""

from __future__ import annotations

from datetime import datetime, timedelta

from parley_kit import crash_points
from parley_orchestrator.domain.delivery import OUT, State
from parley_orchestrator.domain.delivery import Kind as DeliveryKind
from parley_orchestrator.domain.feedback import FeedbackRequest
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.enqueue import Enqueue, Parcel
from parley_orchestrator.use_cases.request_feedback import card_parcel

_THERE = (*OUT, State.QUEUED, State.SENDING, State.PARKED)


class Escalate:
    """Takes the steps that are due."""

    def __init__(self, store: Store, enqueue: Enqueue) -> None:
        self._store = store
        self._enqueue = enqueue

    async def __call__(self, limit: int = 50) -> int:
        """How many requests were escalated."""

        def command(unit: Unit) -> int:
            due = unit.feedback.to_escalate(limit)
            for request in due:
                self._take_steps(unit, request)
                crash_points.reach("orchestrator.escalating")
            return len(due)

        escalated = await self._store.transact(command)
        if escalated:
            crash_points.reach("orchestrator.escalated")
        return escalated

    def _take_steps(self, unit: Unit, request: FeedbackRequest) -> None:
        steps = request.escalation
        taken = request.escalated
        while taken < len(steps) and _time_of(request, taken) <= unit.now:
            self._enqueue(unit, self._cards(unit, request, steps[taken].channel))
            taken += 1
        next_at = _time_of(request, taken) if taken < len(steps) else None
        unit.feedback.mark_escalated(request.id, taken, next_at)

    def _cards(self, unit: Unit, request: FeedbackRequest, channel: str) -> list[Parcel]:
        session = unit.conversations.sessions([request.session_id])[request.session_id]
        asked = {
            delivery.user_id
            for delivery in unit.deliveries.of_subject(request.id)
            if delivery.kind == DeliveryKind.CARD
            and delivery.channel == channel
            and delivery.state in _THERE
        }
        users = unit.people.users(request.respondents)
        return [
            card_parcel(
                request, session, users[user_id], wanted=channel, why="nobody answered in time"
            )
            for user_id in request.respondents
            if user_id not in asked
        ]


def _time_of(request: FeedbackRequest, step: int) -> datetime:
    return request.created_at + timedelta(seconds=request.escalation[step].after_seconds)
