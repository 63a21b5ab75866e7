"""What the templates show; pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from parley.channel.v1 import card_pb2, channel_pb2
from parley.common.v1 import feedback_pb2
from parley_kit.clock import from_timestamp

_PREVIEW_CHARACTERS = 120
_PLACES = {"gmail": "by mail", "slack": "in Slack", "websocket": "in the web chat"}
_STATUS = {
    feedback_pb2.FEEDBACK_STATUS_EXPIRED: "Nobody answered in time.",
    feedback_pb2.FEEDBACK_STATUS_CANCELLED: "The question was withdrawn.",
}
_APPROVAL = ({"value": "approved", "label": "Approve"}, {"value": "rejected", "label": "Reject"})


def message_view(request: channel_pb2.SendMessageRequest, author: str) -> dict[str, object]:
    """Of a message."""
    return {
        "author": author,
        "title": request.conversation.title,
        "text": request.text,
        "answer_url": web_address(request.answer_url),
        "preview": preview(request.text),
        "delivery_id": request.delivery_id,
    }


def card_view(request: channel_pb2.RequestFeedbackRequest, author: str) -> dict[str, object]:
    """Of a question."""
    card = request.card
    return {
        "author": author,
        "title": request.conversation.title,
        "prompt": card.prompt,
        "preview": preview(card.prompt),
        "kind": kind_name(card.kind),
        "options": options(card),
        "action": action_text(card.action_json),
        "answer_url": web_address(card.answer_url),
        "answers_by_reply": card.min_assurance <= feedback_pb2.ASSURANCE_REPLY
        and card.kind != feedback_pb2.FEEDBACK_KIND_FORM,
        "expires": expiry(card, request.recipient.timezone),
        "delivery_id": request.delivery_id,
    }


def resolution_view(request: channel_pb2.UpdateFeedbackRequest, author: str) -> dict[str, object]:
    """Of a question's end."""
    resolution = request.card.resolution
    return {
        "author": author,
        "title": request.conversation.title,
        "prompt": request.card.prompt,
        "preview": resolution_sentence(resolution),
        "sentence": resolution_sentence(resolution),
        "value": resolution.value_label,
        "comment": resolution.comment,
        "resolved": local_time(from_timestamp(resolution.resolved_at), request.recipient.timezone)
        if resolution.HasField("resolved_at")
        else "",
        "tone": _tone(resolution),
        "delivery_id": request.delivery_id,
    }


def _tone(resolution: card_pb2.Resolution) -> str:
    if resolution.status != feedback_pb2.FEEDBACK_STATUS_ANSWERED:
        return "muted"
    return {"approved": "good", "rejected": "bad"}.get(resolution.value_label.lower(), "neutral")


def resolution_sentence(resolution: card_pb2.Resolution) -> str:
    """Who decided what, where; one sentence."""
    if resolution.status != feedback_pb2.FEEDBACK_STATUS_ANSWERED:
        return _STATUS.get(resolution.status, "The question is closed.")
    who = resolution.responder_name or "Somebody"
    where = _PLACES.get(
        resolution.channel, f"on {resolution.channel}" if resolution.channel else ""
    )
    what = resolution.value_label
    verb = what if what.lower() in {"approved", "rejected"} else f"answered “{what}”"
    return " ".join(filter(None, (who, verb, where))) + "."


def kind_name(kind: feedback_pb2.FeedbackKind.ValueType) -> str:
    """``approval``, ``choice``, ``text`` or ``form``."""
    return feedback_pb2.FeedbackKind.Name(kind).removeprefix("FEEDBACK_KIND_").lower()


def options(card: card_pb2.Card) -> list[dict[str, str]]:
    """What can be answered: value and label."""
    if card.kind == feedback_pb2.FEEDBACK_KIND_APPROVAL:
        return list(_APPROVAL)
    return [{"value": option.value, "label": option.label} for option in card.options]


def web_address(url: str) -> str:
    """The address of a page; empty unless it is one of the web."""
    return url if url.startswith(("https://", "http://")) else ""


def action_text(action_json: str) -> str:
    """The action as readable JSON, in the order it was given."""
    if not action_json:
        return ""
    try:
        return orjson.dumps(orjson.loads(action_json), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return action_json


def expiry(card: card_pb2.Card, timezone: str) -> str:
    """When the request ends, in the reader's time; empty when it does not."""
    if not card.HasField("expires_at"):
        return ""
    return local_time(from_timestamp(card.expires_at), timezone)


def local_time(moment: datetime, timezone: str) -> str:
    """E.g. ``Tue 24 Nov 2026, 14:05 CET``; UTC where the zone is not known."""
    try:
        zone = ZoneInfo(timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    return moment.astimezone(zone).strftime("%a %-d %b %Y, %H:%M %Z")


def preview(text: str) -> str:
    """The first words, for the list of mails."""
    words = " ".join(text.split())
    return words if len(words) <= _PREVIEW_CHARACTERS else words[: _PREVIEW_CHARACTERS - 1] + "…"
