"""What templates are tried with before the service starts: every kind of mail once."""

from __future__ import annotations

from collections.abc import Iterator

from parley.channel.v1 import card_pb2, channel_pb2, recipient_pb2
from parley.common.v1 import feedback_pb2
from parley_gmail.writing.views import card_view, message_view, resolution_view

_AUTHOR = "An agent"
_ACTIONS = ("", '{"tool": "deploy", "to": "production"}', '{"steps": [1, 2]}')
_URL = "https://parley.example.com/f/token"
_READER = recipient_pb2.Recipient(user_id="usr_1")


def samples() -> Iterator[tuple[str, dict[str, object]]]:
    """Template and view of each."""
    for kind in ("message", "notice", "reminder"):
        message = channel_pb2.SendMessageRequest(text="Hello", delivery_kind=kind, answer_url=_URL)
        yield "agent_message", message_view(message, _AUTHOR)
    for card in _cards():
        asked = channel_pb2.RequestFeedbackRequest(recipient=_READER, card=card)
        yield "feedback_request", card_view(asked, _AUTHOR)
        for resolution in _resolutions():
            card.resolution.CopyFrom(resolution)
            ended = channel_pb2.UpdateFeedbackRequest(recipient=_READER, card=card)
            yield "feedback_resolved", resolution_view(ended, _AUTHOR)


def _cards() -> Iterator[card_pb2.Card]:
    options = [feedback_pb2.FeedbackOption(value="a", label="A")]
    for kind in feedback_pb2.FeedbackKind.values()[1:]:
        for action in _ACTIONS:
            yield card_pb2.Card(
                kind=kind,
                prompt="Go on?",
                options=options,
                action_json=action,
                schema_json='{"properties": {"reason": {}}}',
                answer_url=_URL,
                is_dangerous=bool(action),
                allow_edit=bool(action),
                min_assurance=len(action) % 5,  # type: ignore[arg-type]  # any of the five
            )


def _resolutions() -> Iterator[card_pb2.Resolution]:
    for status in (
        feedback_pb2.FEEDBACK_STATUS_ANSWERED,
        feedback_pb2.FEEDBACK_STATUS_CANCELLED,
    ):
        yield card_pb2.Resolution(
            status=status,
            value_label="approved",
            responder_user_id="usr_1",
            comment="Fine",
            edited_action_json=_ACTIONS[1],
        )
