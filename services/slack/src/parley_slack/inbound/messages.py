"""A person's direct message as an inbox item."""

from __future__ import annotations

import re

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.inbox import Inbox
from parley_kit.adapter.ledger import Ledger
from parley_kit.clock import to_timestamp
from parley_slack.inbound.omissions import omitted
from parley_slack.inbound.origin import Origin
from parley_slack.inbound.payloads import Payload, id_at, text_at
from parley_slack.rendering.safe_text import without_hidden
from parley_slack.sending.references import Handle, moment_of, reference

_SUBTYPES = {"", "file_share", "thread_broadcast"}
_DECISIONS = {
    "approve": "approved",
    "approved": "approved",
    "reject": "rejected",
    "rejected": "rejected",
}
_NOTHING = "a message without text"
_CONTROL = re.compile(r"<([^<>\n]*)>")


def is_from_person(event: Payload, bot_user_id: str) -> bool:
    """Whether an event is a person's new direct message; our own posts and edits are not."""
    return (
        text_at(event, "type") == "message"
        and text_at(event, "channel_type") == "im"
        and text_at(event, "subtype") in _SUBTYPES
        and not event.get("bot_id")
        and id_at(event, "user") not in {"", bot_user_id, "USLACKBOT"}
    )


class Messages:
    """Turns direct messages into items."""

    def __init__(self, ledger: Ledger, inbox: Inbox) -> None:
        self._ledger = ledger
        self._inbox = inbox

    async def item(self, event: Payload, origin: Origin) -> inbox_pb2.InboundItem | None:
        """The item of a message; None when it names no place or time.

        Its id is (installation, channel, ts), which one event id never spans: so a message counts
        once, however often and under however many event ids Slack brings it.
        """
        handle = Handle(id_at(event, "channel"), id_at(event, "ts"))
        if not handle.channel:
            return None
        try:
            moment = moment_of(handle.ts)
        except ValueError:
            return None
        item = inbox_pb2.InboundItem(
            channel="slack",
            inbound_id=message_id(origin.connection_id, handle),
            received_at=to_timestamp(moment),
            sender=origin.sender(id_at(event, "user")),
        )
        item.text.CopyFrom(await self._content(event, origin))
        return item

    async def _content(self, event: Payload, origin: Origin) -> inbox_pb2.InboundText:
        text, left_out = plain_text(text_at(event, "text")), omitted(event)
        delivery_id, session_id = await self._answered(event, origin)
        return inbox_pb2.InboundText(
            text=text,
            delivery_id=delivery_id,
            session_id=session_id,
            can_ask=True,
            decision=_DECISIONS.get(text.strip().strip(".!").lower(), ""),
            omitted=left_out if text or left_out else _NOTHING,
        )

    async def _answered(self, event: Payload, origin: Origin) -> tuple[str, str]:
        """The newest delivery of the thread that was written into, or the session it went to.

        Both are empty outside any thread. A thread may also begin with the person's own message.
        """
        thread = id_at(event, "thread_ts")
        if not thread:
            return "", ""
        root = Handle(id_at(event, "channel"), thread)
        entries = await self._ledger.find_by_references(
            [reference(origin.connection_id, root)], limit=1
        )
        if entries:
            return entries[0].claim.delivery_id, ""
        return "", await self._inbox.session_of(message_id(origin.connection_id, root))


def message_id(connection_id: str, handle: Handle) -> str:
    """The inbound id of a person's message."""
    return f"message/{reference(connection_id, handle)}"


def plain_text(mrkdwn: str) -> str:
    """Slack's text as people typed it: links as Markdown, mentions by name, escapes undone."""
    text = _CONTROL.sub(lambda found: _control(found.group(1)), mrkdwn)
    unescaped = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return without_hidden(unescaped).strip()


def _control(inner: str) -> str:
    target, _, label = inner.partition("|")
    if target[:1] in {"@", "#", "!"}:
        return f"{target[0].replace('!', '@')}{label or target[1:]}".replace("@@", "@")
    if not label or target in {label, f"mailto:{label}"}:
        return label or target
    return f"[{label}]({target})"
