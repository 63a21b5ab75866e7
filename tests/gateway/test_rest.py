"""Each route with a caller who may use it: status, and the document that comes back."""

import pytest
from tests.gateway.suite import ADMIN, AGENT, ANN

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def parley(shared):
    return shared


ROUTES = [
    ("POST", "/api/agents", ADMIN, {"name": "Bot"}, 201, {"id": "agt_1", "key": "key-agt_1"}),
    ("GET", "/api/agents", ADMIN, None, 200, {"agents": [{"id": "agt_1"}]}),
    ("POST", "/api/users", AGENT, {"name": "Ann", "email": "a@x.org"}, 201, {"email": "a@x.org"}),
    ("POST", "/api/users", ADMIN, {"name": "Ann"}, 201, {"id": "usr_ann", "email": None}),
    ("GET", "/api/users/usr_ann", ANN, None, 200, {"id": "usr_ann", "name": "Ann"}),
    ("GET", "/api/users/usr_ann/preferences", ANN, None, 200, {"channels": ["websocket"]}),
    (
        "PUT",
        "/api/users/usr_ann/preferences",
        ANN,
        {"channels": ["slack"], "quiet_hours": {"start": "22:00", "end": "07:00"}},
        200,
        {"channels": ["slack"], "quiet_hours": {"start": "22:00", "end": "07:00"}},
    ),
    ("POST", "/api/users/usr_ann/tokens", ADMIN, None, 201, {"token": "token-usr_ann"}),
    ("POST", "/api/users/usr_ann/tokens", ADMIN, {"lifetime_seconds": 60}, 201, {}),
    ("POST", "/api/users/usr_bob/tokens/revoke", ADMIN, None, 200, {"revoked": 1}),
    (
        "POST",
        "/api/sessions",
        AGENT,
        {"user_ids": ["usr_ann"], "metadata": {"a": [1]}},
        201,
        {"id": "ses_2", "metadata": {"a": [1]}, "agent": {"id": "agt_1"}},
    ),
    ("GET", "/api/sessions", ANN, None, 200, {"sessions": [{"id": "ses_1"}]}),
    ("GET", "/api/sessions/ses_1", AGENT, None, 200, {"id": "ses_1", "channel": None}),
    ("PUT", "/api/sessions/ses_1/channel", ANN, {"channel": "slack"}, 200, {"channel": "slack"}),
    ("PUT", "/api/sessions/ses_1/channel", ANN, {"channel": None}, 200, {"channel": None}),
    (
        "POST",
        "/api/sessions/ses_1/messages",
        AGENT,
        {"text": "Hi", "metadata": {"n": 1}},
        202,
        {"text": "Hi", "metadata": {"n": 1}, "author": {"kind": "agent", "id": "agt_1"}},
    ),
    ("GET", "/api/sessions/ses_1/messages", ANN, None, 200, {"messages": []}),
    ("GET", "/api/sessions/ses_1/events", ANN, None, 200, {"events": []}),
    (
        "POST",
        "/api/sessions/ses_1/feedback-requests",
        AGENT,
        {"prompt": "Go?", "kind": "approval", "action": {"deploy": 1}},
        202,
        {"kind": "approval", "status": "pending", "action": {"deploy": 1}, "response": None},
    ),
    ("GET", "/api/feedback-requests", ANN, None, 200, {"feedback_requests": []}),
    ("GET", "/api/messages/msg_1/deliveries", AGENT, None, 200, {"deliveries": [{"id": "dlv_1"}]}),
    ("GET", "/api/deliveries?state=dead", ADMIN, None, 200, {"deliveries": [{"state": "dead"}]}),
    ("POST", "/api/deliveries/dlv_1/retry", ADMIN, None, 200, {"state": "queued"}),
    ("GET", "/api/channels", ADMIN, None, 200, {"channels": [{"status": "ok"}]}),
    ("GET", "/api/channels/slack/status", ADMIN, None, 200, {"status": "ok", "channel": "slack"}),
    ("POST", "/api/channels/slack/refresh", ADMIN, None, 200, {}),
    ("DELETE", "/api/channels/slack/connections/con_1", ADMIN, None, 200, {"status": "connected"}),
    ("GET", "/healthz", {}, None, 200, {"status": "ok"}),
    ("GET", "/readyz", {}, None, 200, {"status": "ready"}),
]


def holds(expected, found) -> bool:
    """Whether everything expected is in what was found."""
    if isinstance(expected, dict):
        return all(holds(value, found[name]) for name, value in expected.items())
    if isinstance(expected, list):
        pairs = zip(expected, found, strict=True)
        return all(holds(one, other) for one, other in pairs)
    return bool(expected == found)


@pytest.mark.parametrize(
    ("method", "path", "caller", "body", "status", "expected"),
    ROUTES,
    ids=[f"{method} {path} {status}" for method, path, _, _, status, _ in ROUTES],
)
async def test_a_route_answers(parley, method, path, caller, body, status, expected):
    answer = await parley.http.request(method, path, headers=caller, json=body)
    assert answer.status_code == status, answer.text
    assert holds(expected, answer.json()), answer.json()


async def test_a_question_is_asked_answered_and_read(parley):
    asked = await parley.http.post(
        "/api/sessions/ses_1/feedback-requests",
        headers=AGENT | {"Idempotency-Key": "k1"},
        json={
            "prompt": "Which?",
            "kind": "choice",
            "options": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}],
            "expires_in_seconds": 60,
            "escalation": [{"after_seconds": 5, "channel": "gmail"}],
            "min_assurance": "slack",
        },
    )
    request_id = asked.json()["id"]
    sent = parley.orchestrator.asked[0]
    assert (sent.idempotency_key, sent.delivery, sent.min_assurance) == ("k1", "route", 3)
    path = f"/api/feedback-requests/{request_id}"
    answer = await parley.http.post(
        f"{path}/responses", headers=ANN, json={"value": "a", "comment": "fine"}
    )
    assert answer.status_code == 200
    assert parley.orchestrator.answers[0].channel == "api"
    read = (await parley.http.get(path, headers=AGENT)).json()
    assert read["status"] == "answered"
    assert (read["response"]["value"], read["response"]["comment"]) == ("a", "fine")


async def test_what_people_may_do_with_a_question_is_handed_on(parley):
    wishes = {
        "urgent": True,
        "dangerous": True,
        "allow_edit": True,
        "reminders": [60, 120],
        "on_behalf_of": "usr_bob",
    }
    asked = await parley.http.post(
        "/api/sessions/ses_1/feedback-requests",
        headers=AGENT,
        json={"prompt": "Refund?", "kind": "approval", "action": {"amount": 400}, **wishes},
    )
    assert asked.status_code == 202
    sent = parley.orchestrator.asked[0]
    assert {name: getattr(sent, name) for name in wishes} == wishes
    answer = await parley.http.post(
        f"/api/feedback-requests/{asked.json()['id']}/responses",
        headers=ANN,
        json={"value": "approved", "edited_action": {"amount": 40}},
    )
    assert answer.json()["response"]["edited_action"] == {"amount": 40}
    assert parley.orchestrator.answers[0].edited_action_json == '{"amount":40}'
    kept = await parley.http.get(
        f"/api/feedback-requests/{asked.json()['id']}/answers", headers=AGENT
    )
    [only] = kept.json()["answers"]
    assert (only["value"], only["is_accepted"], only["refusal"]) == ("approved", True, None)


async def test_a_late_answer_is_told_who_won(parley):
    request = parley.orchestrator.pose()
    parley.orchestrator.decide(request, channel="slack")
    answer = await parley.http.post(
        f"/api/feedback-requests/{request.id}/responses", headers=ANN, json={"value": "rejected"}
    )
    problem = answer.json()
    assert answer.status_code == problem["status"] == 409
    assert problem["code"] == "already_decided"
    assert problem["request_status"] == "answered"
    assert problem["response"] == {"value": "approved", "channel": "slack"}


async def test_cancel(parley):
    request = parley.orchestrator.pose()
    answer = await parley.http.post(f"/api/feedback-requests/{request.id}/cancel", headers=AGENT)
    assert answer.json()["status"] == "cancelled"


async def test_a_batch_answers_each_message_by_itself(parley):
    messages = [
        {"session_id": "ses_1", "text": "one"},
        {"session_id": "ses_nope", "text": "two"},
        {"session_id": "ses_1", "text": "three", "idempotency_key": "k"},
    ]
    answer = await parley.http.post(
        "/api/messages/batch", headers=AGENT, json={"messages": messages}
    )
    first, second, third = answer.json()["results"]
    assert answer.status_code == 200
    assert (first["status"], first["message"]["text"]) == (202, "one")
    assert (second["status"], second["problem"]["code"]) == (404, "unknown_id")
    assert third["message"]["seq"] == 2


async def test_an_idempotency_key_is_passed_on(parley):
    headers, path = AGENT | {"Idempotency-Key": "k1"}, "/api/sessions/ses_1/messages"
    await parley.http.post(path, headers=headers, json={"text": "one"})
    other = await parley.http.post(path, headers=headers, json={"text": "two"})
    assert other.status_code == 409
    assert other.json()["code"] == "idempotency_key_reused"
    assert other.json()["key"] == "k1"
