"""What is said."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from parley_gateway.models.base import ChannelName, Id, Json, Line, Received, Shown, Text, shown_as
from parley_gateway.models.examples import MESSAGE


class NewMessage(Received):
    """Something to say."""

    model_config = shown_as({"text": "Shall I deploy **1.4** now?"})

    text: Text = Field(min_length=1, max_length=40_000, examples=["Shall I deploy **1.4**?"])
    reply_to: Id | None = None
    metadata: Json | None = None
    channel: ChannelName | None = Field(None, description="Only by this channel.")
    urgent: bool = Field(default=False, description="Passes quiet hours.")


class BatchedMessage(NewMessage):
    """Something to say, and where."""

    session_id: Id
    idempotency_key: Line | None = Field(None, min_length=1, max_length=255)


class NewMessages(Received):
    """Up to 100 things to say."""

    model_config = shown_as({"messages": [{"session_id": "ses_06eh", "text": "Built."}]})

    messages: list[BatchedMessage] = Field(min_length=1, max_length=100)


class Author(Shown):
    """Who said it."""

    kind: str = Field(examples=["agent"])
    id: str | None
    name: str


class Message(Shown):
    """Something that was said."""

    model_config = shown_as(MESSAGE)

    id: str = Field(examples=["msg_06eh"])
    session_id: str
    seq: int
    author: Author
    text: str
    reply_to: str | None
    metadata: dict[str, Any]
    channel: str
    created_at: str


class Messages(Shown):
    """Messages by seq."""

    messages: list[Message]
    has_more: bool = Field(description="There are more after the last of these.")


class MessageResult(Shown):
    """What became of one message of a batch: its message, or the problem."""

    status: int = Field(examples=[202])
    message: Message | None = None
    problem: dict[str, Any] | None = None


class MessageResults(Shown):
    """One result a message, in the order of the request."""

    results: list[MessageResult]
