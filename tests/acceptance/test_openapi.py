"""The running gateway against its own OpenAPI document: no server error, nothing undocumented."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from parley_suite.suite import Suite

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)
EXAMPLES = 4
PHASES = {
    "admin": "examples,coverage,fuzzing",
    "agent": "examples,fuzzing",
    "user": "examples,fuzzing",
}
"""Coverage asks a hundred things of each operation; what is refused by its shape is so for all."""


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    """A suite of its own: what is made up here is nobody else's business."""
    settings = {"PARLEY_LOG_LEVEL": "warning"}
    folder = tmp_path_factory.mktemp("openapi")
    suite = Suite(folder, base=os.environ, settings=settings, with_sandbox=False)  # noqa: TID251
    suite.start()
    suite.wait_until_ready()
    yield suite
    suite.stop()


@pytest.fixture(scope="module")
def made(suite):
    """One of everything that has an id, and a key of each role."""
    admin = {"authorization": f"Bearer {suite.secrets.admin_key}"}
    with httpx.Client(base_url=suite.url, timeout=20) as http:

        def post(path, body, headers):
            answer = http.post(path, json=body, headers=headers)
            assert answer.status_code in {201, 202}, answer.text
            return answer.json()

        created = post("/api/agents", {"name": "Deploy agent"}, admin)
        agent = {"authorization": f"Bearer {created['key']}"}
        user = post("/api/users", {"name": "Ann", "email": "ann@example.com"}, agent)
        session = post("/api/sessions", {"user_ids": [user["id"]]}, agent)
        path = f"/api/sessions/{session['id']}"
        message = post(f"{path}/messages", {"text": "Hello"}, agent)
        body = {"prompt": "Deploy?", "kind": "approval", "delivery": "all"}
        request = post(f"{path}/feedback-requests", body, agent)
        token = post(f"/api/users/{user['id']}/tokens", {}, agent)["token"]
        found = http.get(f"/api/messages/{message['id']}/deliveries", headers=agent).json()
    ids = {
        "agent_id": created["id"],
        "user_id": user["id"],
        "session_id": session["id"],
        "message_id": message["id"],
        "request_id": request["id"],
        "delivery_id": found["deliveries"][0]["id"],
    }
    keys = {"admin": suite.secrets.admin_key, "agent": created["key"], "user": token}
    return {"ids": ids, "keys": keys}


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("role", PHASES)
def test_every_answer_is_documented(suite, made, role, tmp_path):
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{suite.url}/openapi.json",
        "--header",
        f"Authorization: Bearer {made['keys'][role]}",
        "--checks",
        ",".join(CHECKS),
        "--phases",
        PHASES[role],
        "--max-examples",
        str(EXAMPLES),
        "--exclude-path-regex",
        "tokens/revoke$",  # it would end the test's own token
        "--continue-on-failure",
        "--no-color",
    ]
    environment = os.environ | {  # noqa: TID251  # the child's
        "SCHEMATHESIS_HOOKS": "openapi_hooks",
        "PYTHONPATH": str(Path(__file__).parent),
        "PARLEY_TEST_IDS": json.dumps(made["ids"]),
    }
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,  # it leaves a folder there
        env=environment,
        timeout=380,
    )
    report = done.stdout[done.stdout.find("FAILURES") :]
    assert done.returncode == 0, report[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


def test_the_document_says_who_may_refuse_and_shows_examples(suite):
    document = httpx.get(f"{suite.url}/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    schemas = document["components"]["schemas"]
    for name in ("NewSession", "NewFeedbackRequest", "NewResponse", "Session", "Message"):
        assert schemas[name]["examples"], name
    said = document["paths"]["/api/sessions/{session_id}/messages"]["post"]["requestBody"]
    assert said["content"]["application/json"]["schema"]["examples"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            is_open = operation.get("security") == []
            assert is_open or "401" in operation["responses"], f"{method} {path}"
            if "application/json" in operation.get("requestBody", {}).get("content", {}):
                assert {"400", "413", "415", "422"} <= set(operation["responses"]), path
