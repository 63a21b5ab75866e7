"""A delivery and a channel as the REST API shows them."""

from typing import Any

from tests.gateway.browser.conversation_log import Json


def delivery(number: int, state: str, **values: Any) -> Json:
    """A delivery of a message to Slack that was refused once."""
    attempt = {
        "number": 1,
        "started_at": "2026-11-23T09:00:00Z",
        "finished_at": "2026-11-23T09:00:01Z",
        "outcome": "not_sent",
        "code": "rate_limited",
        "detail": "Slack said to come back in 3 s",
        "next_step": "retry at 09:00:04",
        "connection_id": "con_slack",
    }
    return {
        "id": f"dlv_{number}",
        "kind": "message",
        "session_id": "ses_1",
        "user_id": "usr_ann",
        "subject_id": "msg_1",
        "channel": "slack",
        "state": state,
        "explanation": "Web chat was closed",
        "next_attempt_at": None,
        "attempts": [attempt],
        "fallback_of": None,
        "created_at": "2026-11-23T09:00:00Z",
        "updated_at": "2026-11-23T09:00:01Z",
    } | values


def channel_state(name: str) -> Json:
    """A healthy channel with one connection."""
    connection = {
        "connection_id": f"con_{name}",
        "display_name": f"{name} of Example",
        "status": "connected",
        "detail": "",
        "breaker": "closed",
        "last_error": "",
        "user_id": None,
    }
    return {
        "channel": name,
        "display_name": name,
        "status": "ok",
        "detail": "",
        "breaker": "closed",
        "breaker_until": None,
        "pacing": [],
        "queue_depth": 0,
        "parked": 0,
        "success_rate": 1.0,
        "attempts": 12,
        "sent_last_minute": 3,
        "latency_p50_ms": 41.0,
        "latency_p99_ms": 130.0,
        "connections": [] if name == "websocket" else [connection],
        "checked_at": "2026-11-23T09:00:00Z",
    }
