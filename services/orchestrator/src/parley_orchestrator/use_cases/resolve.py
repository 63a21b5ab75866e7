"""What follows when a request ends: the event, and every card that is out is changed."""

from __future__ import annotations

from collections.abc import Sequence

from parley_kit.ids import new_id
from parley_orchestrator.domain.conversation import FEEDBACK_RESOLVED, NewEvent, Session
from parley_orchestrator.domain.delivery import OUT, Delivery, Kind, State
from parley_orchestrator.domain.feedback import FeedbackRequest
from parley_orchestrator.domain.routing import WEBSOCKET
from parley_orchestrator.domain.views import request_view
from parley_orchestrator.ports import Unit
from parley_orchestrator.use_cases.publish import publish

_MAY_BE_OUT = (*OUT, State.SENDING, State.UNKNOWN)


def resolve(unit: Unit, request_id: str, session: Session) -> FeedbackRequest:
    """Tells everybody that a request ended, in the transaction that ended it."""
    request = unit.feedback.get([request_id])[request_id]
    event = NewEvent(session.id, FEEDBACK_RESOLVED, request_view(request))
    seq = publish(unit, [event])[0].seq
    unit.people.note_overview(request.respondents)
    _cancel_waiting(unit, unit.deliveries.of_subject(request_id))
    unit.deliveries.enqueue(
        [
            _update(unit, card, seq)
            for card in _cards(unit, request_id)  # again: one may have been taken meanwhile
            if card.state in _MAY_BE_OUT and card.channel != WEBSOCKET
        ]
    )
    return unit.feedback.get([request_id])[request_id]


def _cards(unit: Unit, request_id: str) -> list[Delivery]:
    return [d for d in unit.deliveries.of_subject(request_id) if d.kind == Kind.CARD]


def _cancel_waiting(unit: Unit, deliveries: Sequence[Delivery]) -> None:
    waiting = [
        delivery.id
        for delivery in deliveries
        if delivery.kind in (Kind.CARD, Kind.REMINDER)
        and delivery.state in (State.QUEUED, State.PARKED)
    ]
    if waiting:
        unit.deliveries.set_state(
            waiting,
            State.CANCELLED,
            "the request ended before it went out",
            among=(State.QUEUED, State.PARKED),
        )


def _update(unit: Unit, card: Delivery, seq: int) -> Delivery:
    return Delivery(
        id=new_id("dlv", unit.now),
        kind=Kind.UPDATE,
        session_id=card.session_id,
        user_id=card.user_id,
        subject_id=card.subject_id,
        channel=card.channel,
        position=seq,
        state=State.QUEUED,
        explanation="the request ended; the card must say so",
        created_at=unit.now,
        updated_at=unit.now,
        next_attempt_at=unit.now,
        card_delivery_id=card.id,
    )
