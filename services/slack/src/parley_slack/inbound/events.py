"""The Events API: what happened in a workspace."""

from __future__ import annotations

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.inbox import Inbox
from parley_slack.homes.store import Homes
from parley_slack.inbound.lifecycle import Lifecycle
from parley_slack.inbound.messages import Messages, is_from_person
from parley_slack.inbound.origin import Origin, Origins
from parley_slack.inbound.payloads import Payload, id_at, object_at, text_at
from parley_slack.inbound.reply import TAKEN, UNREADABLE, Reply


class Events:
    """Takes verified envelopes; what is not for us is acknowledged and forgotten."""

    def __init__(
        self,
        origins: Origins,
        messages: Messages,
        lifecycle: Lifecycle,
        homes: Homes,
        inbox: Inbox,
    ) -> None:
        self._origins = origins
        self._messages = messages
        self._lifecycle = lifecycle
        self._homes = homes
        self._inbox = inbox

    async def take(self, payload: Payload) -> Reply:
        """Stores what the envelope brings, then acknowledges."""
        if text_at(payload, "type") == "url_verification":
            challenge = text_at(payload, "challenge")
            return Reply(body={"challenge": challenge}) if challenge else UNREADABLE
        if text_at(payload, "type") != "event_callback":
            return TAKEN
        origin = await self._origins.of_event(payload)
        item = await self._item(payload, origin) if origin else None
        if item is not None:
            await self._inbox.put([item])
        return TAKEN

    async def _item(self, payload: Payload, origin: Origin) -> inbox_pb2.InboundItem | None:
        event = object_at(payload, "event")
        if is_from_person(event, str(origin.account.state.get("bot_user_id", ""))):
            return await self._messages.item(event, origin)
        if is_home_opened(event):
            sender = origin.sender(id_at(event, "user"))
            await self._homes.opened(sender, is_blank=not object_at(event, "view"))
            return None
        return await self._lifecycle.take(payload, origin.account)


def is_home_opened(event: Payload) -> bool:
    """Whether a person looks at their Home tab; the Messages tab sends the same event."""
    is_opened = text_at(event, "type") == "app_home_opened" and bool(id_at(event, "user"))
    return is_opened and text_at(event, "tab") in {"", "home"}
