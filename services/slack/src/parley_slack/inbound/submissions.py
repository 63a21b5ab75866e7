"""Submitted modals: a rejection's comment, a free text, a form."""

from __future__ import annotations

from typing import Any

from parley_kit.adapter.inbox import Inbox
from parley_kit.clock import Clock
from parley_slack.inbound.answers import answer_item
from parley_slack.inbound.cards import Cards, StoredCard
from parley_slack.inbound.origin import Origin
from parley_slack.inbound.payloads import Payload, object_at, text_at
from parley_slack.inbound.reply import TAKEN, Reply
from parley_slack.rendering.answer_values import decode
from parley_slack.rendering.form_inputs import field_block_id
from parley_slack.rendering.form_values import FormError, form_values
from parley_slack.rendering.modals import CALLBACK, COMMENT, FORM, TEXT, TEXT_ACTION, TEXT_BLOCK
from parley_slack.rendering.safe_text import without_hidden
from parley_slack.sending.references import parse_handle

_GONE = "Parley does not know this request any more. Close this window."


class Submissions:
    """Takes ``view_submission`` of our own modals."""

    def __init__(self, cards: Cards, inbox: Inbox, clock: Clock) -> None:
        self._cards = cards
        self._inbox = inbox
        self._clock = clock

    async def take(self, payload: Payload, origin: Origin) -> Reply:
        """Stores the answer and lets the modal close, or says what to mend at which input."""
        name = text_at(payload, "view", "callback_id").removeprefix(CALLBACK)
        if name not in {COMMENT, TEXT, FORM}:
            return TAKEN
        card = await self._card(payload, origin)
        if card is None:
            return _errors({_first_block(name): _GONE})
        state = object_at(payload, "view", "state", "values")
        try:
            value, comment = _answer(name, state, card)
        except FormError as error:
            return _errors(error.errors)
        item = answer_item(
            f"view/{origin.team_id}/{text_at(payload, 'view', 'id')}",
            origin,
            text_at(payload, "user", "id"),
            card,
            value,
            comment=comment,
            received_at=self._clock(),
        )
        await self._inbox.put([item])
        return TAKEN

    async def _card(self, payload: Payload, origin: Origin) -> StoredCard | None:
        claimed = decode(text_at(payload, "view", "private_metadata"))
        handle = parse_handle(claimed.value) if claimed else None
        if claimed is None or handle is None:
            return None
        return await self._cards.find(origin, handle, claimed)


def _answer(name: str, state: Payload, card: StoredCard) -> tuple[Any, str]:
    """The value and the comment."""
    if name == FORM:
        return form_values(card.details.get("schema", ""), state), ""
    text = without_hidden(text_at(state, TEXT_BLOCK, TEXT_ACTION, "value")).strip()
    if not text:
        raise FormError({TEXT_BLOCK: "Please write something."})
    return ("rejected", text) if name == COMMENT else (text, "")


def _first_block(name: str) -> str:
    return field_block_id(0) if name == FORM else TEXT_BLOCK


def _errors(errors: dict[str, str]) -> Reply:
    return Reply(body={"response_action": "errors", "errors": errors})
