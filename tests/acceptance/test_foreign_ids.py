"""Another agent's ids are as good as none, on every route that takes one."""

import re

import pytest

BODIES = {
    "/api/users/{user_id}/preferences": {"channels": ["slack"]},
    "/api/users/{user_id}/tokens": {},
    "/api/sessions/{session_id}/messages": {"text": "hello"},
    "/api/sessions/{session_id}/feedback-requests": {"prompt": "?", "kind": "approval"},
    "/api/sessions/{session_id}/channel": {"channel": "slack"},
    "/api/feedback-requests/{request_id}/responses": {"value": "approved"},
}
# Answered by people and providers, or the admin's: no agent's id decides there.
NOT_AN_AGENTS = ("/f/", "/api/channels/", "/assets/")


@pytest.fixture(scope="module")
def mine(connected):
    user, session = connected.person()
    message = connected.post(f"/api/sessions/{session['id']}/messages", {"text": "mine"})
    request = connected.ask(session)
    deliveries = connected.get(f"/api/messages/{message['id']}/deliveries")["deliveries"]
    return {
        "agent_id": connected.get(f"/api/sessions/{session['id']}")["agent"]["id"],
        "user_id": user["id"],
        "session_id": session["id"],
        "message_id": message["id"],
        "request_id": request["id"],
        "delivery_id": deliveries[0]["id"],
    }


@pytest.fixture(scope="module")
def other(connected):
    created = connected.post("/api/agents", {"name": "Other"}, connected.admin)
    return {"authorization": f"Bearer {created['key']}"}


def routes(world):
    paths = world.http.get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        if "{" in path and not path.startswith(NOT_AN_AGENTS):
            for method in methods:
                yield method.upper(), path


def test_every_route_with_an_id_hides_what_is_anothers(world, mine, other):
    tried = []
    for method, path in routes(world):
        names = re.findall(r"{(\w+)}", path)
        assert set(names) <= set(mine), f"{path}: add its ids to this test, or say why not"
        real = path.format(**mine)
        body = BODIES.get(path) if method in ("POST", "PUT") else None
        answer = world.http.request(method, real, json=body, headers=other)
        # answering is never an agent's right, whatever the id
        allowed = {403, 404} if path.endswith("/responses") else {404}
        assert answer.status_code in allowed, (method, path, answer.status_code, answer.text)
        tried.append((method, path))
    assert len(tried) >= 15, tried


def test_a_batch_hides_what_is_anothers(world, mine, other):
    body = {"messages": [{"session_id": mine["session_id"], "text": "x"}]}
    answer = world.http.post("/api/messages/batch", json=body, headers=other)
    assert answer.json()["results"][0]["status"] == 404


def test_lists_hold_nothing_of_anothers(world, mine, other):
    for path in ("/api/sessions", "/api/feedback-requests", "/api/deliveries"):
        found = world.http.get(path, headers=other)
        assert found.status_code == 200
        assert mine["session_id"] not in found.text
