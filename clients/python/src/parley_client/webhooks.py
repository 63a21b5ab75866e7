"""Webhooks that Parley posts to an agent, verified (standardwebhooks.com)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from parley_client.decoding import decode
from parley_client.errors import ForgedWebhookError
from parley_client.records import Event


def verify_webhook(secret: str, headers: Mapping[str, str], body: bytes) -> Event:
    """The event of a webhook that Parley signed within the last five minutes.

    A webhook can come twice: (`session_id`, `seq`) is the same then, and so is its ``webhook-id``.

    Args:
        secret: The agent's webhook secret (``whsec_…``).
        headers: Of the request, in any case.
        body: The raw bytes; parsed and written again they would not verify.

    Raises:
        ForgedWebhookError: Not Parley's, changed on the way, or too old. Answer 401.
        ParleyError: Parley's, but not readable by this version.
    """
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError) as error:
        # ValueError: a signature that is no base64 or has no version, a body that is not UTF-8.
        raise ForgedWebhookError(f"Not a webhook of Parley's: {error}") from error
    return decode(Event, _as_in_the_log(body))


def _as_in_the_log(body: bytes) -> Any:
    try:
        document = json.loads(body)
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    names = {"type": "kind", "timestamp": "created_at"}
    return {names.get(name, name): value for name, value in document.items()}
