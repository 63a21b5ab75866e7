"""Slack's HTTP requests: verified by their raw bytes, then handed to the same handlers as sockets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

import orjson

from parley.channel.v1 import webhook_pb2
from parley_slack.inbound.events import Events
from parley_slack.inbound.interactions import Interactions
from parley_slack.inbound.payloads import Payload, cleaned
from parley_slack.inbound.reply import UNREADABLE, Reply
from parley_slack.inbound.signature import Signatures

Handler = Callable[[Payload], Awaitable[Reply]]
_UNSIGNED, _UNKNOWN = Reply(401), Reply(404)


class Webhooks:
    """The endpoints ``events`` and ``interactions``."""

    def __init__(self, signatures: Signatures, events: Events, interactions: Interactions) -> None:
        self._signatures = signatures
        self._endpoints: dict[str, tuple[Callable[[bytes], object], Handler]] = {
            "events": (orjson.loads, events.take),
            "interactions": (_form_payload, interactions.take),
        }

    async def handle(
        self, request: webhook_pb2.HandleWebhookRequest
    ) -> webhook_pb2.HandleWebhookResponse:
        """200 only after what the request brought is stored; 401 for anything not signed."""
        if request.endpoint not in self._endpoints:
            return _response(_UNKNOWN)
        if not self._signatures.is_signed(request.headers, request.body):
            return _response(_UNSIGNED)
        read, take = self._endpoints[request.endpoint]
        try:
            payload = read(request.body)
        except ValueError:
            return _response(UNREADABLE)
        return _response(await take(cleaned(payload)) if isinstance(payload, dict) else UNREADABLE)


def _form_payload(body: bytes) -> object:
    fields = parse_qs(body.decode(), strict_parsing=True, max_num_fields=10)
    return orjson.loads(fields.get("payload", [""])[0])


def _response(reply: Reply) -> webhook_pb2.HandleWebhookResponse:
    if not reply.body:
        return webhook_pb2.HandleWebhookResponse(status=reply.status)
    kind = webhook_pb2.HttpHeader(name="content-type", value="application/json")
    return webhook_pb2.HandleWebhookResponse(
        status=reply.status, headers=[kind], body=orjson.dumps(reply.body)
    )
