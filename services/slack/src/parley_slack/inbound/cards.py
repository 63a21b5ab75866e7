"""The card that a click or a modal claims to be about, as our own ledger knows it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from parley.channel.v1 import card_pb2
from parley_kit.adapter.ledger import Ledger, LedgerEntry
from parley_kit.logs import get_logger
from parley_slack.inbound.origin import Origin
from parley_slack.rendering.answer_values import AnswerValue
from parley_slack.sending.references import Handle, reference

log = get_logger(__name__)


@dataclass(frozen=True)
class StoredCard:
    """A card that we sent, as it went out."""

    delivery_id: str
    card: card_pb2.Card


def kept_details(card: card_pb2.Card) -> dict[str, str]:
    """What the ledger keeps of a card: all of it, for the modals, and the digest to judge by."""
    return {"digest": card.digest, "card": b64encode(card.SerializeToString()).decode()}


def kept_card(details: Mapping[str, str]) -> card_pb2.Card:
    """The card of kept details."""
    return card_pb2.Card.FromString(b64decode(details.get("card", "")))


class Cards:
    """Finds cards by the message they are in."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def find(self, origin: Origin, handle: Handle, claimed: AnswerValue) -> StoredCard | None:
        """The card, where message, request and digest agree with what was sent; else None."""
        entries = await self._ledger.find_by_references([reference(origin.connection_id, handle)])
        for entry in entries:
            if _is_in(entry, handle) and _agrees(entry, claimed):
                return StoredCard(entry.claim.delivery_id, kept_card(entry.claim.details))
        log.warning(
            "an answer was refused",
            reason="no card of ours with this request and digest is in that message",
            team_id=origin.team_id,
        )
        return None


def _is_in(entry: LedgerEntry, handle: Handle) -> bool:
    return entry.sent is not None and entry.sent.provider_ref == str(handle)


def _agrees(entry: LedgerEntry, claimed: AnswerValue) -> bool:
    digest = str(entry.claim.details.get("digest", ""))
    return entry.claim.request_id == claimed.request_id and digest.startswith(claimed.digest)
