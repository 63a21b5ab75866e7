"""One frame of each kind, as a client would see it; the tests hold them to the schemas."""

from __future__ import annotations

from typing import Any

from parley_gateway.models.examples import MESSAGE, REQUEST, RESOLVED, SESSION

_AT = "2026-11-23T09:00:00.000Z"
_DELIVERY = {
    "id": "dlv_06eh",
    "kind": "message",
    "channel": "slack",
    "state": "sent",
    "user_id": "usr_06eh",
    "subject_id": "msg_06eh",
    "explanation": "websocket: not connected; slack: chosen",
}
_BEGUN = SESSION | {
    "participants": [{"user_id": "usr_06eh", "name": "Ann Example"}],
    "last_seq": 0,
    "used_channels": [],
}
_MOVE = {
    "channel": "slack",
    "from": None,
    "by": {"kind": "user", "id": "usr_06eh", "name": "Ann Example"},
}
_PREFERENCES = {
    "user_id": "usr_06eh",
    "channels": ["slack", "websocket", "gmail"],
    "quiet_hours": {"start": "22:00", "end": "07:00"},
}
_HEALTH = {
    "channel": "slack",
    "display_name": "Slack",
    "status": "down",
    "detail": "Slack does not answer; Parley tries again.",
    "checked_at": _AT,
}


def _event(kind: str, data: dict[str, Any], seq: int | None = 7) -> list[dict[str, Any]]:
    session_id = None if seq is None else "ses_06eh"
    frame = {"type": "event", "session_id": session_id, "seq": seq, "kind": kind}
    return [frame | {"data": data, "created_at": _AT}]


EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "hello": [{"type": "hello", "id": 1, "resume": {"ses_06eh": 6}}],
    "message.send": [
        {
            "type": "message.send",
            "id": 2,
            "session_id": "ses_06eh",
            "text": "After lunch, please.",
            "idempotency_key": "1f0c7c3e",
        }
    ],
    "feedback.respond": [
        {"type": "feedback.respond", "id": 3, "request_id": "fbr_06eh", "value": "approved"}
    ],
    "ack": [{"type": "ack", "session_id": "ses_06eh", "seq": 7}],
    "channel.switch": [
        {"type": "channel.switch", "id": 4, "session_id": "ses_06eh", "channel": "slack"}
    ],
    "preferences.update": [
        {"type": "preferences.update", "id": 5, "channels": ["slack", "websocket", "gmail"]}
    ],
    "typing": [{"type": "typing", "session_id": "ses_06eh"}],
    "ping": [{"type": "ping"}],
    "welcome": [
        {
            "type": "welcome",
            "user": {"id": "usr_06eh", "name": "Ann Example"},
            "sessions": [SESSION],
            "heartbeat_seconds": 25,
        }
    ],
    "ok": [{"type": "ok", "id": 2, "data": MESSAGE}],
    "error": [
        {
            "type": "error",
            "id": 3,
            "code": "already_decided",
            "message": "Bob Example approved this on Slack at 09:00 UTC.",
            "request_status": "answered",
        }
    ],
    "pong": [{"type": "pong"}],
    "typing.others": [
        {
            "type": "typing",
            "session_id": "ses_06eh",
            "user_id": "agt_06eh",
            "name": "Deploy agent",
            "kind": "agent",
        }
    ],
    "read": [{"type": "read", "session_id": "ses_06eh", "user_id": "usr_06eh", "seq": 7}],
    "presence": [{"type": "presence", "user_id": "usr_06ei", "is_present": True}],
    "event.session.created": _event("session.created", _BEGUN, 1),
    "event.message.created": _event("message.created", MESSAGE),
    "event.delivery.updated": _event("delivery.updated", _DELIVERY),
    "event.feedback.requested": _event("feedback.requested", REQUEST),
    "event.feedback.reminded": _event(
        "feedback.reminded", {"request_id": "fbr_06eh", "user_ids": ["usr_06eh"]}
    ),
    "event.feedback.resolved": _event("feedback.resolved", RESOLVED),
    "event.channel.switched": _event("channel.switched", _MOVE),
    "event.preferences.updated": _event("preferences.updated", _PREFERENCES),
    "event.channel.health": _event("channel.health", _HEALTH, None),
}
