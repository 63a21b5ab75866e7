"""Which ends of questions are worth a mail; pure."""

from __future__ import annotations

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley_gmail.writing.views import is_by


def is_news(card: card_pb2.Card, reader_id: str) -> bool:
    """Whether a mail about a question's end tells its reader something that they cannot know.

    The mail that asked says when its time is over. Who answered on the page, in Slack or in the web
    chat has seen there what became of it; who answered by mail has not. What releases something
    dangerous is confirmed to the person in whose name it was answered, wherever it was.
    """
    resolution = card.resolution
    if resolution.status == feedback_pb2.FEEDBACK_STATUS_EXPIRED:
        return False
    if resolution.status != feedback_pb2.FEEDBACK_STATUS_ANSWERED:
        return True
    if not is_by(resolution, reader_id):
        return True
    return card.is_dangerous or resolution.assurance == feedback_pb2.ASSURANCE_REPLY
