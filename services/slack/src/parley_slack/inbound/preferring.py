"""The person says, on their App Home, by which channel agents shall write first."""

from __future__ import annotations

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.clock import to_timestamp
from parley_slack.inbound.gesture import HOME, Gesture, value_of
from parley_slack.inbound.payloads import Payload
from parley_slack.rendering.home import PREFER


class Preferring:
    """Takes the action ``parley.prefer``."""

    prefixes = (PREFER,)

    async def take(self, gesture: Gesture, action: Payload) -> inbox_pb2.InboundItem | None:
        """The choice; it is only ever about the person who made it."""
        channel = value_of(action)
        if gesture.place != HOME or not channel:
            return None
        item = inbox_pb2.InboundItem(
            channel="slack",
            inbound_id=f"prefer/{gesture.identity(action)}",
            received_at=to_timestamp(gesture.moment(action)),
            sender=gesture.origin.sender(gesture.user_id),
        )
        item.choice.channel = channel[:50]
        return item
