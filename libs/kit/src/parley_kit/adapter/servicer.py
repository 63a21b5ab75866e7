"""The channel contract over a `Provider`: validation, idempotency, look-ups, inbox figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.protobuf.duration_pb2 import Duration

from parley.channel.v1 import (
    card_pb2,
    channel_pb2,
    channel_pb2_grpc,
    recipient_pb2,
    webhook_pb2,
)
from parley_kit import crash_points
from parley_kit.adapter.inbox import Inbox
from parley_kit.adapter.ledger import Ledger, LedgerEntry
from parley_kit.adapter.outcomes import to_sent
from parley_kit.adapter.provider import LookUpQuery, Provider
from parley_kit.adapter.sending import Sender
from parley_kit.clock import from_timestamp
from parley_kit.errors import invalid_field

MAX_BATCH = 200
MAX_ID_CHARACTERS = 200
MAX_WEBHOOK_BYTES = 1024 * 1024


class ChannelServicer(channel_pb2_grpc.ChannelServiceServicer):
    """Serves one channel."""

    def __init__(
        self, provider: Provider, ledger: Ledger, inbox: Inbox, *, claims_updates: bool = False
    ) -> None:
        self._provider = provider
        self._ledger = ledger
        self._inbox = inbox
        self._sender = Sender(provider, ledger, claims_updates=claims_updates)

    async def Describe(
        self, request: channel_pb2.DescribeRequest, context: Any
    ) -> channel_pb2.DescribeResponse:
        """What the channel is."""
        return self._provider.describe()

    async def SendMessage(
        self, request: channel_pb2.SendMessageRequest, context: Any
    ) -> channel_pb2.SendMessageResponse:
        """A batch of one."""
        _check_messages([request])
        outcomes = await self._sender.send_messages([request])
        return channel_pb2.SendMessageResponse(outcome=outcomes[0])

    async def SendMessages(
        self, request: channel_pb2.SendMessagesRequest, context: Any
    ) -> channel_pb2.SendMessagesResponse:
        """A batch, an outcome each."""
        _check_messages(request.messages)
        outcomes = await self._sender.send_messages(request.messages)
        return channel_pb2.SendMessagesResponse(outcomes=outcomes)

    async def RequestFeedback(
        self, request: channel_pb2.RequestFeedbackRequest, context: Any
    ) -> channel_pb2.RequestFeedbackResponse:
        """A card."""
        _check_target(request.delivery_id, request.recipient.user_id)
        _check_conversation(request.conversation)
        _check_card(request.card)
        return channel_pb2.RequestFeedbackResponse(outcome=await self._sender.send_card(request))

    async def UpdateFeedback(
        self, request: channel_pb2.UpdateFeedbackRequest, context: Any
    ) -> channel_pb2.UpdateFeedbackResponse:
        """A change to a card."""
        _check_target(request.delivery_id, request.recipient.user_id)
        _check_conversation(request.conversation)
        _check_card(request.card)
        if request.card_delivery_id:
            check_id("card_delivery_id", request.card_delivery_id)
        if not request.provider_ref:
            raise invalid_field("provider_ref", "give the one that RequestFeedback answered")
        return channel_pb2.UpdateFeedbackResponse(outcome=await self._sender.update_card(request))

    async def LookUpDelivery(
        self, request: channel_pb2.LookUpDeliveryRequest, context: Any
    ) -> channel_pb2.LookUpDeliveryResponse:
        """The ledger first, then the provider; a sure verdict settles the claim."""
        check_id("delivery_id", request.delivery_id)
        entry = await self._ledger.find(request.delivery_id)
        if entry is None:
            return channel_pb2.LookUpDeliveryResponse(
                verdict=channel_pb2.LOOK_UP_VERDICT_NOT_SENT, detail="no send was ever begun"
            )
        if entry.sent is not None:
            return channel_pb2.LookUpDeliveryResponse(
                verdict=channel_pb2.LOOK_UP_VERDICT_FOUND,
                sent=to_sent(entry.sent),
                detail="the ledger has it",
            )
        return await self._ask_provider(request, entry)

    async def _ask_provider(
        self, request: channel_pb2.LookUpDeliveryRequest, entry: LedgerEntry
    ) -> channel_pb2.LookUpDeliveryResponse:
        has_time = request.HasField("attempted_at")
        since = from_timestamp(request.attempted_at) if has_time else entry.claimed_at
        found = await self._provider.look_up(LookUpQuery(request, entry, since))
        crash_points.reach("adapter.looked_up")
        if found.sent is not None:
            await self._ledger.record({request.delivery_id: found.sent})
            return channel_pb2.LookUpDeliveryResponse(
                verdict=channel_pb2.LOOK_UP_VERDICT_FOUND,
                sent=to_sent(found.sent),
                detail=found.detail,
            )
        if found.is_surely_not_sent:
            await self._ledger.record({}, [request.delivery_id])
        verdict = (
            channel_pb2.LOOK_UP_VERDICT_NOT_SENT
            if found.is_surely_not_sent
            else channel_pb2.LOOK_UP_VERDICT_INCONCLUSIVE
        )
        return channel_pb2.LookUpDeliveryResponse(verdict=verdict, detail=found.detail)

    async def CheckHealth(
        self, request: channel_pb2.CheckHealthRequest, context: Any
    ) -> channel_pb2.CheckHealthResponse:
        """The channel's state with its inbox."""
        health = await self._provider.check_health()
        depth, age = await self._inbox.depth()
        duration = Duration()
        duration.FromTimedelta(age)
        health.inbox_depth = depth
        health.inbox_age.CopyFrom(duration)
        return health

    async def StartAuthorization(
        self, request: channel_pb2.StartAuthorizationRequest, context: Any
    ) -> channel_pb2.StartAuthorizationResponse:
        """Begins OAuth."""
        if not request.browser_binding:
            raise invalid_field("browser_binding", "give a random value that this browser keeps")
        if request.user_id:
            check_id("user_id", request.user_id)
        return await self._provider.start_authorization(request)

    async def CompleteAuthorization(
        self, request: channel_pb2.CompleteAuthorizationRequest, context: Any
    ) -> channel_pb2.CompleteAuthorizationResponse:
        """Ends OAuth."""
        connection = await self._provider.complete_authorization(request)
        return channel_pb2.CompleteAuthorizationResponse(connection=connection)

    async def RefreshAuthorization(
        self, request: channel_pb2.RefreshAuthorizationRequest, context: Any
    ) -> channel_pb2.RefreshAuthorizationResponse:
        """Refreshes tokens."""
        if request.connection_id:
            check_id("connection_id", request.connection_id)
        connections = await self._provider.refresh_authorization(request.connection_id)
        return channel_pb2.RefreshAuthorizationResponse(connections=connections)

    async def ListAuthorizations(
        self, request: channel_pb2.ListAuthorizationsRequest, context: Any
    ) -> channel_pb2.ListAuthorizationsResponse:
        """Lists connections."""
        if request.user_id:
            check_id("user_id", request.user_id)
        connections = await self._provider.list_authorizations(request.user_id)
        return channel_pb2.ListAuthorizationsResponse(connections=connections)

    async def RevokeAuthorization(
        self, request: channel_pb2.RevokeAuthorizationRequest, context: Any
    ) -> channel_pb2.RevokeAuthorizationResponse:
        """Ends a connection."""
        check_id("connection_id", request.connection_id)
        connection = await self._provider.revoke_authorization(request.connection_id)
        return channel_pb2.RevokeAuthorizationResponse(connection=connection)

    async def HandleWebhook(
        self, request: webhook_pb2.HandleWebhookRequest, context: Any
    ) -> webhook_pb2.HandleWebhookResponse:
        """Passes the raw request to the provider's own verification."""
        if len(request.body) > MAX_WEBHOOK_BYTES:
            return webhook_pb2.HandleWebhookResponse(status=413)
        return await self._provider.handle_webhook(request)


def _check_messages(messages: Sequence[channel_pb2.SendMessageRequest]) -> None:
    if not 1 <= len(messages) <= MAX_BATCH:
        raise invalid_field("messages", f"give 1 to {MAX_BATCH}, not {len(messages)}")
    ids = [message.delivery_id for message in messages]
    if len(set(ids)) != len(ids):
        raise invalid_field("messages", "every delivery_id must be distinct")
    for message in messages:
        _check_target(message.delivery_id, message.recipient.user_id)
        _check_conversation(message.conversation)
        if not message.text.strip():
            raise invalid_field("text", "must not be empty")


def _check_target(delivery_id: str, user_id: str) -> None:
    check_id("delivery_id", delivery_id)
    check_id("recipient.user_id", user_id)


def _check_conversation(conversation: recipient_pb2.Conversation) -> None:
    for name in ("session_id", "connection_id"):
        if value := getattr(conversation, name):
            check_id(f"conversation.{name}", value)


def _check_card(card: card_pb2.Card) -> None:
    check_id("card.request_id", card.request_id)
    if not card.prompt.strip():
        raise invalid_field("card.prompt", "must not be empty")


def check_id(field: str, value: str) -> None:
    """Refuses what is no id of ours; an id is stored, sent to providers, and logged."""
    if not value:
        raise invalid_field(field, "must not be empty")
    if len(value) > MAX_ID_CHARACTERS or not value.isprintable():
        raise invalid_field(field, f"must be at most {MAX_ID_CHARACTERS} printable characters")
