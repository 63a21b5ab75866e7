"""Routes what is to reach a person, and puts it into the queue."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from parley_kit.ids import new_id
from parley_kit.sealing import token_hash
from parley_orchestrator.domain.conversation import Session
from parley_orchestrator.domain.delivery import Delivery, Kind, State
from parley_orchestrator.domain.people import User
from parley_orchestrator.domain.quiet_hours import DISTURBING, explain, quiet_until
from parley_orchestrator.domain.routing import (
    WEBSOCKET,
    Breakers,
    ChannelFacts,
    Route,
    choose,
    order_for,
    unreachable_reason,
)
from parley_orchestrator.ports import ChannelFactsSource, LinkToken, TokenSigner, Unit

LINK, REPLY = "link", "reply"
TOKEN_LIFETIME = timedelta(days=60)
_NEEDS_LINK = (Kind.CARD, Kind.NOTICE, Kind.REMINDER)
_NEEDS_REPLY = (Kind.CARD, Kind.MESSAGE, Kind.NOTICE, Kind.REMINDER)


@dataclass(frozen=True)
class Parcel:
    """One thing for one person.

    Attributes:
        order: The channels to consider, first choice first; None for the person's own order.
        wanted: Only this channel.
        urgent: Passes quiet hours.
    """

    kind: Kind
    session: Session
    user: User
    subject_id: str
    position: int
    wanted: str = ""
    order: tuple[str, ...] | None = None
    text: str = ""
    card_delivery_id: str = ""
    fallback_of: str = ""
    why: str = ""
    urgent: bool = False


@dataclass(frozen=True)
class _Surroundings:
    """What is known when a route is chosen: channels, who is present, open breakers, the time."""

    facts: Mapping[str, ChannelFacts]
    present: Collection[str]
    breakers: Breakers
    now: datetime


class Enqueue:
    """Routing with what is known now, into one transaction.

    Args:
        channels: What is known of the channels.
        signer: Makes the tokens of answer links and reply addresses.
        ack_seconds: How long a websocket client has to acknowledge.
    """

    def __init__(
        self, channels: ChannelFactsSource, signer: TokenSigner, ack_seconds: float
    ) -> None:
        self._channels = channels
        self._signer = signer
        self._ack = timedelta(seconds=ack_seconds)

    def facts(self) -> Mapping[str, ChannelFacts]:
        """What is known of the channels."""
        return self._channels.facts()

    def __call__(self, unit: Unit, parcels: Sequence[Parcel]) -> list[Delivery]:
        """Stores a delivery for each parcel, in order."""
        if not parcels:
            return []
        around = _Surroundings(
            self._channels.facts(),
            unit.live.present({parcel.user.id for parcel in parcels}),
            unit.gates.breakers(),
            unit.now,
        )
        deliveries = [self._routed(parcel, around) for parcel in parcels]
        unit.deliveries.enqueue(deliveries)
        unit.deliveries.hurry({d.lane for d in deliveries if d.urgent and d.state == State.QUEUED})
        unit.links.add(
            [token for d in deliveries for token in self._tokens(d, around.facts, unit.now)]
        )
        return deliveries

    def _routed(self, parcel: Parcel, around: _Surroundings) -> Delivery:
        order = self._order(parcel, around.facts)
        route = choose(
            parcel.user,
            order,
            around.facts,
            is_present=parcel.user.id in around.present,
            breakers=around.breakers,
        )
        if route is None:
            return _dead(parcel, order, around)
        why = f"{parcel.why}; {route.explanation}" if parcel.why else route.explanation
        if route.is_parked:
            return _delivery(parcel, route, why, around.now, state=State.PARKED)
        if route.channel == WEBSOCKET:
            ack_by = around.now + self._ack
            return _delivery(parcel, route, why, around.now, state=State.SENT, ack_by=ack_by)
        gate = around.facts[route.channel].connection_of(parcel.user.id)
        return _in_its_time(parcel, route, why, around.now, gate)

    def _order(self, parcel: Parcel, facts: Mapping[str, ChannelFacts]) -> list[str]:
        if parcel.order is not None:
            return [name for name in parcel.order if name in facts]
        return order_for(parcel.user, parcel.session.channel, parcel.wanted, facts)

    def _tokens(
        self, delivery: Delivery, facts: Mapping[str, ChannelFacts], now: datetime
    ) -> list[LinkToken]:
        if delivery.channel not in facts or not facts[delivery.channel].needs_answer_links:
            return []
        is_about_request = delivery.kind in _NEEDS_LINK and is_request(delivery.subject_id)
        purposes = [LINK] if is_about_request else []
        purposes += [REPLY] if delivery.kind in _NEEDS_REPLY else []
        key_id = self._signer.newest_id
        return [
            LinkToken(
                token_hash=token_hash(self._signer.sign(purpose, delivery.id, key_id=key_id)),
                purpose=purpose,
                key_id=key_id,
                delivery_id=delivery.id,
                session_id=delivery.session_id,
                user_id=delivery.user_id,
                request_id=delivery.subject_id if is_about_request else "",
                expires_at=now + TOKEN_LIFETIME,
            )
            for purpose in purposes
        ]


def _delivery(
    parcel: Parcel, route: Route, explanation: str, now: datetime, **more: Any
) -> Delivery:
    return Delivery(
        id=new_id("dlv", now),
        kind=parcel.kind,
        session_id=parcel.session.id,
        user_id=parcel.user.id,
        subject_id=parcel.subject_id,
        channel=route.channel,
        position=parcel.position,
        explanation=explanation,
        created_at=now,
        updated_at=now,
        route=() if parcel.wanted else route.behind,
        fallback_of=parcel.fallback_of,
        card_delivery_id=parcel.card_delivery_id,
        text=parcel.text,
        urgent=parcel.urgent,
        **more,
    )


def is_request(subject_id: str) -> bool:
    """Whether a delivery is about a feedback request; a notice may be about a message."""
    return subject_id.startswith("fbr_")


def _dead(parcel: Parcel, order: Sequence[str], around: _Surroundings) -> Delivery:
    why = unreachable_reason(parcel.user, order, around.facts)
    route = Route(order[0] if order else "none", (), why)
    return _delivery(parcel, route, why, around.now, state=State.DEAD)


def _in_its_time(
    parcel: Parcel, route: Route, explanation: str, now: datetime, gate: str
) -> Delivery:
    """Due now, or when the person's quiet hours are over."""
    until = None
    if parcel.kind in DISTURBING and not parcel.urgent:
        until = quiet_until(parcel.user, now)
    if until is not None:
        explanation = f"{explanation}; {explain(parcel.user, until)}"
    more = {"state": State.QUEUED, "gate": gate, "next_attempt_at": until or now}
    return _delivery(parcel, route, explanation, now, **more)
