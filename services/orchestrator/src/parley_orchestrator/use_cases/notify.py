"""Tells one person something about a request or a message, on the channel they used."""

from __future__ import annotations

from parley_orchestrator.domain.conversation import Session
from parley_orchestrator.domain.delivery import Kind
from parley_orchestrator.domain.people import User
from parley_orchestrator.ports import Unit
from parley_orchestrator.use_cases.enqueue import Enqueue, Parcel

MAX_NOTICES = 3
"""So many about one thing go to one person, so that no machine is answered for ever."""


def notify(
    unit: Unit,
    enqueue: Enqueue,
    *,
    session: Session,
    user: User,
    channel: str,
    subject_id: str,
    text: str,
) -> None:
    """Queues a notice; it is not part of the conversation's history."""
    sent = [
        delivery
        for delivery in unit.deliveries.of_subject(subject_id)
        if delivery.kind == Kind.NOTICE and delivery.user_id == user.id
    ]
    if len(sent) >= MAX_NOTICES or channel not in enqueue.facts():
        return
    last_seq = unit.conversations.sessions([session.id])[session.id].last_seq
    parcel = Parcel(
        kind=Kind.NOTICE,
        session=session,
        user=user,
        subject_id=subject_id,
        position=last_seq,
        wanted=channel,
        text=text,
        why="the person's answer did not count",
    )
    enqueue(unit, [parcel])
