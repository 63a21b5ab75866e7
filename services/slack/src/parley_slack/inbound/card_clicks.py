"""Controls of cards: an answer at once, or a modal that asks for it."""

from __future__ import annotations

import asyncio

import aiohttp
from slack_sdk.errors import SlackApiError

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.logs import get_logger
from parley_slack.inbound.answers import answer_item
from parley_slack.inbound.cards import Cards, StoredCard
from parley_slack.inbound.gesture import Gesture, value_of
from parley_slack.inbound.payloads import Payload, id_at, text_at
from parley_slack.inbound.refusals import Refusals
from parley_slack.rendering.answer_values import (
    ANSWER,
    OPEN,
    AnswerValue,
    decode,
    encode,
    place_value,
)
from parley_slack.rendering.controls import delivery_in
from parley_slack.rendering.modal_answers import Given
from parley_slack.rendering.modals import modal, names_for
from parley_slack.workspaces.failures import code_of
from parley_slack.workspaces.workspaces import Workspaces

log = get_logger(__name__)
_OPEN_SECONDS = 2.5  # Slack's trigger is good for three
_BAD_TRIGGERS = {
    "expired_trigger_id",
    "exchanged_trigger_id",
    "invalid_trigger_id",
    "trigger_expired",
    "trigger_exchanged",
    "invalid_trigger",
}


class ModalNotShownError(Exception):
    """A modal could not be opened; the person must be told that it did not work.

    Attributes:
        is_slack_away: Whether Slack failed; else it refused the click's own trigger.
    """

    def __init__(self, name: str, *, is_slack_away: bool) -> None:
        super().__init__(name)
        self.is_slack_away = is_slack_away


class CardClicks:
    """Takes the actions ``parley.answer.…`` and ``parley.open.…``."""

    prefixes = (ANSWER, OPEN)

    def __init__(self, cards: Cards, workspaces: Workspaces, refusals: Refusals) -> None:
        self._cards = cards
        self._workspaces = workspaces
        self._refusals = refusals

    async def take(self, gesture: Gesture, action: Payload) -> inbox_pb2.InboundItem | None:
        """The answer, if the action gives one.

        Raises:
            ModalNotShownError: The action wants a modal, and Slack did not open it.
        """
        claimed, name = decode(value_of(action)), id_at(action, "action_id")
        if claimed is None:
            return None
        delivery_id = delivery_in(text_at(action, "block_id"))
        stored = await self._cards.find(
            gesture.origin, gesture.user_id, gesture.place, claimed, delivery_id
        )
        if stored is None:
            await self._refusals.elsewhere(gesture.payload, gesture.origin, claimed, action)
            return None
        if name.startswith(OPEN):
            await self._open(gesture, stored, name.removeprefix(OPEN))
            return None
        return _answer(gesture, action, stored, claimed)

    async def _open(self, gesture: Gesture, stored: StoredCard, name: str) -> None:
        """Opens a modal; Slack's trigger works once."""
        card = stored.card
        if name not in names_for(card):
            return
        where = place_value(gesture.place, stored.delivery_id)
        view = modal(name, card, encode(card.request_id, card.digest, where))
        trigger_id = id_at(gesture.payload, "trigger_id")
        if not trigger_id:
            raise ModalNotShownError(name, is_slack_away=False)
        try:
            async with asyncio.timeout(_OPEN_SECONDS):
                workspace = await self._workspaces.ready(gesture.origin.connection_id)
                await workspace.client.views_open(trigger_id=trigger_id, view=view)
        except (SlackApiError, DeliveryFailedError, aiohttp.ClientError, TimeoutError) as error:
            code = code_of(error) or type(error).__name__
            log.warning("a modal could not be opened", modal=name, code=code)
            is_refused = code in _BAD_TRIGGERS
            raise ModalNotShownError(name, is_slack_away=not is_refused) from error


def _answer(
    gesture: Gesture, action: Payload, stored: StoredCard, claimed: AnswerValue
) -> inbox_pb2.InboundItem:
    return answer_item(
        f"action/{gesture.identity(action)}",
        gesture.origin,
        gesture.user_id,
        stored,
        Given(claimed.value),
        gesture.moment(action),
    )
