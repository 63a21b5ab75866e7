"""What every answer carries, the figures, the descriptions, the pages, and the demonstration."""

import asyncio
import re
import signal
import sys

import pytest
from tests.gateway.suite import ADMIN, AGENT, ANN, suite

from parley_gateway import cookies

OWN_PAGE = {"X-Parley-CSRF": "1", "Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize(
    "path", ["/healthz", "/", "/console", "/docs", "/api/sessions", "/nowhere", "/f/x", "/metrics"]
)
async def test_every_answer_has_the_security_headers(parley, path):
    answer = await parley.http.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] in {"no-store", "no-cache"}
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("given", "is_kept"), [("req-1.a_B", True), ("x" * 65, False), ("a b", False), ("a\tb", False)]
)
async def test_a_request_id_is_kept_if_it_is_harmless(parley, given, is_kept):
    answer = await parley.http.get("/healthz", headers={"X-Request-ID": given})
    assert (answer.headers["x-request-id"] == given) is is_kept
    assert re.fullmatch(r"[\w.-]{1,64}", answer.headers["x-request-id"])


async def test_figures_name_routes_and_never_ids(parley):
    await parley.http.post("/api/sessions/ses_1/messages", headers=AGENT, json={"text": "x"})
    await parley.http.get("/f/secret-token-0123456789")
    text = (await parley.http.get("/metrics")).text
    assert 'route="/api/sessions/{session_id}/messages",status="202"} 1.0' in text
    assert "parley_gateway_batch_messages_count 1.0" in text
    assert "parley_gateway_sockets 0.0" in text
    assert "secret-token" not in text
    assert "ses_1" not in text


async def test_the_interface_describes_itself(parley):
    document = (await parley.http.get("/openapi.json")).json()
    post = document["paths"]["/api/sessions/{session_id}/messages"]["post"]
    body = post["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["properties"]) == {"text", "reply_to", "metadata", "channel", "urgent"}
    assert "application/problem+json" in post["responses"]["409"]["content"]
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert len(operations) >= 35
    for operation in operations:
        assert operation["description"]
    assert "ProblemDocument" in document["components"]["schemas"]
    for reference in re.findall(
        r'"\$ref":"#/components/schemas/(\w+)"', (await parley.http.get("/openapi.json")).text
    ):
        assert reference in document["components"]["schemas"]


async def test_the_description_for_people_needs_no_network(parley):
    page = await parley.http.get("/docs")
    assert page.status_code == 200
    assert "/api/sessions/{session_id}/feedback-requests" in page.text
    assert not re.search(r'(src|href)="https?:', page.text)
    assert "with <code>wait_seconds</code> waits" in page.text
    assert "`" not in page.text


async def test_the_pages_are_served_under_their_policy(parley):
    chat = await parley.http.get("/")
    assets = re.findall(r'(?:src|href)="(/assets/[^"]+)"', chat.text)
    assert "script-src 'self'" in chat.headers["content-security-policy"]
    assert assets
    for path in assets:
        assert (await parley.http.get(path)).status_code == 200
    script = await parley.http.get("/assets/chat/main.js")
    assert "javascript" in script.headers["content-type"]
    for path in ("/assets/../app.py", "/assets/%2e%2e/app.py", "/assets/nothing.js"):
        assert (await parley.http.get(path)).status_code == 404


async def test_there_is_no_demonstration_unless_it_is_switched_on(parley):
    parley.http.cookies.set(cookies.USER, "token-usr_ann")
    shown = await parley.http.get("/api/demo")
    asked = await parley.http.post("/api/demo/question", headers=OWN_PAGE, json={"kind": "text"})
    assert (shown.status_code, asked.status_code) == (404, 404)
    assert not parley.orchestrator.asked


@pytest.mark.parametrize("kind", ["approval", "choice", "text", "form"])
async def test_the_demonstration_asks_the_signed_in_person(kind):
    async with suite(demo=True, demo_agent_key="key-agt_1") as parley:
        for session in ("ses_1", "ses_2"):
            parley.orchestrator.log.begin(session, "agt_1", ["usr_ann"])
        shown = (await parley.http.get("/api/demo")).json()
        assert shown == {"enabled": True, "sandbox_url": "http://127.0.0.1:8080"}
        parley.http.cookies.set(cookies.USER, "token-usr_ann")
        asked = await parley.http.post("/api/demo/question", headers=OWN_PAGE, json={"kind": kind})
        assert asked.status_code == 202
        [question] = parley.orchestrator.asked
        assert (question.session_id, question.delivery) == ("ses_2", "all")
        assert question.caller.agent_id == "agt_1"
        assert list(question.respondents) == ["usr_ann"]
        foreign = await parley.http.post("/api/demo/question", headers=AGENT, json={"kind": kind})
        assert foreign.status_code == 403


async def test_channels_show_their_connections_to_the_operator_only(parley):
    for caller, count in ((ADMIN, 1), (ANN, 0)):
        answer = (await parley.http.get("/api/channels", headers=caller)).json()
        assert len(answer["channels"][0]["connections"]) == count


async def started(**environment):
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "parley_gateway",
        env={"PARLEY_GATEWAY_PORT": "0", "PARLEY_LOG_FORMAT": "json", "PATH": "/usr/bin"}
        | environment,
        cwd="/",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def test_the_process_serves_and_ends_on_sigterm():
    process = await started(PARLEY_SECRET_KEYS="k" * 40, PARLEY_ADMIN_KEY="canary-admin-key")
    line = await asyncio.wait_for(process.stdout.readline(), 30)
    assert b'"serving"' in line
    process.send_signal(signal.SIGTERM)
    rest, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    assert b"canary" not in line + rest
    assert b"Traceback" not in rest


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, b"PARLEY_SECRET_KEYS is empty"),
        ({"PARLEY_SECRET_KEYS": "short"}, b"at least 32 characters"),
        ({"PARLEY_SECRET_KEYS": "k" * 40, "PARLEY_CHANNELS": "gmail"}, b"name=host:port"),
        ({"PARLEY_SECRET_KEYS": "k" * 40, "PARLEY_ALLOWED_ORIGINS": "x.org/"}, b"not an origin"),
        ({"PARLEY_SECRET_KEYS": "k" * 40, "PARLEY_GATEWAY_PORT": "x"}, b"PARLEY_GATEWAY_PORT"),
    ],
)
async def test_a_configuration_that_cannot_work_is_named(environment, words):
    process = await started(**environment)
    text, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 2
    assert words in text
    assert b"Traceback" not in text
