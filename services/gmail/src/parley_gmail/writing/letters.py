"""What is said to whom, before it is a mail."""

from __future__ import annotations

from dataclasses import dataclass

from parley.channel.v1 import channel_pb2, recipient_pb2
from parley_gmail.writing.headers import (
    guarded,
    guarded_address,
    guarded_id,
    shortened,
    subject_from,
)
from parley_gmail.writing.rendering import Renderer
from parley_gmail.writing.threads import MailThread, decoded
from parley_gmail.writing.views import NOTICE, card_view, message_view, resolution_view

DEFAULT_AUTHOR = "An agent"
PARLEY = "Parley"


@dataclass(frozen=True)
class Letter:
    """One mail to one person; every value is safe in a header."""

    delivery_id: str
    to_name: str
    to_email: str
    author_name: str
    subject: str
    text: str
    html: str
    reply_token: str
    thread: MailThread


class LetterWriter:
    """Turns the contract's requests into letters.

    Methods raise `BadHeaderError` for values that cannot be in a mail's headers.
    """

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def message(self, request: channel_pb2.SendMessageRequest) -> Letter:
        """A message of the agent."""
        author = request.author_name or DEFAULT_AUTHOR
        view = message_view(request, author)
        speaker = PARLEY if request.delivery_kind == NOTICE else author
        return self._letter(request, speaker, f"Message from {speaker}", "agent_message", view)

    def card(self, request: channel_pb2.RequestFeedbackRequest) -> Letter:
        """A question."""
        author = request.card.author_name or DEFAULT_AUTHOR
        fallback = subject_from(f"{author} asks: {subject_from(request.card.prompt)}")
        view = card_view(request, author)
        return self._letter(request, author, fallback, "feedback_request", view)

    def resolution(self, request: channel_pb2.UpdateFeedbackRequest, thread: MailThread) -> Letter:
        """How a question ended, into the thread where it was asked."""
        author = request.card.author_name or DEFAULT_AUTHOR
        fallback = subject_from(f"{author} asked: {subject_from(request.card.prompt)}")
        view = resolution_view(request, author)
        return self._letter(request, author, fallback, "feedback_resolved", view, thread)

    def _letter(
        self,
        request: channel_pb2.SendMessageRequest
        | channel_pb2.RequestFeedbackRequest
        | channel_pb2.UpdateFeedbackRequest,
        author: str,
        fallback_subject: str,
        template: str,
        view: dict[str, object],
        thread: MailThread | None = None,
    ) -> Letter:
        thread = thread or decoded(request.conversation.thread_ref)
        for message_id in thread.message_ids:
            guarded_id("conversation.thread_ref", message_id)
        subject = thread.subject or request.conversation.title.strip() or fallback_subject
        rendered = self._renderer.render(template, view)
        token = getattr(request, "reply_token", "")
        return Letter(
            delivery_id=guarded("delivery_id", request.delivery_id),
            to_name=guarded("recipient.name", request.recipient.name),
            to_email=email_of_recipient(request.recipient),
            author_name=guarded("author_name", author),
            subject=shortened(guarded("conversation.title", subject)),
            text=rendered.text,
            html=rendered.html,
            reply_token=guarded_address("reply_token", f"{token}@token").partition("@")[0]
            if token
            else "",
            thread=thread,
        )


def email_of_recipient(recipient: recipient_pb2.Recipient) -> str:
    """Where the person reads mail.

    Raises:
        BadHeaderError: The address is not one plain address.
    """
    return guarded_address("recipient.addresses[email]", recipient.addresses["email"])
