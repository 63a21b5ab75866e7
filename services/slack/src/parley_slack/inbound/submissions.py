"""Submitted modals: a rejection's comment, a free text, a form."""

from __future__ import annotations

from parley_kit.adapter.inbox import Inbox
from parley_kit.clock import Clock
from parley_slack.inbound.answers import answer_item
from parley_slack.inbound.cards import Cards, StoredCard
from parley_slack.inbound.origin import Origin
from parley_slack.inbound.payloads import Payload, id_at, object_at, objects_at, text_at
from parley_slack.inbound.refusals import Refusals
from parley_slack.inbound.reply import TAKEN, Reply
from parley_slack.rendering.answer_values import decode, place_in
from parley_slack.rendering.form_values import FormError
from parley_slack.rendering.modal_answers import NAMES, answer_in
from parley_slack.rendering.modals import CALLBACK, names_for

_GONE = "Parley does not know this request any more. Close this window."


class Submissions:
    """Takes ``view_submission`` of our own modals."""

    def __init__(self, cards: Cards, refusals: Refusals, inbox: Inbox, clock: Clock) -> None:
        self._cards = cards
        self._refusals = refusals
        self._inbox = inbox
        self._clock = clock

    async def take(self, payload: Payload, origin: Origin) -> Reply:
        """Stores the answer and lets the modal close, or says what to mend at which input."""
        name = text_at(payload, "view", "callback_id").removeprefix(CALLBACK)
        if name not in NAMES:
            return TAKEN
        stored = await self._card(payload, origin)
        if stored is None or name not in names_for(stored.card):
            return _errors({_first_input(payload): _GONE})
        try:
            given = answer_in(name, stored.card, object_at(payload, "view", "state", "values"))
        except FormError as error:
            return _errors(error.errors)
        item = answer_item(
            f"view/{origin.connection_id}/{id_at(payload, 'view', 'id')}",
            origin,
            id_at(payload, "user", "id"),
            stored,
            given,
            self._clock(),
        )
        await self._inbox.put([item])
        return TAKEN

    async def _card(self, payload: Payload, origin: Origin) -> StoredCard | None:
        claimed = decode(text_at(payload, "view", "private_metadata"))
        if claimed is None:
            return None
        user_id = id_at(payload, "user", "id")
        place, delivery_id = place_in(claimed.value)
        stored = await self._cards.find(origin, user_id, place, claimed, delivery_id)
        if stored is None:
            await self._refusals.elsewhere(payload, origin, claimed, {})
        return stored


def _first_input(payload: Payload) -> str:
    """An input of the view, where Slack shows what belongs to no single one."""
    blocks = objects_at(object_at(payload, "view"), "blocks")
    return next((text_at(b, "block_id") for b in blocks if b.get("type") == "input"), "")


def _errors(errors: dict[str, str]) -> Reply:
    return Reply(body={"response_action": "errors", "errors": errors})
