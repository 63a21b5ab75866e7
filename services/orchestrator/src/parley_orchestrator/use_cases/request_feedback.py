"""Asks: stores the exact question, and sends its cards out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from parley_kit import crash_points
from parley_kit.errors import ResourceExhaustedError
from parley_orchestrator.domain.conversation import FEEDBACK_REQUESTED, NewEvent, Session
from parley_orchestrator.domain.delivery import Kind as DeliveryKind
from parley_orchestrator.domain.feedback import (
    FeedbackRequest,
)
from parley_orchestrator.domain.routing import ChannelFacts
from parley_orchestrator.domain.views import request_view
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.authorise import AGENT, require, visible_session
from parley_orchestrator.use_cases.enqueue import Enqueue, Parcel
from parley_orchestrator.use_cases.idempotency import key_reused
from parley_orchestrator.use_cases.new_request import ALL, NewRequest, build_request
from parley_orchestrator.use_cases.publish import publish
from parley_orchestrator.use_cases.validate import line_of

CARDS_PER_MINUTE = 60
"""So many requests a minute reach one person; more look like approval bombing."""


class RequestFeedback:
    """Stores a request with its event and its first cards, in one transaction."""

    def __init__(self, store: Store, enqueue: Enqueue) -> None:
        self._store = store
        self._enqueue = enqueue

    async def __call__(self, new: NewRequest) -> FeedbackRequest:
        """The request; returns after commit."""
        request = await self._store.transact(
            lambda unit: self._store_request(unit, new), [new.session_id]
        )
        crash_points.reach("orchestrator.request_stored")
        return request

    def _store_request(self, unit: Unit, new: NewRequest) -> FeedbackRequest:
        require(new.caller, AGENT)
        session = visible_session(unit, new.caller, new.session_id)
        if known := _repeated(unit, new):
            return known
        request = build_request(new, session, self._enqueue.facts(), unit.now)
        _refuse_bombing(unit, request.respondents)
        event = publish(unit, [_event(request)])[0]
        request = replace(request, seq=event.seq)
        unit.feedback.add(request)
        unit.people.note_overview(request.respondents)
        self._send_cards(unit, request, session)
        if new.idempotency_key:
            row = new.caller.id, new.idempotency_key, new.body_hash(), request.id
            unit.conversations.remember([row])
        return unit.feedback.get([request.id])[request.id]

    def _send_cards(self, unit: Unit, request: FeedbackRequest, session: Session) -> None:
        users = unit.people.users(request.respondents)
        channels = tuple(self._enqueue.facts()) if request.delivery == ALL else ("",)
        parcels = [
            card_parcel(request, session, users[user_id], wanted=channel)
            for user_id in request.respondents
            for channel in channels
        ]
        if request.delivery == ALL:
            parcels = [p for p in parcels if _has_address(p, self._enqueue.facts())] or parcels[:1]
        self._enqueue(unit, parcels)


def card_parcel(
    request: FeedbackRequest, session: Session, user: Any, *, wanted: str = "", why: str = ""
) -> Parcel:
    """A request's card for one person."""
    return Parcel(
        kind=DeliveryKind.CARD,
        session=session,
        user=user,
        subject_id=request.id,
        position=request.seq,
        wanted=wanted,
        why=why,
        urgent=request.urgent,
    )


def _has_address(parcel: Parcel, facts: Mapping[str, ChannelFacts]) -> bool:
    keys = facts[parcel.wanted].address_keys
    return not keys or any(parcel.user.addresses.get(key) for key in keys)


def _repeated(unit: Unit, new: NewRequest) -> FeedbackRequest | None:
    line_of("idempotency_key", new.idempotency_key, 255)
    if not new.idempotency_key:
        return None
    key = new.caller.id, new.idempotency_key
    used = unit.conversations.idempotent([key]).get(key)
    if used is None:
        return None
    body_hash, subject = used
    request = unit.feedback.get([subject]).get(subject)
    if body_hash != new.body_hash() or request is None:
        raise key_reused(new.idempotency_key)
    return request


def _refuse_bombing(unit: Unit, respondents: Sequence[str]) -> None:
    counts = unit.feedback.recent_for(respondents, unit.now - timedelta(minutes=1))
    for user_id, count in counts.items():
        if count >= CARDS_PER_MINUTE:
            raise ResourceExhaustedError(
                f"{user_id} was asked {count} times within a minute; wait before asking again.",
                metadata={"limit": str(CARDS_PER_MINUTE)},
                retry_after=timedelta(seconds=30),
            )


def _event(request: FeedbackRequest) -> NewEvent:
    def data(seq: int) -> dict[str, Any]:
        return request_view(replace(request, seq=seq))

    return NewEvent(request.session_id, FEEDBACK_REQUESTED, data)
