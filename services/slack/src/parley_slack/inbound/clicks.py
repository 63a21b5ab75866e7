"""Buttons and selects of cards: an answer at once, or a modal that asks for it."""

from __future__ import annotations

from datetime import datetime

import aiohttp
from slack_sdk.errors import SlackApiError

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.inbox import Inbox
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.clock import Clock
from parley_kit.logs import get_logger
from parley_slack.inbound.answers import answer_item
from parley_slack.inbound.cards import Cards, StoredCard
from parley_slack.inbound.origin import Origin
from parley_slack.inbound.payloads import Payload, objects_at, text_at
from parley_slack.inbound.reply import TAKEN, Reply
from parley_slack.rendering.answer_values import ANSWER, OPEN, AnswerValue, decode, encode
from parley_slack.rendering.modal_answers import NAMES, Given
from parley_slack.rendering.modals import modal, names_for
from parley_slack.sending.references import Handle, moment_of
from parley_slack.workspaces.failures import code_of
from parley_slack.workspaces.workspaces import Workspaces

log = get_logger(__name__)
_NOT_SHOWN = Reply(503)  # Slack then tells the person that it did not work
_MODALS = {f"{OPEN}{name}": name for name in NAMES}


class Clicks:
    """Takes ``block_actions`` of our own cards."""

    def __init__(self, cards: Cards, workspaces: Workspaces, inbox: Inbox, clock: Clock) -> None:
        self._cards = cards
        self._workspaces = workspaces
        self._inbox = inbox
        self._clock = clock

    async def take(self, payload: Payload, origin: Origin) -> Reply:
        """Stores the answers, opens the modals, acknowledges."""
        handle = Handle(
            text_at(payload, "container", "channel_id"), text_at(payload, "container", "message_ts")
        )
        items, is_shown = [], True
        for action in objects_at(payload, "actions"):
            claimed = decode(_value(action))
            name = text_at(action, "action_id")
            if claimed is None or not name.startswith((ANSWER, *_MODALS)):
                continue
            card = await self._cards.find(origin, handle, claimed)
            if card is None:
                continue
            if name in _MODALS:
                is_shown = await self._open(payload, origin, card, handle, _MODALS[name])
            else:
                items.append(self._item(payload, origin, card, claimed, action))
        if items:
            await self._inbox.put(items)
        return TAKEN if is_shown else _NOT_SHOWN

    def _item(
        self,
        payload: Payload,
        origin: Origin,
        card: StoredCard,
        claimed: AnswerValue,
        action: Payload,
    ) -> inbox_pb2.InboundItem:
        user_id = text_at(payload, "user", "id")
        return answer_item(
            f"action/{_identity(payload, origin, action)}",
            origin,
            user_id,
            card,
            Given(claimed.value),
            self._moment(text_at(action, "action_ts")),
        )

    def _moment(self, ts: str) -> datetime:
        try:
            return moment_of(ts)
        except ValueError:
            return self._clock()

    async def _open(
        self, payload: Payload, origin: Origin, stored: StoredCard, handle: Handle, name: str
    ) -> bool:
        """Opens a modal; Slack's trigger is good for three seconds and one use."""
        card = stored.card
        if name not in names_for(card):
            return True
        view = modal(name, card, encode(card.request_id, card.digest, str(handle)))
        try:
            workspace = await self._workspaces.ready(origin.connection_id)
            await workspace.client.views_open(trigger_id=text_at(payload, "trigger_id"), view=view)
        except (SlackApiError, DeliveryFailedError, aiohttp.ClientError, TimeoutError) as error:
            code = code_of(error) or type(error).__name__
            log.warning("a modal could not be opened", modal=name, code=code)
            return False
        return True


def _value(action: Payload) -> str:
    return text_at(action, "value") or text_at(action, "selected_option", "value")


def _identity(payload: Payload, origin: Origin, action: Payload) -> str:
    """What makes one press one press: interactions carry no event id."""
    return "/".join(
        (
            origin.connection_id,
            text_at(payload, "user", "id"),
            text_at(payload, "container", "message_ts"),
            text_at(action, "action_id"),
            text_at(action, "action_ts"),
        )
    )
