"""Slack's signature over the raw bytes; whatever is malformed is not signed."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import SecretStr
from slack_sdk.signature import Clock as SdkClock
from slack_sdk.signature import SignatureVerifier

from parley.channel.v1 import webhook_pb2
from parley_kit.clock import Clock

TIMESTAMP, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"


class Signatures:
    """Verifies requests with the app's signing secret; without a secret nothing is signed."""

    def __init__(self, secret: SecretStr, clock: Clock) -> None:
        text = secret.get_secret_value().strip()
        self._verifier = SignatureVerifier(text, _Time(clock)) if text else None

    def is_signed(self, headers: Sequence[webhook_pb2.HttpHeader], body: bytes) -> bool:
        """Whether Slack signed these bytes within the last five minutes.

        The SDK raises on a timestamp that is no number, a signature that is not ASCII and a body
        that is not UTF-8; a header that comes twice could mean two things.
        """
        timestamp, signature = _only(headers, TIMESTAMP), _only(headers, SIGNATURE)
        if self._verifier is None or not timestamp.isdecimal() or not signature:
            return False
        try:
            return bool(self._verifier.is_valid(body, timestamp, signature))
        except (ValueError, TypeError, OverflowError):  # UnicodeDecodeError is a ValueError
            return False


class _Time(SdkClock):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()


def _only(headers: Sequence[webhook_pb2.HttpHeader], name: str) -> str:
    values = [header.value for header in headers if header.name.lower() == name]
    return values[0] if len(values) == 1 else ""
