"""Appends events to session logs, and hands them to the agents' webhooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parley_kit.ids import new_id
from parley_orchestrator.domain.conversation import (
    DELIVERY_UPDATED,
    Event,
    NewEvent,
)
from parley_orchestrator.domain.delivery import Delivery, Kind, State
from parley_orchestrator.domain.routing import WEBHOOK
from parley_orchestrator.domain.views import delivery_view
from parley_orchestrator.ports import Unit

_SILENT = (Kind.WEBHOOK, Kind.NOTICE, Kind.REMINDER)


def publish(unit: Unit, events: Sequence[NewEvent]) -> list[Event]:
    """Stores events in order; answers them with their seqs."""
    stored = unit.conversations.append(events)
    hooked = unit.conversations.hooked_agents({event.session_id for event in stored})
    unit.deliveries.enqueue(
        [
            _webhook(unit, event, hooked[event.session_id])
            for event in stored
            if event.session_id in hooked
        ]
    )
    return stored


def _webhook(unit: Unit, event: Event, agent_id: str) -> Delivery:
    return Delivery(
        id=new_id("dlv", unit.now),
        kind=Kind.WEBHOOK,
        session_id=event.session_id,
        user_id="",
        subject_id=f"{event.session_id}:{event.seq}",
        channel=WEBHOOK,
        position=event.seq,
        state=State.QUEUED,
        explanation="the agent has a webhook",
        created_at=unit.now,
        updated_at=unit.now,
        next_attempt_at=unit.now,
        gate=agent_id,
    )


def publish_deliveries(unit: Unit, deliveries: Iterable[Delivery]) -> None:
    """Tells of deliveries whose state changed."""
    events = [
        NewEvent(delivery.session_id, DELIVERY_UPDATED, delivery_view(delivery))
        for delivery in deliveries
        if delivery.kind not in _SILENT
    ]
    if events:
        publish(unit, events)
