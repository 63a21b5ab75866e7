"""Pub/Sub pushes: a verified hint that a mailbox has news; the poll reads from its own cursor."""

from __future__ import annotations

import base64
import binascii
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import orjson

from parley.channel.v1 import webhook_pb2
from parley_gmail.google.certificates import Certificates
from parley_gmail.google.refusals import GoogleUnreachableError
from parley_gmail.receiving.push_token import (
    BadPushTokenError,
    ExpectedPush,
    key_id_of,
    verify,
)
from parley_kit.logs import get_logger

log = get_logger(__name__)
_REMEMBERED = 4096
_BEARER = "bearer "


class BadPushError(Exception):
    """The body is not a Gmail push."""


@dataclass(frozen=True)
class Push:
    """What a push says; its history id is not used, because it may be forged or out of order."""

    message_id: str
    email: str


def parsed(body: bytes) -> Push:
    """Reads ``{"message": {"data": base64url, "messageId"}}``, data ``{"emailAddress"}``.

    Raises:
        BadPushError: It is something else.
    """
    try:
        message = orjson.loads(body)["message"]
        data = str(message["data"])
        inner = orjson.loads(base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)))
        return Push(str(message["messageId"]), str(inner["emailAddress"]).lower())
    except (orjson.JSONDecodeError, binascii.Error, KeyError, TypeError, ValueError) as error:
        raise BadPushError(type(error).__name__) from error


class Pushes:
    """Takes pushes.

    Args:
        expected: None while pushes are not configured; then all are refused.
        wake: Called with the mailbox's address; polls it soon.
    """

    def __init__(
        self,
        expected: ExpectedPush | None,
        certificates: Certificates,
        wake: Callable[[str], None],
    ) -> None:
        self._expected = expected
        self._certificates = certificates
        self._wake = wake
        self._seen: OrderedDict[str, None] = OrderedDict()

    async def handle(
        self, request: webhook_pb2.HandleWebhookRequest
    ) -> webhook_pb2.HandleWebhookResponse:
        """Verifies, then wakes the poll. Nothing is stored: what the push is about is in Gmail."""
        if request.endpoint != "webhook":
            return answer(404, "Gmail has the endpoint `webhook` only.")
        if self._expected is None:
            return answer(401, "Set GMAIL_PUBSUB_AUDIENCE and GMAIL_PUBSUB_SERVICE_ACCOUNT.")
        try:
            await self._verify(request, self._expected)
            push = parsed(request.body)
        except BadPushTokenError as error:
            log.warning("a push was refused", reason=str(error))
            return answer(401, "The token does not prove that our subscription pushes.")
        except GoogleUnreachableError:
            return answer(503, "Google's certificates cannot be fetched; push again.")
        except BadPushError:
            return answer(400, "The body is not a Gmail push.")
        if self._is_new(push.message_id):
            self._wake(push.email)
        return webhook_pb2.HandleWebhookResponse(status=200)

    async def _verify(
        self, request: webhook_pb2.HandleWebhookRequest, expected: ExpectedPush
    ) -> None:
        given = [header.value for header in request.headers if header.name == "authorization"]
        if len(given) != 1 or not given[0].lower().startswith(_BEARER):
            raise BadPushTokenError("no bearer token")
        token = given[0][len(_BEARER) :].strip()
        key = await self._certificates.key(key_id_of(token))
        if key is None:
            raise BadPushTokenError("signed by an unknown key")
        verify(token, key, expected)

    def _is_new(self, message_id: str) -> bool:
        if message_id in self._seen:
            return False
        self._seen[message_id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True


def answer(status: int, sentence: str) -> webhook_pb2.HandleWebhookResponse:
    """A refusal that says why."""
    header = webhook_pb2.HttpHeader(name="content-type", value="text/plain; charset=utf-8")
    return webhook_pb2.HandleWebhookResponse(
        status=status, headers=[header], body=sentence.encode()
    )
