"""The Events API: signed, at least once, retried; over HTTP or over Socket Mode."""

import asyncio
import hashlib
import hmac
import json
from typing import Any

from parley_sandbox.ids import random_id
from parley_sandbox.outbox import Receipt
from parley_sandbox.slack.message_wire import message_wire
from parley_sandbox.slack.state import Conversation, Message, Workspace

EVENTS_PATH = "/api/channels/slack/events"
TIMEOUT_SECONDS = 3.0
Event = dict[str, Any]


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Return Slack's v0 signature over the raw body."""
    base = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def signed_headers(workspace: Workspace, body: bytes, content_type: str) -> dict[str, str]:
    """Return the headers that Slack puts on what it posts."""
    timestamp = int(workspace.clock.now())
    secret = workspace.settings.slack_signing_secret.get_secret_value()
    return {
        "content-type": content_type,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "x-slack-request-timestamp": str(timestamp),
        "x-slack-signature": sign(secret, timestamp, body),
    }


def envelope(workspace: Workspace, event: Event) -> Event:
    """Wrap an event in its callback envelope."""
    grants, place = workspace.grants, workspace.place
    authorization = {
        "enterprise_id": place.enterprise_id or None,
        "team_id": place.team_id or None,
        "user_id": grants.bot_user_id,
        "is_bot": True,
        "is_enterprise_install": place.is_organisation,
    }
    return {
        "token": "sandbox-verification",
        "team_id": place.home_team,
        **({"enterprise_id": place.enterprise_id} if place.enterprise_id else {}),
        "context_team_id": place.home_team,
        "api_app_id": grants.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": random_id("Ev"),
        "event_time": int(workspace.clock.now()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{random_id('', 24)}",
    }


async def post_event(workspace: Workspace, payload: Event, attempt: int, why: str) -> Receipt:
    """Make one attempt at one event; `attempt` counts from 0."""
    body = json.dumps(payload, separators=(",", ":")).encode()
    headers = signed_headers(workspace, body, "application/json")
    if attempt:
        headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": why}
    url = workspace.settings.deliver_url + EVENTS_PATH
    return await workspace.outbox.post(url, body, headers, timeout_seconds=TIMEOUT_SECONDS)


async def deliver(workspace: Workspace, event: Event, needs: str = "") -> Receipt:
    """Deliver an event to an app that is installed and may hear it."""
    if not workspace.grants.is_installed or (needs and needs not in workspace.grants.scopes):
        return Receipt(None, "", "app_not_subscribed", {})
    return await send_event(workspace, event)


async def send_event(workspace: Workspace, event: Event) -> Receipt:
    """Send an event; returns the first attempt's receipt, retries go on in the background."""
    payload = envelope(workspace, event)
    if workspace.sockets.is_connected:
        return await workspace.sockets.send("events_api", payload)
    receipt = await post_event(workspace, payload, 0, "")
    if not receipt.is_success:
        workspace.outbox.spawn(_retry(workspace, payload, receipt))
    return receipt


async def _retry(workspace: Workspace, payload: Event, receipt: Receipt) -> None:
    for attempt, wait in enumerate(workspace.settings.sandbox_slack_retry_seconds, start=1):
        if receipt.is_success or receipt.headers.get("X-Slack-No-Retry") == "1":
            return
        await asyncio.sleep(wait)
        receipt = await post_event(workspace, payload, attempt, receipt.reason)


def message_event(workspace: Workspace, conversation: Conversation, message: Message) -> Event:
    """Return the `message` event of a direct message."""
    place = {
        "channel": conversation.id,
        "channel_type": "im",
        "event_ts": message.ts,
    }
    return message_wire(workspace, message) | place


def _is_heard(workspace: Workspace) -> bool:
    """Whether the app is told of its own doings; Slack too drops what comes too fast."""
    return workspace.settings.sandbox_slack_echo and not workspace.outbox.is_full


def message_posted(workspace: Workspace, conversation: Conversation, message: Message) -> None:
    """Tell the app of its own message, as Slack does."""
    if _is_heard(workspace):
        event = message_event(workspace, conversation, message)
        workspace.outbox.spawn(deliver(workspace, event, "im:history"))


def message_changed(
    workspace: Workspace, conversation: Conversation, message: Message, before: Event
) -> None:
    """Tell the app of its own edit."""
    after = message_wire(workspace, message)
    _subtype(workspace, conversation, "message_changed", message=after, previous_message=before)


def message_deleted(workspace: Workspace, conversation: Conversation, message: Message) -> None:
    """Tell the app of its own deletion."""
    before = message_wire(workspace, message)
    details = {"deleted_ts": message.ts, "previous_message": before}
    _subtype(workspace, conversation, "message_deleted", **details)


def _subtype(
    workspace: Workspace, conversation: Conversation, subtype: str, **details: Any
) -> None:
    if not _is_heard(workspace):
        return
    ts = workspace.next_ts()
    event = {
        "type": "message",
        "subtype": subtype,
        "channel": conversation.id,
        "channel_type": "im",
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        **details,
    }
    workspace.outbox.spawn(deliver(workspace, event, "im:history"))
