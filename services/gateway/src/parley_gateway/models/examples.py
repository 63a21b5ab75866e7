"""What the documents look like when they are filled in; the tests hold them to the schemas."""

from __future__ import annotations

from typing import Any

_AT = "2026-11-23T09:00:00.000Z"
_LATER = "2026-11-23T09:02:31.000Z"

SESSION: dict[str, Any] = {
    "id": "ses_06eh",
    "agent": {"id": "agt_06eh", "name": "Deploy agent"},
    "participants": [
        {"user_id": "usr_06eh", "name": "Ann Example", "is_present": True, "read_seq": 6}
    ],
    "title": "Release 1.4",
    "metadata": {"build": 1207},
    "channel": None,
    "used_channels": ["slack"],
    "channel_uses": [
        {
            "channel": "slack",
            "user_id": "usr_06eh",
            "connection_id": "con_06eh",
            "thread_ref": "D024BE91L:1763888400.000100",
        }
    ],
    "last_seq": 7,
    "created_at": _AT,
}
MESSAGE: dict[str, Any] = {
    "id": "msg_06eh",
    "session_id": "ses_06eh",
    "seq": 7,
    "author": {"kind": "agent", "id": "agt_06eh", "name": "Deploy agent"},
    "text": "Shall I deploy **1.4** now?",
    "reply_to": None,
    "metadata": {},
    "channel": "api",
    "created_at": _AT,
}
ACTION: dict[str, Any] = {"tool": "deploy", "service": "web", "version": "1.4"}
DIGEST = "9f2b" * 16
REQUEST: dict[str, Any] = {
    "id": "fbr_06eh",
    "session_id": "ses_06eh",
    "seq": 7,
    "kind": "approval",
    "prompt": "Deploy **1.4** to production?",
    "options": [],
    "schema": None,
    "action": ACTION,
    "digest": DIGEST,
    "status": "pending",
    "response": None,
    "cards": [
        {
            "channel": "slack",
            "state": "sent",
            "user_id": "usr_06eh",
            "delivery_id": "dlv_06eh",
            "update_state": "",
        }
    ],
    "respondents": ["usr_06eh"],
    "required_approvals": 1,
    "approvals": 0,
    "delivery": "all",
    "escalation": [],
    "reminders": [],
    "min_assurance": "link",
    "urgent": False,
    "dangerous": False,
    "allow_edit": False,
    "on_behalf_of": None,
    "expires_at": None,
    "created_at": _AT,
    "resolved_at": None,
}
RESPONSE: dict[str, Any] = {
    "value": "approved",
    "comment": None,
    "user_id": "usr_06eh",
    "user_name": "Ann Example",
    "channel": "slack",
    "assurance": "slack",
    "responded_at": _LATER,
    "edited_action": None,
    "digest": DIGEST,
}
RESOLVED: dict[str, Any] = REQUEST | {
    "status": "answered",
    "response": RESPONSE,
    "resolved_at": _LATER,
}
DELIVERY: dict[str, Any] = {
    "id": "dlv_06eh",
    "kind": "message",
    "session_id": "ses_06eh",
    "user_id": "usr_06eh",
    "subject_id": "msg_06eh",
    "channel": "slack",
    "state": "sent",
    "explanation": "websocket: not connected; slack: chosen",
    "next_attempt_at": None,
    "attempts": [
        {
            "number": 1,
            "started_at": _AT,
            "finished_at": _AT,
            "outcome": "sent",
            "code": None,
            "detail": None,
            "next_step": "accepted by the provider",
            "connection_id": "con_06eh",
        }
    ],
    "fallback_of": None,
    "created_at": _AT,
    "updated_at": _AT,
}
APPROVAL_WISH: dict[str, Any] = {
    "prompt": "Deploy **1.4** to production?",
    "kind": "approval",
    "action": ACTION,
    "delivery": "all",
    "expires_in_seconds": 3600,
}
CHOICE_WISH: dict[str, Any] = {
    "prompt": "The nightly import failed. What shall I do?",
    "kind": "choice",
    "options": [
        {"value": "retry", "label": "Retry now"},
        {"value": "skip", "label": "Skip it tonight"},
    ],
    "escalation": [{"after_seconds": 900, "channel": "slack"}],
}
FORM_WISH: dict[str, Any] = {
    "prompt": "How shall I book the table?",
    "kind": "form",
    "schema": {
        "type": "object",
        "properties": {
            "people": {"type": "integer", "title": "People", "minimum": 1, "maximum": 12},
            "outside": {"type": "boolean", "title": "Outside"},
        },
        "required": ["people"],
    },
}
