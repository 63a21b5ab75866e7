"""The person says which conversation a text of theirs is for."""

from __future__ import annotations

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.inbox import Inbox
from parley_kit.adapter.replies import Replies, Reply
from parley_kit.logs import get_logger
from parley_slack.inbound.gesture import Gesture, value_of
from parley_slack.inbound.payloads import Payload
from parley_slack.rendering.question import CHOOSE, choice_in

log = get_logger(__name__)


class Choosing:
    """Takes the actions ``parley.choose.…``."""

    prefixes = (CHOOSE,)

    def __init__(self, replies: Replies, inbox: Inbox) -> None:
        self._replies = replies
        self._inbox = inbox

    async def take(self, gesture: Gesture, action: Payload) -> inbox_pb2.InboundItem | None:
        """Hands the text in again; only its own sender may choose, on the question itself."""
        chosen = choice_in(value_of(action))
        reply = await self._replies.find(chosen[0]) if chosen else None
        if chosen is None or reply is None or not _is_theirs(reply, gesture):
            log.warning("a choice was refused", user_id=gesture.user_id, place=gesture.place)
            return None
        offered = {choice.session_id for choice in reply.choices}
        if chosen[1] in offered and await self._replies.choose(reply, chosen[1]):
            self._inbox.changed.set()
        return None


def _is_theirs(reply: Reply, gesture: Gesture) -> bool:
    sender = reply.item.sender
    return (
        sender.connection_id == gesture.origin.connection_id
        and sender.addresses.get("slack_user_id") == gesture.user_id
        and reply.provider_ref in {"", gesture.place}
    )
