"""The whole suite as real processes, with the sandbox as the outside world."""

import json
import os
import time
import uuid
from contextlib import contextmanager

import httpx
import pytest
from tests.frame_schemas import FrameSchemas
from websockets.sync.client import connect

from parley_suite.connecting import connect_all
from parley_suite.suite import Suite

SETTINGS = {
    "PARLEY_LOG_LEVEL": "info",
    "PARLEY_LOG_FORMAT": "json",
    "GMAIL_POLL_SECONDS": "1",
    "PARLEY_LEASE_SECONDS": "2",
    "PARLEY_WEBHOOK_ALLOW_PRIVATE": "true",
}


class World:
    """Parley, its agent, and the people of the sandbox, through the outside only."""

    def __init__(self, suite):
        self.suite = suite
        self.http = httpx.Client(base_url=suite.url, timeout=70)
        self.sandbox = httpx.Client(base_url=suite.sandbox_url, timeout=20)
        self.admin = {"authorization": f"Bearer {suite.secrets.admin_key}"}
        self._journal = {}
        self.frames = FrameSchemas(self.get("/asyncapi.json", headers=self.admin))
        created = self.post("/api/agents", {"name": "Deploy agent"}, self.admin)
        self.agent = {"authorization": f"Bearer {created['key']}"}

    def post(self, path, body, headers=None, status=None):
        answer = self.http.post(path, json=body, headers=headers or self.agent)
        assert answer.status_code in ({status} if status else {200, 201, 202}), answer.text
        return answer.json()

    def get(self, path, headers=None, **parameters):
        answer = self.http.get(path, headers=headers or self.agent, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def person(self, name="Ann", email="ann@example.com"):
        user = self.post("/api/users", {"name": name, "email": email})
        session = self.post(
            "/api/sessions", {"user_ids": [user["id"]], "title": f"Release {uuid.uuid4().hex[:8]}"}
        )
        return user, session

    def prefer(self, user, *channels):
        answer = self.http.put(
            f"/api/users/{user['id']}/preferences",
            json={"channels": list(channels)},
            headers=self.agent,
        )
        assert answer.status_code == 200, answer.text

    def ask(self, session, **more):
        body = {"prompt": "Deploy 1.0?", "kind": "approval", "delivery": "all", **more}
        return self.post(f"/api/sessions/{session['id']}/feedback-requests", body)

    def request(self, request, wait_seconds=0):
        return self.get(f"/api/feedback-requests/{request['id']}", wait_seconds=wait_seconds)

    def token(self, user):
        return self.post(f"/api/users/{user['id']}/tokens", {})["token"]

    def journal(self, call):
        """What the providers accepted of one call, oldest first; asks for what is new only.

        Whole, after some hundred mails, it is megabytes, which keep the sandbox from its work.
        """
        known = self._journal.setdefault(call, [])
        after = known[-1]["n"] if known else 0
        answer = self.sandbox.get("/journal", params={"call": call, "after": after})
        known += answer.json()
        return list(known)

    def click(self, request, value, user="ann@example.com"):
        body = {"request": request["id"], "value": value, "user": user}
        return self.sandbox.post("/slack/click", json=body)

    def mail_about(self, session):
        """The newest mail in the session, as the sandbox accepted it: {headers…, text, html}."""
        sent = [e["mail"] for e in self.journal("drafts.send")]
        mails = [mail for mail in sent if session["title"] in json.dumps(mail)]
        assert mails, "no mail was sent in this session"
        return mails[-1]

    def reply(self, to_message, text, from_="ann@example.com"):
        body = {"to_message": to_message, "text": text, "from": from_}
        answer = self.sandbox.post("/gmail/reply", json=body)
        assert answer.status_code == 200, answer.text
        return answer

    def fault(self, channel, kind, **more):
        answer = self.sandbox.post("/faults", json={"channel": channel, "kind": kind, **more})
        assert answer.status_code in (200, 201), answer.text

    def clear_faults(self):
        self.sandbox.delete("/faults")

    def until(self, read, is_enough, seconds=60):
        """What `read` gives, once it is enough; the time is for machines that are slow and busy."""
        deadline = time.monotonic() + seconds
        while True:
            found = read()
            if is_enough(found):
                return found
            assert time.monotonic() < deadline, f"not in time; last: {json.dumps(found)[:3000]}"
            time.sleep(0.05)

    def cards_out(self, request, channels=("gmail", "slack"), seconds=60):
        """The request, once its cards are out on the channels."""

        def is_out(found):
            states = {card["channel"]: card["state"] for card in found["cards"]}
            return all(states.get(c) in ("sent", "delivered") for c in channels)

        return self.until(lambda: self.request(request), is_out, seconds)

    @contextmanager
    def socket(self, user, resume=None):
        """A signed-in web client that has said hello and was welcomed."""
        protocols = ["parley.v1", f"bearer.{self.token(user)}"]
        with connect(self.suite.url.replace("http", "ws") + "/ws", subprotocols=protocols) as ws:
            ws.send(json.dumps({"type": "hello", "id": 1, "resume": resume or {}}))
            self.frame(ws, lambda f: f["type"] == "welcome")
            yield ws

    def frame(self, ws, is_it, seconds=60):
        """The next frame that is it; others are passed over. All are as the document says."""
        deadline = time.monotonic() + seconds
        while True:
            frame = json.loads(ws.recv(timeout=max(0.01, deadline - time.monotonic())))
            self.frames.heard(frame)
            if is_it(frame):
                return frame


@pytest.fixture(scope="session")
def suite(tmp_path_factory):
    suite = Suite(tmp_path_factory.mktemp("suite"), base=os.environ, settings=SETTINGS)  # noqa: TID251
    suite.start()
    suite.wait_until_ready()
    connect_all(suite.url, suite.secrets.admin_key)
    yield suite
    suite.stop()


@pytest.fixture(scope="session")
def connected(suite):
    world = World(suite)
    suite.wait_until_connected()
    yield world
    world.http.close()
    world.sandbox.close()


@pytest.fixture
def world(connected):
    yield connected
    connected.clear_faults()
