"""Silence escalates: an unanswered request goes to the next channel, and people are reminded."""

from __future__ import annotations

from parley_kit import crash_points
from parley_orchestrator.domain.conversation import FEEDBACK_REMINDED, NewEvent
from parley_orchestrator.domain.delivery import OUT, Delivery, State
from parley_orchestrator.domain.delivery import Kind as DeliveryKind
from parley_orchestrator.domain.escalation import (
    REMINDER,
    next_step_at,
    reminder_text,
    steps_due,
)
from parley_orchestrator.domain.feedback import FeedbackRequest
from parley_orchestrator.domain.routing import WEBSOCKET
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.enqueue import Enqueue, Parcel
from parley_orchestrator.use_cases.publish import publish
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
            unit.concern({request.session_id for request in due})
            for request in due:
                self._take_steps(unit, request)
                crash_points.reach("orchestrator.escalating")
            return len(due)

        escalated = await self._store.transact(command)
        if escalated:
            crash_points.reach("orchestrator.escalated")
        return escalated

    def _take_steps(self, unit: Unit, request: FeedbackRequest) -> None:
        steps = steps_due(request, unit.now)
        for channel in dict.fromkeys(step.channel for step in steps):
            if channel == REMINDER:
                self._remind(unit, request)
            else:
                self._enqueue(unit, self._cards(unit, request, channel))
        taken = request.escalated + len(steps)
        unit.feedback.mark_escalated(request.id, taken, next_step_at(request, taken))

    def _cards(self, unit: Unit, request: FeedbackRequest, channel: str) -> list[Parcel]:
        session = unit.conversations.sessions([request.session_id])[request.session_id]
        asked = {
            card.user_id
            for card in _cards_of(unit, request)
            if card.channel == channel and card.state in _THERE
        }
        users = unit.people.users(request.respondents)
        return [
            card_parcel(
                request, session, users[user_id], wanted=channel, why="nobody answered in time"
            )
            for user_id in request.respondents
            if user_id not in asked
        ]

    def _remind(self, unit: Unit, request: FeedbackRequest) -> None:
        """Those who can still answer, each where their newest card is out."""
        approved = unit.feedback.approvers(request.id)
        waited_for = [user for user in request.respondents if user not in approved]
        session = unit.conversations.sessions([request.session_id])[request.session_id]
        told = {"request_id": request.id, "user_ids": waited_for}
        event = NewEvent(session.id, FEEDBACK_REMINDED, told)
        seq = publish(unit, [event])[0].seq
        channels = {
            card.user_id: card.channel
            for card in _cards_of(unit, request)
            if card.state in OUT and card.channel != WEBSOCKET
        }
        users = unit.people.users(waited_for)
        parcels = [
            Parcel(
                kind=DeliveryKind.REMINDER,
                session=session,
                user=users[user_id],
                subject_id=request.id,
                position=seq,
                wanted=channels[user_id],
                text=reminder_text(request),
                why="nobody answered in time",
                urgent=request.urgent,
            )
            for user_id in waited_for
            if user_id in channels
        ]
        self._enqueue(unit, parcels)


def _cards_of(unit: Unit, request: FeedbackRequest) -> list[Delivery]:
    """Oldest first."""
    return [d for d in unit.deliveries.of_subject(request.id) if d.kind == DeliveryKind.CARD]
