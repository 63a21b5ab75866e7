"""The card that a click or a modal claims to be about, as we know it ourselves."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from parley.channel.v1 import card_pb2
from parley_kit.adapter.ledger import Ledger, LedgerEntry
from parley_slack.homes.store import Homes
from parley_slack.inbound.gesture import HOME
from parley_slack.inbound.origin import Origin
from parley_slack.rendering.answer_values import AnswerValue
from parley_slack.sending.references import parse_handle, reference


@dataclass(frozen=True)
class StoredCard:
    """A card that we showed, as it was shown.

    Attributes:
        delivery_id: What brought it; empty on the App Home.
        unconfirmed_at: The message it was used in, where we do not know yet that it is there.
    """

    delivery_id: str
    card: card_pb2.Card
    unconfirmed_at: str = ""


def kept_details(card: card_pb2.Card) -> dict[str, str]:
    """What the ledger keeps of a card: all of it, for the modals, and the digest to judge by."""
    return {"digest": card.digest, "card": b64encode(card.SerializeToString()).decode()}


def kept_card(details: Mapping[str, str]) -> card_pb2.Card:
    """The card of kept details."""
    return card_pb2.Card.FromString(b64decode(details.get("card", "")))


class Cards:
    """Finds cards by the message that they are in."""

    def __init__(self, ledger: Ledger, homes: Homes) -> None:
        self._ledger = ledger
        self._homes = homes

    async def find(
        self, origin: Origin, user_id: str, place: str, claimed: AnswerValue, delivery_id: str
    ) -> StoredCard | None:
        """The card, where installation, place, request and digest agree with what was shown.

        One that Slack has taken may be used before its answer is in the ledger, or though that was
        lost: it is found by the delivery that its controls are named after.
        """
        if place == HOME:
            return await self._at_home(origin, user_id, claimed)
        found = await self._sent(origin, place, claimed)
        return found or await self._going_out(origin, place, claimed, delivery_id)

    async def _at_home(
        self, origin: Origin, user_id: str, claimed: AnswerValue
    ) -> StoredCard | None:
        """A request that this person's own home shows."""
        card = await self._homes.card(origin.connection_id, user_id, claimed.request_id)
        if card is None or not card.digest.startswith(claimed.digest):
            return None
        return StoredCard("", card)

    async def _sent(self, origin: Origin, place: str, claimed: AnswerValue) -> StoredCard | None:
        handle = parse_handle(place)
        if handle is None:
            return None
        named = [reference(origin.connection_id, handle)]
        for entry in await self._ledger.find_by_references(named):
            is_there = entry.sent is not None and entry.sent.provider_ref == place
            if is_there and _agrees(entry, claimed):
                return StoredCard(entry.claim.delivery_id, kept_card(entry.claim.details))
        return None

    async def _going_out(
        self, origin: Origin, place: str, claimed: AnswerValue, delivery_id: str
    ) -> StoredCard | None:
        entry = await self._ledger.find(delivery_id) if delivery_id else None
        if entry is None or not _agrees(entry, claimed):
            return None
        card = kept_card(entry.claim.details)
        if entry.sent is None:
            return StoredCard(delivery_id, card, unconfirmed_at=place)
        known = entry.sent.connection_id, entry.sent.provider_ref  # it became so meanwhile
        return StoredCard(delivery_id, card) if known == (origin.connection_id, place) else None


def _agrees(entry: LedgerEntry, claimed: AnswerValue) -> bool:
    digest = str(entry.claim.details.get("digest", ""))
    return entry.claim.request_id == claimed.request_id and digest.startswith(claimed.digest)
