"""Slack behind the contract of channels; thin: each method names who does the work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from importlib.metadata import version

from parley.channel.v1 import authorization_pb2, card_pb2, channel_pb2, outcome_pb2, webhook_pb2
from parley_kit.adapter.ledger import LedgerEntry, SentRecord
from parley_kit.adapter.provider import DeliveryFailedError, LookUp, LookUpQuery
from parley_kit.clock import Clock
from parley_slack.inbound.cards import kept_details
from parley_slack.inbound.webhooks import Webhooks
from parley_slack.rendering.blocks import Post
from parley_slack.rendering.card import CardRefusedError, card_post
from parley_slack.rendering.message import MAX_CHARACTERS, posts
from parley_slack.sending.look_up import LookUps
from parley_slack.sending.posting import Posting
from parley_slack.sending.references import parse_handle
from parley_slack.workspaces.authorization import Authorization
from parley_slack.workspaces.health import Health
from parley_slack.workspaces.people import People

MAX_BATCH = 200
_LONG_CHARACTERS = 4_000


def description(limits: Sequence[channel_pb2.PacingLimit]) -> channel_pb2.DescribeResponse:
    """What the channel is and can do."""
    return channel_pb2.DescribeResponse(
        channel="slack",
        display_name="Slack",
        address_keys=["slack_user_id", "email"],
        furthest_state="sent",
        can_update_cards=True,
        needs_answer_links=False,
        can_look_up=True,
        feedback_kinds=["approval", "choice", "text", "form", "comment"],
        max_text_characters=MAX_CHARACTERS,
        max_batch_size=MAX_BATCH,
        version=version("parley-slack"),
        pacing_limits=limits,
    )


class SlackProvider:
    """Implements `parley_kit.adapter.provider.Provider`."""

    def __init__(
        self,
        *,
        posting: Posting,
        people: People,
        look_ups: LookUps,
        authorization: Authorization,
        health: Health,
        webhooks: Webhooks,
        clock: Clock,
        page_url: str,
        limits: Sequence[channel_pb2.PacingLimit],
    ) -> None:
        self._posting = posting
        self._people = people
        self._look_ups = look_ups
        self._authorization = authorization
        self._health = health
        self._webhooks = webhooks
        self._clock = clock
        self._page_url = page_url
        self._description = description(limits)

    def describe(self) -> channel_pb2.DescribeResponse:
        """What the channel is and can do."""
        return self._description

    def details_of_card(self, request: channel_pb2.RequestFeedbackRequest) -> dict[str, str]:
        """The card, for its modals and to judge an answer by."""
        return kept_details(request.card)

    async def send_message(self, request: channel_pb2.SendMessageRequest) -> SentRecord:
        """Posts a message."""
        if len(request.text) > MAX_CHARACTERS:
            raise _rejected("text_too_long", f"Slack takes at most {MAX_CHARACTERS} characters.")
        if len(request.text) > _LONG_CHARACTERS:  # up to half a second, which others would wait
            rendered = await asyncio.to_thread(posts, request.text, request.author_name)
        else:
            rendered = posts(request.text, request.author_name)
        return await self._posting.post(
            request.delivery_id, request.recipient, request.conversation, rendered
        )

    async def send_card(self, request: channel_pb2.RequestFeedbackRequest) -> SentRecord:
        """Posts a card."""
        rendered = [self._rendered(request.card, request.delivery_id)]
        return await self._posting.post(
            request.delivery_id, request.recipient, request.conversation, rendered
        )

    async def update_card(
        self, request: channel_pb2.UpdateFeedbackRequest, card: LedgerEntry | None
    ) -> SentRecord:
        """Edits a card's message."""
        handle = parse_handle(request.provider_ref)
        if handle is None:
            raise _rejected("bad_provider_ref", "This is not a message that Slack answered.")
        known = card.sent.connection_id if card and card.sent else ""
        connection_id = known or request.conversation.connection_id
        if not connection_id:
            place = await self._people.find(request.recipient)
            connection_id = place.workspace.connection_id
        await self._posting.update(
            connection_id, handle, self._rendered(request.card, request.card_delivery_id)
        )
        thread_ref = card.sent.thread_ref if card and card.sent else request.conversation.thread_ref
        return SentRecord(request.provider_ref, thread_ref, connection_id, self._clock())

    async def look_up(self, query: LookUpQuery) -> LookUp:
        """Reads Slack's history."""
        return await self._look_ups.look_up(query)

    async def check_health(self) -> channel_pb2.CheckHealthResponse:
        """The state of the workspaces."""
        return await self._health.check()

    async def start_authorization(
        self, request: channel_pb2.StartAuthorizationRequest
    ) -> channel_pb2.StartAuthorizationResponse:
        """Begins an installation."""
        return await self._authorization.start(request)

    async def complete_authorization(
        self, request: channel_pb2.CompleteAuthorizationRequest
    ) -> authorization_pb2.Connection:
        """Ends an installation."""
        return await self._authorization.complete(request)

    async def refresh_authorization(self, connection_id: str) -> list[authorization_pb2.Connection]:
        """Renews tokens."""
        return await self._authorization.refresh(connection_id)

    async def list_authorizations(self, user_id: str) -> list[authorization_pb2.Connection]:
        """The installations."""
        return await self._authorization.list(user_id)

    async def revoke_authorization(self, connection_id: str) -> authorization_pb2.Connection:
        """Removes the app's access."""
        return await self._authorization.revoke(connection_id)

    async def handle_webhook(
        self, request: webhook_pb2.HandleWebhookRequest
    ) -> webhook_pb2.HandleWebhookResponse:
        """Takes events and interactions."""
        return await self._webhooks.handle(request)

    def _rendered(self, card: card_pb2.Card, delivery_id: str) -> Post:
        try:
            return card_post(card, self._page_url, delivery_id)
        except CardRefusedError as error:
            raise _rejected(error.code, str(error)) from None


def _rejected(code: str, message: str) -> DeliveryFailedError:
    return DeliveryFailedError(outcome_pb2.FAILURE_CLASS_REJECTED, code, message)
