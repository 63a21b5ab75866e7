"""What a channel written in Python implements; `ChannelServicer` does the rest of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from parley.channel.v1 import authorization_pb2, channel_pb2, outcome_pb2, webhook_pb2
from parley_kit.adapter.ledger import LedgerEntry, SentRecord

FailureClass = outcome_pb2.FailureClass


class DeliveryFailedError(Exception):
    """A send did not succeed; the class says what follows.

    Args:
        failure_class: See `FailureClass` in outcome.proto.
        code: Stable; the provider's own where it has one.
        message: What happened and what to do; no token, no text of the message.
        retry_after: The provider's retry time.
        connection_id: The connection that was used.
    """

    def __init__(
        self,
        failure_class: FailureClass.ValueType,
        code: str,
        message: str,
        *,
        retry_after: timedelta | None = None,
        connection_id: str = "",
    ) -> None:
        super().__init__(message)
        self.failure_class = failure_class
        self.code = code
        self.message = message
        self.retry_after = retry_after
        self.connection_id = connection_id


@dataclass(frozen=True)
class LookUp:
    """What a look-up at the provider found: `sent`, or surely not sent, or nothing yet."""

    sent: SentRecord | None
    is_surely_not_sent: bool = False
    detail: str = ""


@dataclass(frozen=True)
class LookUpQuery:
    """What is looked for."""

    request: channel_pb2.LookUpDeliveryRequest
    entry: LedgerEntry
    attempted_at: datetime


class Provider(Protocol):
    """One channel's own part. Methods raise `DeliveryFailedError` or `ServiceError`.

    Anything else that a send raises counts as ambiguous: it may have gone out.
    """

    def describe(self) -> channel_pb2.DescribeResponse:
        """What the channel is and can do."""

    def details_of_card(self, request: channel_pb2.RequestFeedbackRequest) -> dict[str, str]:
        """What the ledger shall keep of a card, to judge an answer by."""

    async def send_message(self, request: channel_pb2.SendMessageRequest) -> SentRecord:
        """Sends one message, once, without any retry."""

    async def send_card(self, request: channel_pb2.RequestFeedbackRequest) -> SentRecord:
        """Sends one card, once, without any retry."""

    async def update_card(
        self, request: channel_pb2.UpdateFeedbackRequest, card: LedgerEntry | None
    ) -> SentRecord:
        """Makes a card show its resolution; repeating it is harmless."""

    async def look_up(self, query: LookUpQuery) -> LookUp:
        """Asks the provider whether a claimed send went out."""

    async def check_health(self) -> channel_pb2.CheckHealthResponse:
        """The state of the channel; inbox figures are added by the servicer."""

    async def start_authorization(
        self, request: channel_pb2.StartAuthorizationRequest
    ) -> channel_pb2.StartAuthorizationResponse:
        """Begins OAuth."""

    async def complete_authorization(
        self, request: channel_pb2.CompleteAuthorizationRequest
    ) -> authorization_pb2.Connection:
        """Ends OAuth."""

    async def refresh_authorization(self, connection_id: str) -> list[authorization_pb2.Connection]:
        """Refreshes one connection's token, or all."""

    async def list_authorizations(self, user_id: str) -> list[authorization_pb2.Connection]:
        """The connections."""

    async def revoke_authorization(self, connection_id: str) -> authorization_pb2.Connection:
        """Revokes at the provider, forgets the token."""

    async def handle_webhook(
        self, request: webhook_pb2.HandleWebhookRequest
    ) -> webhook_pb2.HandleWebhookResponse:
        """Verifies, stores, answers."""
