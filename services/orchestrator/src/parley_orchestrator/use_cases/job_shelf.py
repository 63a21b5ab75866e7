"""What the deliveries of one claim need, loaded together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parley_kit.sealing import UnsealError
from parley_orchestrator.domain.conversation import Event, Message, Session
from parley_orchestrator.domain.delivery import OUT, Delivery, Kind, State
from parley_orchestrator.domain.feedback import FeedbackRequest, Status
from parley_orchestrator.domain.people import User
from parley_orchestrator.ports import Job, Lane, LinkToken, TokenSigner, Unit
from parley_orchestrator.use_cases.enqueue import LINK, REPLY

_ABOUT_REQUESTS = (Kind.CARD, Kind.UPDATE, Kind.NOTICE, Kind.REMINDER)
_OVER_WITH_THE_REQUEST = (Kind.CARD, Kind.REMINDER)


class JobShelf:
    """Sessions, people, messages, requests, cards and tokens of some deliveries."""

    def __init__(self, unit: Unit, deliveries: Sequence[Delivery], signer: TokenSigner) -> None:
        self._unit = unit
        self._signer = signer
        self.sessions: dict[str, Session] = unit.conversations.sessions(
            {delivery.session_id for delivery in deliveries}
        )
        self.users: Mapping[str, User] = unit.people.users({d.user_id for d in deliveries})
        self._messages = self._load_messages(deliveries)
        self._requests = self._load_requests(deliveries)
        cards = {d.card_delivery_id for d in deliveries if d.card_delivery_id}
        self._cards = unit.deliveries.get(cards) if cards else {}
        self._tokens = self._load_tokens(deliveries)

    def _load_messages(self, deliveries: Sequence[Delivery]) -> Mapping[str, Message]:
        ids = {d.subject_id for d in deliveries if d.kind == Kind.MESSAGE}
        return self._unit.conversations.messages(ids) if ids else {}

    def _load_requests(self, deliveries: Sequence[Delivery]) -> Mapping[str, FeedbackRequest]:
        ids = {d.subject_id for d in deliveries if d.kind in _ABOUT_REQUESTS}
        return self._unit.feedback.get(ids) if ids else {}

    def _load_tokens(self, deliveries: Sequence[Delivery]) -> dict[tuple[str, str], LinkToken]:
        tokens = self._unit.links.of([delivery.id for delivery in deliveries])
        return {(token.delivery_id, token.purpose): token for token in tokens}

    def is_pointless(self, delivery: Delivery) -> bool:
        """A card or reminder of a request that ended, or an update of a card that is not out."""
        if delivery.kind in _OVER_WITH_THE_REQUEST and delivery.state == State.QUEUED:
            return self._requests[delivery.subject_id].status is not Status.PENDING
        if delivery.kind == Kind.UPDATE:
            return self._cards[delivery.card_delivery_id].state not in OUT
        return False

    def job(self, lane: Lane, delivery: Delivery) -> Job:
        """The delivery with all that it needs."""
        return Job(
            delivery=delivery,
            session=self.sessions[delivery.session_id],
            user=self.users.get(delivery.user_id),
            thread_ref=lane.thread_ref,
            connection_id=lane.connection_id,
            reply_token=self._token(delivery, REPLY),
            link_token=self._token(delivery, LINK),
            message=self._messages.get(delivery.subject_id),
            request=self._requests.get(delivery.subject_id),
            card=self._cards.get(delivery.card_delivery_id),
            event=self._event(delivery),
        )

    def _token(self, delivery: Delivery, purpose: str) -> str:
        token = self._tokens.get((delivery.id, purpose))
        if token is None:
            return ""
        try:
            return self._signer.sign(purpose, delivery.id, key_id=token.key_id)
        except UnsealError:
            return ""  # its key was removed: better without a link than not at all

    def _event(self, delivery: Delivery) -> Event | None:
        if delivery.kind != Kind.WEBHOOK:
            return None
        return self._unit.conversations.event(delivery.session_id, delivery.position)
