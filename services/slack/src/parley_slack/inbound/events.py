"""The Events API: what happened in a workspace."""

from __future__ import annotations

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.connections import Connections
from parley_kit.adapter.inbox import Inbox
from parley_kit.adapter.ledger import Ledger
from parley_kit.clock import Clock
from parley_slack.inbound.lifecycle import end_connection, ends_connection
from parley_slack.inbound.messages import is_from_person, message_item
from parley_slack.inbound.origin import Origin, Origins
from parley_slack.inbound.payloads import Payload, object_at, text_at
from parley_slack.inbound.reply import TAKEN, UNREADABLE, Reply
from parley_slack.workspaces.workspaces import Workspaces


class Events:
    """Takes verified envelopes; what is not for us is acknowledged and forgotten."""

    def __init__(
        self,
        origins: Origins,
        workspaces: Workspaces,
        connections: Connections,
        ledger: Ledger,
        inbox: Inbox,
        clock: Clock,
    ) -> None:
        self._origins = origins
        self._workspaces = workspaces
        self._connections = connections
        self._ledger = ledger
        self._inbox = inbox
        self._clock = clock

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
            return await message_item(event, origin, self._ledger)
        event_id = text_at(payload, "event_id")
        if event_id and ends_connection(payload, origin.account):
            return await end_connection(
                self._connections, self._workspaces, origin.account, self._clock, event_id
            )
        return None
