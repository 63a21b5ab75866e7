"""How a request ended, in one line: what, who, where, when, and the comment."""

from __future__ import annotations

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley_kit.clock import from_timestamp
from parley_slack.rendering.dates import reader_time
from parley_slack.rendering.safe_text import literal, shortened

_CHANNELS = {"slack": "Slack", "gmail": "Gmail", "websocket": "web chat"}
_LABEL_CHARACTERS = 600
_NAME_CHARACTERS = 200
_COMMENT_CHARACTERS = 1_500


def outcome_line(resolution: card_pb2.Resolution, *, with_comment: bool = True) -> str:
    """The end of a request as mrkdwn."""
    parts = [_what(resolution), _who(resolution), _where(resolution), _when(resolution)]
    line = " ".join(part for part in parts if part)
    said = resolution.comment.strip() if with_comment else ""
    comment = shortened(said, _COMMENT_CHARACTERS)
    quoted = "".join(f"\n> {literal(part)}" for part in comment.split("\n")) if comment else ""
    return line + quoted


def _what(resolution: card_pb2.Resolution) -> str:
    if resolution.status == feedback_pb2.FEEDBACK_STATUS_EXPIRED:
        return "⌛ *Expired* without an answer"
    if resolution.status == feedback_pb2.FEEDBACK_STATUS_CANCELLED:
        return "🚫 *Withdrawn* by the agent"
    label = shortened(" ".join(resolution.value_label.split()), _LABEL_CHARACTERS) or "answered"
    sign = "❌" if label.lower() == "rejected" else "✅"
    return f"{sign} *{literal(label[:1].upper() + label[1:])}*"


def _who(resolution: card_pb2.Resolution) -> str:
    name = shortened(" ".join(resolution.responder_name.split()), _NAME_CHARACTERS)
    return f"by {literal(name)}" if name else ""


def _where(resolution: card_pb2.Resolution) -> str:
    if not resolution.channel:
        return ""
    return f"in {literal(_CHANNELS.get(resolution.channel, resolution.channel))}"


def _when(resolution: card_pb2.Resolution) -> str:
    if not resolution.HasField("resolved_at"):
        return ""
    return f"· {reader_time(from_timestamp(resolution.resolved_at))}"
