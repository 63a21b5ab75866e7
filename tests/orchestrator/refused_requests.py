"""Requests with one thing wrong each, and the field that the refusal must name."""

import json

from tests.orchestrator.running import (
    ADMIN,
    APPROVED,
)

from parley.common.v1 import feedback_pb2 as common
from parley.orchestrator.v1 import (
    agents_pb2,
    feedback_pb2,
    messages_pb2,
    sessions_pb2,
    users_pb2,
)


def sending(w, **more):
    return "MessageService/SendMessage", messages_pb2.SendMessageRequest(
        **{"caller": w.agent, "session_id": w.session, "text": "Hi", **more}
    )


def asking(w, **more):
    return "FeedbackService/CreateFeedbackRequest", feedback_pb2.CreateFeedbackRequestRequest(
        **{
            "caller": w.agent,
            "session_id": w.session,
            "prompt": "?",
            "kind": common.FEEDBACK_KIND_APPROVAL,
            **more,
        }
    )


def beginning(w, **more):
    return "SessionService/CreateSession", sessions_pb2.CreateSessionRequest(
        **{"caller": w.agent, "user_ids": [w.user], **more}
    )


def creating_user(w, **more):
    return "UserService/CreateUser", users_pb2.CreateUserRequest(
        caller=w.agent, user=users_pb2.User(**{"name": "Bob", **more})
    )


def creating_agent(w, **more):
    return "AgentService/CreateAgent", agents_pb2.CreateAgentRequest(
        **{"caller": ADMIN, "name": "n", **more}
    )


def preferring(w, channels=(), **quiet):
    preferences = users_pb2.Preferences(channels=channels)
    if quiet:
        preferences.quiet_hours.CopyFrom(users_pb2.QuietHours(**quiet))
    return "UserService/PutPreferences", users_pb2.PutPreferencesRequest(
        caller=w.agent, user_id=w.user, preferences=preferences
    )


def answering(w, **more):
    return "FeedbackService/RecordResponse", feedback_pb2.RecordResponseRequest(
        **{"caller": w.ann, "request_id": w.request, "value_json": APPROVED, **more}
    )


def options(*values):
    return [common.FeedbackOption(value=value, label=value) for value in values]


CHOICE = {"kind": common.FEEDBACK_KIND_CHOICE}
FORM = {"kind": common.FEEDBACK_KIND_FORM}
STEP = feedback_pb2.EscalationStep
HEADER_INJECTIONS = ("a\rb", "a\nb", "a\r\nBcc: x", "=?utf-8?q?x?=", "a\x00b", "a\u2028b", "a\x85b")
REFUSED = [
    *((beginning, {"title": text}, "title") for text in HEADER_INJECTIONS),
    *((creating_user, {"name": f"B{text}"}, "name") for text in HEADER_INJECTIONS),
    *((creating_agent, {"name": f"n{text}"}, "name") for text in HEADER_INJECTIONS),
    *((creating_user, {"email": f"b@x.org{text}"}, "email") for text in HEADER_INJECTIONS),
    *((sending, {"idempotency_key": text}, "idempotency_key") for text in HEADER_INJECTIONS[:3]),
    (sending, {"text": ""}, "text"),
    (sending, {"text": " \n"}, "text"),
    (sending, {"text": "x" * 40_001}, "text"),
    (sending, {"text": "a\x00b"}, "text"),
    (sending, {"metadata_json": "[]"}, "metadata"),
    (sending, {"metadata_json": "{"}, "metadata"),
    (sending, {"metadata_json": json.dumps({"a": "x" * 16_384})}, "metadata"),
    (sending, {"metadata_json": '{"a":' * 300 + "1" + "}" * 300}, "metadata"),
    (sending, {"idempotency_key": "k" * 256}, "idempotency_key"),
    (beginning, {"user_ids": []}, "user_ids"),
    (beginning, {"user_ids": [f"usr_{n}" for n in range(51)]}, "user_ids"),
    (beginning, {"title": "x" * 201}, "title"),
    (beginning, {"metadata_json": "1"}, "metadata"),
    (creating_user, {"name": ""}, "name"),
    (creating_user, {"name": "x" * 101}, "name"),
    (creating_user, {"email": "not an address"}, "email"),
    (creating_user, {"email": "a@b@c.org"}, "email"),
    (creating_user, {"timezone": "Mars/Olympus"}, "timezone"),
    (creating_user, {"timezone": "../../etc/passwd"}, "timezone"),
    (creating_user, {"slack_user_id": "U" * 51}, "slack_user_id"),
    *(
        (creating_agent, {"webhook_url": url}, "webhook_url")
        for url in (
            "ftp://example.com/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
            "https:///path",
            "example.com",
            "http://[::1",
            "http://x:99999/",
            "http://x:port/",
            "http://x/\r\nHost: y",
            "http://x/" + "a" * 2_000,
        )
    ),
    (preferring, {"channels": ["fax"]}, "channels"),
    (preferring, {"channels": ["websocket", "websocket"]}, "channels"),
    (preferring, {"start": "25:00", "end": "07:00"}, "quiet_hours.start"),
    (preferring, {"start": "22:00", "end": "7"}, "quiet_hours.end"),
    (asking, {"prompt": ""}, "prompt"),
    (asking, {"prompt": "x" * 8_001}, "prompt"),
    (asking, {"kind": common.FEEDBACK_KIND_UNSPECIFIED}, "kind"),
    (asking, {"kind": 99}, "kind"),
    (asking, {"min_assurance": 99}, "min_assurance"),
    (asking, {"min_assurance": -1}, "min_assurance"),
    (asking, {"expires_in_seconds": -1}, "expires_in_seconds"),
    (asking, {"expires_in_seconds": 31_536_001}, "expires_in_seconds"),
    (asking, {"respondents": ["usr_other"]}, "respondents"),
    (asking, {"required_approvals": 2}, "required_approvals"),
    (asking, {"required_approvals": -1}, "required_approvals"),
    (asking, {"delivery": "pigeon"}, "delivery"),
    (asking, {"action_json": "{"}, "action"),
    (asking, {"action_json": json.dumps("x" * 32_768)}, "action"),
    (asking, {"action_json": "[" * 65 + "]" * 65}, "action"),
    (asking, {"schema_json": "{}"}, "schema"),
    (asking, {"options": options("a", "b")}, "options"),
    (asking, CHOICE, "options"),
    (asking, {**CHOICE, "options": options("a")}, "options"),
    (asking, {**CHOICE, "options": options("a", "a")}, "options"),
    (asking, {**CHOICE, "options": options("a", "")}, "options.value"),
    (asking, {**CHOICE, "options": options("a", "b" * 101)}, "options.value"),
    (asking, {**CHOICE, "options": options("a", "b\nc")}, "options.value"),
    (asking, {**CHOICE, "options": options(*map(str, range(101)))}, "options"),
    (
        asking,
        {**CHOICE, "options": options("a", "b"), "required_approvals": 2},
        "required_approvals",
    ),
    (asking, FORM, "schema"),
    (asking, {**FORM, "schema_json": "{}"}, "schema"),
    (
        asking,
        {**FORM, "schema_json": '{"type": "object", "properties": {"a": {"$ref": "#"}}}'},
        "schema",
    ),
    (asking, {"escalation": [STEP(after_seconds=0, channel="websocket")]}, "escalation"),
    (asking, {"escalation": [STEP(after_seconds=-5, channel="websocket")]}, "escalation"),
    (asking, {"escalation": [STEP(after_seconds=9, channel="websocket")] * 2}, "escalation"),
    (
        asking,
        {"escalation": [STEP(after_seconds=n, channel="websocket") for n in range(1, 12)]},
        "escalation",
    ),
    (answering, {"value_json": "{"}, "value"),
    (answering, {"value_json": json.dumps("x" * 65_536)}, "value"),
    (answering, {"comment": "x" * 4_001}, "comment"),
    (answering, {"comment": "a\x00b"}, "comment"),
    (answering, {"channel": "slack"}, "channel"),
]
