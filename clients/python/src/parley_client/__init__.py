"""Parley's Python SDK: ask people, on whichever channel they answer."""

from parley_client.async_client import AsyncParley
from parley_client.client import Parley
from parley_client.errors import ForgedWebhookError, NotApprovedError, ParleyError
from parley_client.records import (
    Agent,
    Attempt,
    Author,
    Card,
    Delivery,
    Event,
    FeedbackRequest,
    Message,
    MessageResult,
    Option,
    Participant,
    Preferences,
    Response,
    Session,
    Token,
    User,
)
from parley_client.retrying import Patience
from parley_client.webhooks import verify_webhook

__all__ = [
    "Agent",
    "AsyncParley",
    "Attempt",
    "Author",
    "Card",
    "Delivery",
    "Event",
    "FeedbackRequest",
    "ForgedWebhookError",
    "Message",
    "MessageResult",
    "NotApprovedError",
    "Option",
    "Parley",
    "ParleyError",
    "Participant",
    "Patience",
    "Preferences",
    "Response",
    "Session",
    "Token",
    "User",
    "verify_webhook",
]
