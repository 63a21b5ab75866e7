"""Routes what is to reach a person, and puts it into the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from parley_kit.ids import new_id
from parley_kit.sealing import token_hash
from parley_orchestrator.domain.conversation import Session
from parley_orchestrator.domain.delivery import Delivery, Kind, State
from parley_orchestrator.domain.people import User
from parley_orchestrator.domain.routing import (
    WEBSOCKET,
    ChannelFacts,
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
        facts = self._channels.facts()
        present = unit.live.present({parcel.user.id for parcel in parcels})
        deliveries = [
            self._routed(parcel, facts, unit.now, is_present=parcel.user.id in present)
            for parcel in parcels
        ]
        unit.deliveries.enqueue(deliveries)
        unit.deliveries.add_tokens(
            [token for d in deliveries for token in self._tokens(d, facts, unit.now)]
        )
        return deliveries

    def _routed(
        self,
        parcel: Parcel,
        facts: Mapping[str, ChannelFacts],
        now: datetime,
        *,
        is_present: bool,
    ) -> Delivery:
        order = self._order(parcel, facts)
        route = choose(parcel.user, order, facts, is_present=is_present)
        if route is None:
            why = unreachable_reason(parcel.user, order, facts)
            return _delivery(parcel, order[0] if order else "none", State.DEAD, why, now)
        why = f"{parcel.why}; {route.explanation}" if parcel.why else route.explanation
        if route.is_parked:
            return _delivery(parcel, route.channel, State.PARKED, why, now, route=route.behind)
        if route.channel == WEBSOCKET:
            return _delivery(
                parcel,
                WEBSOCKET,
                State.SENT,
                why,
                now,
                route=route.behind,
                ack_by=now + self._ack,
            )
        return _delivery(parcel, route.channel, State.QUEUED, why, now, route=route.behind)

    def _order(self, parcel: Parcel, facts: Mapping[str, ChannelFacts]) -> list[str]:
        if parcel.order is not None:
            return [name for name in parcel.order if name in facts]
        return order_for(parcel.user, parcel.session.channel, parcel.wanted, facts)

    def _tokens(
        self, delivery: Delivery, facts: Mapping[str, ChannelFacts], now: datetime
    ) -> list[LinkToken]:
        if delivery.channel not in facts or not facts[delivery.channel].needs_answer_links:
            return []
        is_about_request = (
            delivery.kind in _NEEDS_LINK and delivery.subject_id != delivery.session_id
        )
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
    parcel: Parcel,
    channel: str,
    state: State,
    explanation: str,
    now: datetime,
    *,
    route: tuple[str, ...] = (),
    ack_by: datetime | None = None,
) -> Delivery:
    return Delivery(
        id=new_id("dlv", now),
        kind=parcel.kind,
        session_id=parcel.session.id,
        user_id=parcel.user.id,
        subject_id=parcel.subject_id,
        channel=channel,
        position=parcel.position,
        state=state,
        explanation=explanation,
        created_at=now,
        updated_at=now,
        next_attempt_at=now if state == State.QUEUED else None,
        route=() if parcel.wanted else route,
        fallback_of=parcel.fallback_of,
        card_delivery_id=parcel.card_delivery_id,
        text=parcel.text,
        ack_by=ack_by,
    )
