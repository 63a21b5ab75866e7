"""The card that a click or a modal claims to be about, as our own ledger knows it."""

from __future__ import annotations

from dataclasses import dataclass

from parley_kit.adapter.ledger import Ledger, LedgerEntry
from parley_kit.logs import get_logger
from parley_slack.inbound.origin import Origin
from parley_slack.rendering.answer_values import AnswerValue
from parley_slack.sending.references import Handle, reference

log = get_logger(__name__)


@dataclass(frozen=True)
class StoredCard:
    """A card that we sent; its details are what was kept when it went out."""

    delivery_id: str
    request_id: str
    details: dict[str, str]

    @property
    def digest(self) -> str:
        """The digest of what the card shows."""
        return self.details.get("digest", "")


class Cards:
    """Finds cards by the message they are in."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def find(self, origin: Origin, handle: Handle, claimed: AnswerValue) -> StoredCard | None:
        """The card, where message, request and digest agree with what was sent; else None."""
        entries = await self._ledger.find_by_references([reference(origin.team_id, handle)])
        for entry in entries:
            if _is_in(entry, handle) and _agrees(entry, claimed):
                claim = entry.claim
                return StoredCard(claim.delivery_id, claim.request_id, claim.details)
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
