"""What letters are made from, and how they are read again."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

from parley.channel.v1 import card_pb2, channel_pb2, recipient_pb2
from parley.common.v1 import feedback_pb2
from parley_gmail.writing.letters import LetterWriter
from parley_gmail.writing.mime import to_bytes
from parley_gmail.writing.rendering import Renderer

WRITER = LetterWriter(Renderer())
NOW = datetime(2026, 11, 23, 10, 12, tzinfo=UTC)


CHOICE, FORM = feedback_pb2.FEEDBACK_KIND_CHOICE, feedback_pb2.FEEDBACK_KIND_FORM


def recipient(name="Ann"):
    return recipient_pb2.Recipient(
        user_id="usr", name=name, addresses={"email": "ann@example.com"}, timezone="Europe/Vienna"
    )


def message(text="Hello", *, title="Release", author="Bot", name="Ann", **more):
    return channel_pb2.SendMessageRequest(
        delivery_id="dlv_1",
        recipient=recipient(name),
        conversation=recipient_pb2.Conversation(session_id="ses", title=title),
        text=text,
        author_name=author,
        **more,
    )


def card(**more):
    values = {"request_id": "fbr", "kind": feedback_pb2.FEEDBACK_KIND_APPROVAL, "prompt": "Deploy?"}
    return channel_pb2.RequestFeedbackRequest(
        delivery_id="dlv_1",
        recipient=recipient(),
        conversation=recipient_pb2.Conversation(session_id="ses", title=more.pop("title", "")),
        card=card_pb2.Card(**{**values, "answer_url": "https://parley.example/f/t", **more}),
    )


def built(letter):
    return message_from_bytes(to_bytes(letter, "agent@example.com", NOW), policy=policy.default)
