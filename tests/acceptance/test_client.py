"""The SDK and the command `parley` against the whole suite."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from parley_client import AsyncParley, ForgedWebhookError, NotApprovedError, Parley, verify_webhook


@pytest.fixture
def parley(world):
    with Parley(world.suite.url, world.agent["authorization"].removeprefix("Bearer ")) as parley:
        yield parley


def decide_soon(world, session, value, comment=None):
    """Somebody who answers the session's question as soon as it is shown."""

    def answer():
        asked = world.until(
            lambda: world.get("/api/feedback-requests", session_id=session.id)["feedback_requests"],
            bool,
        )
        token = world.token({"id": session.participants[0].user_id})
        world.post(
            f"/api/feedback-requests/{asked[0]['id']}/responses",
            {"value": value, "comment": comment},
            {"authorization": f"Bearer {token}"},
        )

    thread = threading.Thread(target=answer)
    thread.start()
    return thread


def new_session(parley, email="ann@example.com"):
    return parley.create_session([parley.create_user("Ann", email=email)], title="SDK")


def test_a_slack_click_ends_an_ask(world, parley):
    session = new_session(parley)
    asked = parley.ask(session, "Deploy **4.2**?", wait=0, delivery="all", action={"v": "4.2"})
    assert asked.is_pending
    world.cards_out({"id": asked.id})
    assert world.click({"id": asked.id}, "approved").status_code == 200
    decided = parley.wait(asked, 20)
    assert decided.is_approved
    assert (decided.response.channel, decided.response.assurance) == ("slack", "slack")
    assert decided.response.user_id == session.participants[0].user_id
    assert decided.action == {"v": "4.2"}


def test_a_rejection_raises_where_an_approval_is_needed(world, parley):
    session = new_session(parley)
    answering = decide_soon(world, session, "rejected", "Not on a Friday")
    with pytest.raises(NotApprovedError, match="Not on a Friday") as raised:
        parley.approve_or_raise(session, "Deploy?", wait=30)
    answering.join()
    assert raised.value.request.value == "rejected"


async def test_questions_at_once_on_one_loop(world):
    key = world.agent["authorization"].removeprefix("Bearer ")
    async with AsyncParley(world.suite.url, key) as parley:
        user = await parley.create_user("Bob", email="bob@example.com")
        sessions = [await parley.create_session([user]) for _ in range(3)]
        asks = [
            parley.ask(session, "Colour?", kind="choice", options=["red", "blue"], wait=30)
            for session in sessions
        ]
        threads = [decide_soon(world, session, "blue") for session in sessions]
        decided = await asyncio.gather(*asks)
        for thread in threads:
            thread.join()
        assert [each.value for each in decided] == ["blue"] * 3
        mine = await parley.sessions(limit=3)
        assert {each.id for each in mine} == {each.id for each in sessions}


def test_messages_deliveries_and_events(world, parley):
    session = new_session(parley)
    message = parley.send(session, "The build is *green*.", idempotency_key="build-1")
    assert parley.send(session, "The build is *green*.", idempotency_key="build-1") == message
    results = parley.send_batch([{"session_id": session.id, "text": f"{n}"} for n in range(3)])
    assert [each.status for each in results] == [202] * 3
    assert [each.text for each in parley.messages(session)][-3:] == ["0", "1", "2"]
    assert parley.deliveries(message)[0].kind == "message"
    kinds = [event.kind for event in parley.events(session)]
    assert kinds.count("message.created") == 4
    watched = parley.watch(session)
    assert [next(watched).seq for _ in range(4)] == [1, 2, 3, 4]


def test_a_webhook_verifies_and_a_changed_one_does_not(world, parley):
    heard = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append((dict(self.headers), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with Parley(world.suite.url, world.suite.secrets.admin_key) as operator:
            url = f"http://127.0.0.1:{server.server_port}/hook"
            agent = operator.create_agent("Hooked", webhook_url=url)
        with Parley(world.suite.url, agent.key) as hooked:
            session = new_session(hooked)
            asked = hooked.ask(session, "Deploy?", wait=0)
            hooked.cancel(asked)
        world.until(lambda: len(heard), lambda count: count >= 2)
        server.shutdown()
    events = [verify_webhook(agent.webhook_secret, *each) for each in heard]
    asked_event = next(each for each in events if each.kind == "feedback.requested")
    assert (asked_event.session_id, asked_event.data["id"]) == (session.id, asked.id)
    headers, body = heard[0]
    for secret, changed in ((agent.webhook_secret, body + b" "), ("whsec_" + "QUJD" * 8, body)):
        with pytest.raises(ForgedWebhookError):
            verify_webhook(secret, headers, changed)


def command(world, *arguments):
    key = world.agent["authorization"].removeprefix("Bearer ")
    environment = {"PATH": os.defpath, "PARLEY_URL": world.suite.url, "PARLEY_AGENT_KEY": key}
    return subprocess.run(
        [sys.executable, "-m", "parley_client.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(("value", "status"), [("approved", 0), ("rejected", 1)])
def test_the_command_ask_tells_the_decision_by_its_status(world, parley, value, status):
    session = new_session(parley)
    answering = decide_soon(world, session, value)
    done = command(world, "ask", "Deploy?", "--session", session.id, "--wait", "30")
    answering.join()
    assert done.returncode == status, done.stderr
    assert json.loads(done.stdout)["response"]["value"] == value


def test_the_command_ask_tells_expiry_and_errors(world, parley):
    user = parley.create_user("Ann", email="ann@example.com")
    expired = command(world, "ask", "Deploy?", "--user", user.id, "--expires", "1")
    assert (expired.returncode, json.loads(expired.stdout)["status"]) == (2, "expired")
    unknown = command(world, "ask", "Deploy?", "--user", "usr_unknown")
    assert unknown.returncode == 3
    assert "usr_unknown" in unknown.stderr


def test_the_commands_send_sessions_and_watch(world, parley):
    session = new_session(parley)
    sent = command(world, "send", "Hello", "--session", session.id)
    assert (sent.returncode, json.loads(sent.stdout)["text"]) == (0, "Hello")
    listed = command(world, "sessions", "--limit", "3")
    assert session.id in [json.loads(line)["id"] for line in listed.stdout.splitlines()]
    watched = command(world, "watch", session.id, "--for", "0.5")
    kinds = [json.loads(line)["kind"] for line in watched.stdout.splitlines()]
    assert "message.created" in kinds
    assert watched.returncode == 0
