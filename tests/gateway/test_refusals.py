"""What is malformed, too large, unknown or not allowed: a problem document, and nothing happens."""

import asyncio

import httpx
import pytest
from tests.gateway.suite import (
    ADMIN,
    AGENT,
    ANN,
    BOB,
    OTHER_AGENT,
    gateway_settings,
    running,
)

from parley_kit import errors

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def parley(shared):
    return shared


MESSAGES = "/api/sessions/ses_1/messages"
QUESTIONS = "/api/sessions/ses_1/feedback-requests"
JSON = {"Content-Type": "application/json"}

BODIES = [
    (MESSAGES, b"{", JSON, 400, "invalid_json"),
    (MESSAGES, b"", JSON, 400, "invalid_json"),
    (MESSAGES, b"\xff\xfe", JSON, 400, "invalid_json"),
    (MESSAGES, b'{"text": "\\ud800"}', JSON, 400, "invalid_json"),
    (MESSAGES, b'{"text": NaN}', JSON, 400, "invalid_json"),
    (MESSAGES, b"[" * 100_000, JSON, 400, "invalid_json"),
    (MESSAGES, b"[]", JSON, 422, "invalid_field"),
    (MESSAGES, b'{"text": ""}', JSON, 422, "invalid_field"),
    (MESSAGES, b'{"text": 5}', JSON, 422, "invalid_field"),
    (MESSAGES, b'{"text": "a\\u0000b"}', JSON, 422, "invalid_field"),
    (MESSAGES, b'{"text": "x", "colour": "red"}', JSON, 422, "invalid_field"),
    (MESSAGES, b'{"text": "%s"}' % (b"x" * 40_001), JSON, 422, "invalid_field"),
    (MESSAGES, b'{"text":"x","metadata":{"a":"%s"}}' % (b"x" * 17_000), JSON, 422, "invalid_field"),
    (MESSAGES, b'{"text":"x","metadata":{"a":"\\u0000"}}', JSON, 422, "invalid_field"),
    (MESSAGES, b'{"text":"x","metadata":{"a\\\\\\u0000":1}}', JSON, 422, "invalid_field"),
    ("/api/sessions/ses%00_1/messages", b'{"text":"x"}', JSON, 422, "invalid_field"),
    (MESSAGES, b'{"text": "x"}', {"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
    (MESSAGES, b'{"text": "x"}', {}, 415, "unsupported_media_type"),
    (MESSAGES, b"x" * (1024 * 1024 + 1), JSON, 413, "too_large"),
    (QUESTIONS, b"{", JSON, 400, "invalid_json"),
    (QUESTIONS, b'{"prompt": "x", "kind": "oracle"}', JSON, 422, "invalid_field"),
    (QUESTIONS, b'{"kind": "text"}', JSON, 422, "invalid_field"),
    (QUESTIONS, b'{"prompt": "x", "kind": "text", "expires_in_seconds": 0}', JSON, 422, "invalid_field"),
    (QUESTIONS, b'{"prompt": "x", "kind": "text"}', {"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
    (QUESTIONS, b"x" * (1024 * 1024 + 1), JSON, 413, "too_large"),
    ("/api/messages/batch", b'{"messages": []}', JSON, 422, "invalid_field"),
    ("/api/sessions", b'{"user_ids": "usr_ann"}', JSON, 422, "invalid_field"),
    ("/api/sessions", b'{"user_ids": ["usr_ann"], "title": "a\\r\\nb"}', JSON, 422, "invalid_field"),
    ("/api/users", b'{"name": "x", "email": "a@x.org\\nBcc: b@x.org"}', JSON, 422, "invalid_field"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "headers", "status", "code"), BODIES)
async def test_a_body_is_refused(parley, path, body, headers, status, code):
    answer = await parley.http.post(path, headers=AGENT | headers, content=body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["detail"]
    assert not parley.orchestrator.said
    assert not parley.orchestrator.asked


async def test_a_text_about_nul_is_not_nul(parley):
    body = {"text": "x", "metadata": {"a": "write \\u0000 for NUL"}}
    answer = await parley.http.post(MESSAGES, headers=AGENT, json=body)
    assert answer.json()["metadata"] == body["metadata"]


async def test_a_bad_field_is_named(parley):
    body = {"messages": [{"session_id": "ses_1", "text": "x"}, {"session_id": "ses_1"}]}
    problem = (await parley.http.post("/api/messages/batch", headers=AGENT, json=body)).json()
    assert problem["field"] == "messages.1.text"


async def test_a_body_that_hides_its_size_is_refused(parley):
    async def chunks():
        for _ in range(20):
            yield b"x" * 65_536

    answer = await parley.http.post(MESSAGES, headers=AGENT | JSON, content=chunks())
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        f"{MESSAGES}?after=-1",
        f"{MESSAGES}?after=x",
        f"{MESSAGES}?limit=0",
        "/api/sessions/ses_1/events?wait_seconds=61",
        "/api/sessions/ses_1/events?wait_seconds=nan",
        "/api/feedback-requests?status=maybe",
        "/api/deliveries?state=flying",
        "/api/users/%2e%2e%0a",
        "/api/deliveries?session_id=a%00",
        "/api/sessions?page_token=a%00",
        "/api/sessions?limit=100000",
    ],
)
async def test_a_query_is_refused(parley, path):
    answer = await parley.http.get(path, headers=AGENT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "invalid_field"


ROLES = [
    ("POST", "/api/agents", AGENT, {"name": "x"}),
    ("GET", "/api/agents", ANN, None),
    ("POST", "/api/users", ANN, {"name": "x"}),
    ("POST", "/api/sessions", ANN, {"user_ids": ["usr_ann"]}),
    ("POST", QUESTIONS, ANN, {"prompt": "x", "kind": "text"}),
    ("POST", "/api/feedback-requests/fbr_1/responses", AGENT, {"value": "approved"}),
    ("POST", "/api/feedback-requests/fbr_1/responses", ADMIN, {"value": "approved"}),
    ("GET", "/api/channels/slack/status", AGENT, None),
    ("POST", "/api/channels/slack/refresh", ANN, None),
    ("DELETE", "/api/channels/slack/connections/con_1", AGENT, None),
    ("GET", "/api/channels/slack/auth", AGENT, None),
    ("GET", "/api/channels/slack/auth", ANN, None),
    ("GET", "/api/channels/slack/auth?user_id=usr_bob", ANN, None),
    ("GET", "/api/channels/slack/auth?user_id=usr_ann&shared=true", ANN, None),
]


@pytest.mark.parametrize(("method", "path", "caller", "body"), ROLES)
async def test_a_role_is_refused(parley, method, path, caller, body):
    parley.orchestrator.pose()
    answer = await parley.http.request(method, path, headers=caller, json=body)
    assert answer.status_code in {403, 422}, answer.text
    assert not parley.orchestrator.answers
    assert not parley.channel.started


FOREIGN = [
    ("GET", "/api/sessions/ses_1", None),
    ("GET", MESSAGES, None),
    ("GET", "/api/sessions/ses_1/events", None),
    ("POST", MESSAGES, {"text": "x"}),
    ("PUT", "/api/sessions/ses_1/channel", {"channel": "slack"}),
    ("POST", QUESTIONS, {"prompt": "x", "kind": "text"}),
    ("GET", "/api/feedback-requests/fbr_1", None),
    ("POST", "/api/feedback-requests/fbr_1/cancel", None),
]


@pytest.mark.parametrize(("method", "path", "body"), FOREIGN)
async def test_what_belongs_to_another_agent_does_not_exist(parley, method, path, body):
    parley.orchestrator.pose()
    answer = await parley.http.request(method, path, headers=OTHER_AGENT, json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_id")


async def test_another_person_does_not_exist(parley):
    answer = await parley.http.get("/api/users/usr_ann", headers=BOB)
    assert answer.status_code == 404


STATUSES = {
    errors.InvalidArgumentError: (400, "invalid_field"),
    errors.UnauthenticatedError: (401, "bad_credential"),
    errors.PermissionDeniedError: (403, "not_allowed"),
    errors.NotFoundError: (404, "unknown_id"),
    errors.AlreadyExistsError: (409, "idempotency_key_reused"),
    errors.FailedPreconditionError: (409, "wrong_state"),
    errors.ResourceExhaustedError: (429, "limit_reached"),
    errors.UnimplementedError: (501, "not_offered"),
    errors.UnavailableError: (503, "unavailable"),
    errors.DeadlineExceededError: (504, "unavailable"),
    errors.InternalError: (500, "internal"),
}


@pytest.mark.parametrize("kind", errors.FAMILY.values(), ids=lambda kind: kind.__name__)
async def test_every_error_of_the_orchestrator_has_a_status(parley, kind):
    parley.orchestrator.raises = kind("Because.", retry_after=errors.timedelta(seconds=2.5))
    answer = await parley.http.post(MESSAGES, headers=AGENT, json={"text": "x"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == STATUSES[kind]
    assert problem["status"] == answer.status_code
    assert answer.headers["retry-after"] == "3"
    assert ("www-authenticate" in answer.headers) == (answer.status_code == 401)


async def test_a_larger_message_than_the_service_takes_is_413(parley):
    reason = errors.Reason.ERROR_REASON_TOO_LARGE
    parley.orchestrator.raises = errors.ResourceExhaustedError("Too large.", reason=reason)
    answer = await parley.http.post(MESSAGES, headers=AGENT, json={"text": "x"})
    assert answer.status_code == 413


async def test_unknown_routes_methods_and_channels(parley):
    nowhere = await parley.http.get("/api/nowhere")
    method = await parley.http.delete("/api/sessions", headers=AGENT)
    channel = await parley.http.get("/api/channels/fax/status", headers=ADMIN)
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "unknown_route")
    assert (method.status_code, method.json()["code"]) == (405, "method_not_allowed")
    assert (channel.status_code, channel.json()["code"]) == (404, "unknown_channel")
    assert channel.json()["channel"] == "fax"


async def test_a_defect_shows_nothing_of_its_inside(parley, monkeypatch):
    async def broken(_messages):
        raise KeyError("secret detail")

    monkeypatch.setattr(parley.gateway.batcher, "submit", broken)
    headers = AGENT | {"X-Request-ID": "req-7"}
    answer = await parley.http.post(MESSAGES, headers=headers, json={"text": "x"})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == "req-7"


async def test_while_the_orchestrator_is_away_nobody_is_let_in_and_the_answer_says_so():
    async with (
        running(gateway_settings(1, 1)) as (_gateway, url),
        httpx.AsyncClient(base_url=url) as http,
    ):
        answer = await http.get("/api/sessions", headers=AGENT, timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "127.0.0.1" not in answer.text


@pytest.mark.parametrize("path", [MESSAGES, "/api/channels/slack/events"])
async def test_who_hangs_up_within_a_request_is_no_defect(parley, path, capsys):
    async def counted():
        figures = (await parley.http.get("/metrics")).text
        return [line for line in figures.splitlines() if 'status="499"' in line]

    before = await counted()
    host, port = parley.url.removeprefix("http://").split(":")
    _reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: {AGENT['Authorization']}\r\n"
    writer.write(f"{head}content-type: application/json\r\ncontent-length: 90\r\n\r\n".encode())
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.close()
    await writer.wait_closed()

    async with asyncio.timeout(30):
        while await counted() == before:  # noqa: ASYNC110  # another task is waited for
            await asyncio.sleep(0.02)
    assert "a request failed" not in capsys.readouterr().err
    assert not parley.orchestrator.asked
