"""Pub/Sub pushes: signed hints that a mailbox has changed, redelivered until acknowledged."""

import asyncio
import base64
import json
from typing import Any

from parley_sandbox.clock import iso
from parley_sandbox.google.keys import ISSUER
from parley_sandbox.google.mailbox import Mailbox, Message, Watch
from parley_sandbox.google.state import Google
from parley_sandbox.ids import opaque

PUSH_PATH = "/api/channels/gmail/webhook"
TIMEOUT_SECONDS = 10.0
TOKEN_SECONDS = 3_600
ACKNOWLEDGED = {200, 201, 202, 204}


def notify(google: Google, mailbox: Mailbox, message: Message) -> None:
    """Push the mailbox's new state if it is watched; more than one a second is dropped."""
    watch, now = mailbox.watch, google.clock.now()
    if watch is None or now >= watch.expires_at or not _is_watched(watch, message):
        return
    if now - watch.last_push_at < google.settings.sandbox_gmail_push_interval_seconds:
        return
    watch.last_push_at = now
    if google.delivers_pushes:
        google.outbox.spawn(_push(google, push_body(google, mailbox)))


def _is_watched(watch: Watch, message: Message) -> bool:
    has_one = not watch.label_ids or bool(set(watch.label_ids) & set(message.labels))
    return has_one != (watch.excludes and bool(watch.label_ids))


def push_body(google: Google, mailbox: Mailbox) -> dict[str, Any]:
    """Return the body of a push about a mailbox as it is now."""
    data = {"emailAddress": mailbox.email, "historyId": mailbox.history_id}
    encoded = base64.urlsafe_b64encode(json.dumps(data).encode()).decode()
    number, moment = str(int.from_bytes(opaque(6).encode()) % 10**16), iso(google.clock.now())
    message = {"data": encoded, "messageId": number, "publishTime": moment}
    project = google.settings.gmail_pubsub_topic.partition("/topics/")[0]
    return {
        "message": message | {"message_id": number, "publish_time": moment},
        "subscription": f"{project}/subscriptions/parley",
    }


def push_token(google: Google) -> str:
    """Return the OIDC token of a push."""
    now = int(google.clock.now())
    account = google.settings.gmail_pubsub_service_account
    return google.key.sign(
        {
            "iss": ISSUER,
            "aud": google.settings.push_audience,
            "azp": "100000000000000000001",
            "sub": "100000000000000000001",
            "email": account,
            "email_verified": True,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
        }
    )


async def _push(google: Google, body: dict[str, Any]) -> None:
    """Post until it is acknowledged, at most as often as the settings say."""
    url, data = google.settings.deliver_url + PUSH_PATH, json.dumps(body).encode()
    waits = google.settings.sandbox_gmail_push_retry_seconds
    for wait in (*waits, None):
        headers = {
            "content-type": "application/json",
            "authorization": f"Bearer {push_token(google)}",
            "user-agent": "CloudPubSub-Google",
        }
        receipt = await google.outbox.post(url, data, headers, timeout_seconds=TIMEOUT_SECONDS)
        if receipt.status in ACKNOWLEDGED or wait is None:
            return
        await asyncio.sleep(wait)
