"""A person's direct message as an inbox item."""

from __future__ import annotations

import re

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.ledger import Ledger
from parley_kit.clock import to_timestamp
from parley_slack.inbound.origin import Origin
from parley_slack.inbound.payloads import Payload, objects_at, text_at
from parley_slack.rendering.safe_text import without_hidden
from parley_slack.sending.references import Handle, moment_of, reference

_SUBTYPES = {"", "file_share", "thread_broadcast"}
_DECISIONS = {
    "approve": "approved",
    "approved": "approved",
    "reject": "rejected",
    "rejected": "rejected",
}
_CONTROL = re.compile(r"<([^<>\n]*)>")


def is_from_person(event: Payload, bot_user_id: str) -> bool:
    """Whether an event is a person's new direct message; our own posts and edits are not."""
    return (
        text_at(event, "type") == "message"
        and text_at(event, "channel_type") == "im"
        and text_at(event, "subtype") in _SUBTYPES
        and not event.get("bot_id")
        and text_at(event, "user") not in {"", bot_user_id, "USLACKBOT"}
    )


async def message_item(
    event: Payload, origin: Origin, ledger: Ledger
) -> inbox_pb2.InboundItem | None:
    """The item of a message; None when it names no place or time.

    Its id is (team, channel, ts), which one event id never spans: so a message counts once, however
    often and under however many event ids Slack brings it.
    """
    channel, ts = text_at(event, "channel"), text_at(event, "ts")
    try:
        moment = moment_of(ts)
    except ValueError:
        return None
    item = inbox_pb2.InboundItem(
        channel="slack",
        inbound_id=f"message/{reference(origin.team_id, Handle(channel, ts))}",
        received_at=to_timestamp(moment),
        sender=origin.sender(text_at(event, "user")),
    )
    item.text.CopyFrom(await _content(event, origin, ledger))
    return item


async def _content(event: Payload, origin: Origin, ledger: Ledger) -> inbox_pb2.InboundText:
    text = plain_text(text_at(event, "text"))
    return inbox_pb2.InboundText(
        text=text,
        delivery_id=await _answered(event, origin, ledger),
        decision=_DECISIONS.get(text.strip().strip(".!").lower(), ""),
        omitted=_omitted(event),
    )


async def _answered(event: Payload, origin: Origin, ledger: Ledger) -> str:
    """The newest delivery of the thread that was written into; empty outside any thread."""
    thread = text_at(event, "thread_ts")
    if not thread:
        return ""
    handle = Handle(text_at(event, "channel"), thread)
    entries = await ledger.find_by_references([reference(origin.team_id, handle)], limit=1)
    return entries[0].claim.delivery_id if entries else ""


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


def _omitted(event: Payload) -> str:
    names = [without_hidden(text_at(file, "name")) or "file" for file in objects_at(event, "files")]
    if not names:
        return ""
    return f"{len(names)} file{'s' if len(names) > 1 else ''}: {', '.join(names)[:500]}"
