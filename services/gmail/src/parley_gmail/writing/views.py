"""What the templates show; pure. docs/reference/mail-templates.md lists it for operators."""

from __future__ import annotations

import orjson

from parley.channel.v1 import card_pb2, channel_pb2
from parley.common.v1 import feedback_pb2
from parley_kit.action_view import action_rows, action_text
from parley_kit.clock import from_timestamp, local_time

NOTICE, REMINDER = "notice", "reminder"
_PREVIEW_CHARACTERS = 120
_MOST_FORM_FIELDS = 12
_PLACES = {"gmail": "by mail", "slack": "in Slack", "websocket": "in the web chat"}
_STATUS = {
    feedback_pb2.FEEDBACK_STATUS_EXPIRED: "Nobody answered in time.",
    feedback_pb2.FEEDBACK_STATUS_CANCELLED: "The question was withdrawn.",
}
_APPROVAL = ({"value": "approved", "label": "Approve"}, {"value": "rejected", "label": "Reject"})
_ASKS = {
    "approval": "asks for your approval",
    "choice": "asks you to choose",
    "text": "asks you a question",
    "form": "asks you to fill in a form",
    "comment": "asks for your remarks",
}
_BUTTONS = {
    "choice": "Choose",
    "text": "Write your answer",
    "form": "Fill in the form",
    "comment": "Write a remark",
}


def message_view(request: channel_pb2.SendMessageRequest, author: str) -> dict[str, object]:
    """Of a message, a notice or a reminder."""
    return {
        "author": author,
        "title": request.conversation.title,
        "text": request.text,
        "answer_url": web_address(request.answer_url),
        "is_notice": request.delivery_kind == NOTICE,
        "is_reminder": request.delivery_kind == REMINDER,
        "preview": preview(request.text),
        "delivery_id": request.delivery_id,
    }


def card_view(request: channel_pb2.RequestFeedbackRequest, author: str) -> dict[str, object]:
    """Of a question."""
    card = request.card
    kind = kind_name(card.kind)
    return {
        "author": author,
        "asks": _ASKS.get(kind, "asks for your answer"),
        "button": _BUTTONS.get(kind, "Answer"),
        "title": request.conversation.title,
        "prompt": card.prompt,
        "preview": preview(card.prompt),
        "kind": kind,
        "options": options(card),
        "action": action_text(card.action_json) if card.action_json else "",
        "action_rows": action_rows(card.action_json),
        "form_fields": form_fields(card.schema_json),
        "is_dangerous": card.is_dangerous,
        "allow_edit": card.allow_edit,
        "answer_url": web_address(card.answer_url),
        "link_counts": card.min_assurance <= feedback_pb2.ASSURANCE_LINK,
        "reply_counts": card.min_assurance <= feedback_pb2.ASSURANCE_REPLY and kind != "form",
        "slack_counts": card.min_assurance <= feedback_pb2.ASSURANCE_SLACK,
        "expires": expiry(card, request.recipient.timezone),
        "delivery_id": request.delivery_id,
    }


def resolution_view(request: channel_pb2.UpdateFeedbackRequest, author: str) -> dict[str, object]:
    """Of a question's end."""
    resolution = request.card.resolution
    is_own = is_by(resolution, request.recipient.user_id)
    sentence = resolution_sentence(resolution, is_own=is_own)
    edited = resolution.edited_action_json
    return {
        "author": author,
        "title": request.conversation.title,
        "prompt": request.card.prompt,
        "preview": sentence,
        "sentence": sentence,
        "value": resolution.value_label,
        "comment": resolution.comment,
        "edited": action_text(edited) if edited else "",
        "edited_rows": action_rows(edited),
        "is_own": is_own,
        "resolved": local_time(from_timestamp(resolution.resolved_at), request.recipient.timezone)
        if resolution.HasField("resolved_at")
        else "",
        "tone": _tone(resolution),
        "delivery_id": request.delivery_id,
    }


def is_by(resolution: card_pb2.Resolution, user_id: str) -> bool:
    """Whether this person gave the answer that decided."""
    return bool(user_id) and resolution.responder_user_id == user_id


def _tone(resolution: card_pb2.Resolution) -> str:
    if resolution.status != feedback_pb2.FEEDBACK_STATUS_ANSWERED:
        return "muted"
    return {"approved": "good", "rejected": "bad"}.get(resolution.value_label.lower(), "neutral")


def resolution_sentence(resolution: card_pb2.Resolution, *, is_own: bool = False) -> str:
    """Who decided what, where; one sentence."""
    if resolution.status != feedback_pb2.FEEDBACK_STATUS_ANSWERED:
        return _STATUS.get(resolution.status, "The question is closed.")
    who = "You" if is_own else resolution.responder_name or "Somebody"
    where = _PLACES.get(
        resolution.channel, f"on {resolution.channel}" if resolution.channel else ""
    )
    return " ".join(filter(None, (who, _did(resolution.value_label), where))) + "."


def _did(what: str) -> str:
    if what.lower() in {"approved", "rejected"}:
        return f"{what} this"
    return f"answered “{what}”" if what else "answered"


def kind_name(kind: feedback_pb2.FeedbackKind.ValueType) -> str:
    """``approval``, ``choice``, ``text``, ``form`` or ``comment``."""
    return feedback_pb2.FeedbackKind.Name(kind).removeprefix("FEEDBACK_KIND_").lower()


def options(card: card_pb2.Card) -> list[dict[str, str]]:
    """What can be answered: value and label."""
    if card.kind == feedback_pb2.FEEDBACK_KIND_APPROVAL:
        return list(_APPROVAL)
    return [{"value": option.value, "label": option.label} for option in card.options]


def form_fields(schema_json: str) -> list[str]:
    """What a form asks for, as people read it; the first dozen."""
    try:
        properties = orjson.loads(schema_json)["properties"]
        names = [
            str(rules.get("title") or name.replace("_", " ")) for name, rules in properties.items()
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    more = len(names) - _MOST_FORM_FIELDS
    return names if more <= 0 else [*names[:_MOST_FORM_FIELDS], f"and {more} more"]


def web_address(url: str) -> str:
    """The address of a page; empty unless it is one of the web."""
    return url if url.startswith(("https://", "http://")) else ""


def expiry(card: card_pb2.Card, timezone: str) -> str:
    """When the request ends, in the reader's time; empty when it does not."""
    if not card.HasField("expires_at"):
        return ""
    return local_time(from_timestamp(card.expires_at), timezone)


def preview(text: str) -> str:
    """The first words, for the list of mails."""
    words = " ".join(text.split())
    return words if len(words) <= _PREVIEW_CHARACTERS else words[: _PREVIEW_CHARACTERS - 1] + "…"
