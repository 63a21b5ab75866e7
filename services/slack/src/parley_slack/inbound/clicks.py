"""``block_actions``: each action goes to who knows it; others are not ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.inbox import Inbox
from parley_kit.clock import Clock
from parley_slack.inbound.card_clicks import ModalNotShownError
from parley_slack.inbound.gesture import Gesture, gesture_of
from parley_slack.inbound.origin import Origin
from parley_slack.inbound.payloads import Payload, id_at, objects_at
from parley_slack.inbound.reply import TAKEN, Reply

# Slack tells the person that it did not work, whichever error it is.
_REFUSED, _AWAY = Reply(400), Reply(503)


class Taker(Protocol):
    """Takes the actions whose ids begin with one of its prefixes."""

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Of action ids."""

    async def take(self, gesture: Gesture, action: Payload) -> inbox_pb2.InboundItem | None:
        """What the action brings, if anything."""


class Clicks:
    """Stores what the actions of a payload bring, before it is acknowledged."""

    def __init__(self, takers: Sequence[Taker], inbox: Inbox, clock: Clock) -> None:
        self._takers = takers
        self._inbox = inbox
        self._clock = clock

    async def take(self, payload: Payload, origin: Origin) -> Reply:
        """Stores the answers, opens the modals, acknowledges."""
        gesture = gesture_of(payload, origin, self._clock())
        items, reply = [], TAKEN
        for action in objects_at(payload, "actions"):
            try:
                item = await self._taken(gesture, action)
            except ModalNotShownError as error:
                reply = _AWAY if error.is_slack_away else _REFUSED
                continue
            items += [item] if item is not None else []
        if items:
            await self._inbox.put(items)
        return reply

    async def _taken(self, gesture: Gesture, action: Payload) -> inbox_pb2.InboundItem | None:
        name = id_at(action, "action_id")
        for taker in self._takers:
            if name.startswith(taker.prefixes):
                return await taker.take(gesture, action)
        return None
