"""Two gateways and two orchestrators on one PostgreSQL, as processes; one of them is killed."""

import contextlib
import json
import os
import threading
import time
import uuid

import httpx
import pytest
from tests.name_server import NameServer
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from parley_suite.environment import Ports
from parley_suite.process import Process
from parley_suite.suite import Suite, commands

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
HOSTS = {"one": "127.0.0.1", "two": "127.0.0.2"}


class Replicas:
    """Gateways `a` and `b` in front of orchestrators `one` and `two`."""

    def __init__(self, suite, names):
        self.suite = suite
        self.address = f"dns://{names}/orchestrator.example:{suite.ports.orchestrator}"
        self.ports = {"a": suite.ports.gateway, "b": Ports.free().gateway}
        self.processes = {}
        self.sockets = contextlib.ExitStack()
        self.http = {
            name: httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
            for name, port in self.ports.items()
        }
        self.admin = {"authorization": f"Bearer {suite.secrets.admin_key}"}

    def start(self, name):
        kind = "orchestrator" if name in HOSTS else "gateway"
        environment = self.suite.environment_of(kind) | {"PARLEY_ORCHESTRATOR": self.address}
        if kind == "orchestrator":
            environment["PARLEY_HOST"] = HOSTS[name]
        else:
            environment["PARLEY_GATEWAY_PORT"] = str(self.ports[name])
        folder, sink = self.suite.folder, self.suite._sink
        self.processes[name] = Process(name, commands()[kind], environment, folder, sink)

    def kill(self, name):
        self.processes.pop(name).kill()

    def stop(self):
        for client in self.http.values():
            client.close()
        for process in self.processes.values():
            process.stop()

    def post(self, gateway, path, body, headers):
        answer = self.http[gateway].post(path, json=body, headers=headers)
        assert answer.status_code in {200, 201, 202}, answer.text
        return answer.json()

    def say(self, gateway, session, text):
        """Says it once, however often it takes: a client's retry with the same key."""
        headers = self.agent | {"idempotency-key": uuid.uuid4().hex}
        path, body = f"/api/sessions/{session}/messages", {"text": text}
        for _ in range(60):
            with contextlib.suppress(httpx.HTTPError):
                answer = self.http[gateway].post(path, json=body, headers=headers)
                if answer.status_code == 202:
                    return answer.json()
                assert answer.status_code in {503, 504}, answer.text
            time.sleep(0.25)
        raise AssertionError("nobody takes the message")

    def socket(self, gateway, user, resume=None):
        """A signed-in client of one gateway; it is closed when the test ends."""
        token = self.post("a", f"/api/users/{user}/tokens", {}, self.agent)["token"]
        url = f"ws://127.0.0.1:{self.ports[gateway]}/ws"
        opening = connect(url, subprotocols=["parley.v1", f"bearer.{token}"])
        client = Client(self.sockets.enter_context(opening))
        client.say(type="hello", id=1, resume=resume or {})
        client.until(lambda frame: frame["type"] == "welcome")
        return client


class Client:
    """A socket, and every frame that came."""

    def __init__(self, ws):
        self.ws = ws
        self.frames = []

    def say(self, **frame):
        self.ws.send(json.dumps(frame))

    def until(self, is_it, seconds=30):
        deadline = time.monotonic() + seconds
        while True:
            frame = json.loads(self.ws.recv(timeout=max(0.01, deadline - time.monotonic())))
            self.frames.append(frame)
            if is_it(frame):
                return frame

    def hears(self, text):
        return self.until(
            lambda f: f.get("kind") == "message.created" and f["data"]["text"] == text
        )

    def close_code(self):
        """Reads until the server closes."""
        with contextlib.suppress(ConnectionClosed):
            self.until(lambda _frame: False)
        return self.ws.close_code

    def seqs(self):
        return [frame["seq"] for frame in self.frames if frame["type"] == "event" and frame["seq"]]


@pytest.fixture(scope="module")
def replicas(postgres, tmp_path_factory):
    settings = {"DATABASE_URL": postgres.new_database(), "PARLEY_LOG_LEVEL": "warning"}
    settings["PARLEY_MIGRATE_ON_START"] = "true"
    suite = Suite(
        tmp_path_factory.mktemp("replicas"),
        base=os.environ,  # noqa: TID251
        settings=settings,
        with_sandbox=False,
    )
    with contextlib.closing(NameServer(list(HOSTS.values()))) as names:
        made = Replicas(suite, names.address)
        try:
            made.start("one")
            made.start("a")
            suite.wait_for(f"{suite.url}/readyz")
            made.start("two")
            made.start("b")
            suite.wait_for(f"http://127.0.0.1:{made.ports['b']}/readyz")
            made.agent = made.admin
            key = made.post("a", "/api/agents", {"name": "Bot"}, made.admin)["key"]
            made.agent = {"authorization": f"Bearer {key}"}
            yield made
        finally:
            made.stop()


@pytest.fixture
def people(replicas):
    """Ann and Bob in one session, on their web chats only."""
    ids = []
    for name in ("Ann", "Bob"):
        user = replicas.post("a", "/api/users", {"name": name}, replicas.agent)
        ids.append(user["id"])
    session = replicas.post("a", "/api/sessions", {"user_ids": ids}, replicas.agent)["id"]
    with contextlib.ExitStack() as replicas.sockets:
        yield (*ids, session)


def test_what_happens_at_one_gateway_shows_at_the_other(replicas, people):
    ann, bob, session = people
    at_a, at_b = replicas.socket("a", ann), replicas.socket("b", bob)
    at_a.until(lambda f: f["type"] == "presence" and f["user_id"] == bob)
    replicas.say("a", session, "through a")
    replicas.say("b", session, "through b")
    for client in (at_a, at_b):
        client.hears("through b")
        assert client.seqs() == list(range(client.seqs()[0], client.seqs()[-1] + 1))
    at_b.say(type="typing", session_id=session)
    typing = at_a.until(lambda f: f["type"] == "typing")
    assert (typing["user_id"], typing["name"]) == (bob, "Bob")
    at_b.say(type="ack", session_id=session, seq=at_b.seqs()[-1])
    read = at_a.until(lambda f: f["type"] == "read" and f["user_id"] == bob)
    assert read["seq"] == at_b.seqs()[-1]
    question = {"prompt": "Deploy?", "kind": "approval"}
    path = f"/api/sessions/{session}/feedback-requests"
    asked = replicas.post("a", path, question, replicas.agent)
    at_b.say(type="feedback.respond", id=2, request_id=asked["id"], value="approved")
    ended = at_a.until(lambda f: f.get("kind") == "feedback.resolved")
    assert ended["data"]["response"]["user_id"] == bob
    at_b.ws.close()
    at_a.until(lambda f: f["type"] == "presence" and not f["is_present"])


@pytest.mark.timeout(240)
@pytest.mark.parametrize("victim", ["one", "two"])
def test_a_killed_orchestrator_leaves_no_gap_and_repeats_nothing(replicas, people, victim):
    """Its streams move to the other; what was committed meanwhile is read from the log."""
    ann, bob, session = people
    clients = [replicas.socket(gateway, user) for gateway in "ab" for user in (ann, bob)]
    total, killed_at = 60, 20

    def talk():
        for number in range(1, total + 1):
            if number == killed_at:
                replicas.kill(victim)
            replicas.say("ab"[number % 2], session, f"message {number}")
            time.sleep(0.02)

    talking = threading.Thread(target=talk)
    talking.start()
    try:
        for client in clients:
            client.hears(f"message {total}")
            assert client.seqs() == list(range(client.seqs()[0], client.seqs()[-1] + 1))
            said = [
                frame["data"]["text"]
                for frame in client.frames
                if frame.get("kind") == "message.created"
            ]
            assert said == [f"message {number}" for number in range(1, total + 1)]
    finally:
        talking.join()
        replicas.start(victim)


def test_a_client_that_moves_to_the_other_gateway_resumes_where_it_was(replicas, people):
    ann, _bob, session = people
    first = replicas.socket("a", ann)
    for number in range(5):
        replicas.say("b", session, str(number))
    last = first.hears("4")["seq"]
    first.ws.close()
    replicas.say("a", session, "while away")
    second = replicas.socket("b", ann, {session: last})
    missed = second.hears("while away")
    replicas.say("a", session, "live again")
    second.hears("live again")
    assert missed["seq"] > last
    assert second.seqs() == list(range(last + 1, second.seqs()[-1] + 1))


def test_a_revocation_at_one_gateway_ends_the_sockets_of_the_other(replicas, people):
    ann, bob, session = people
    hers, his = replicas.socket("b", ann), replicas.socket("b", bob)
    replicas.post("a", f"/api/users/{ann}/tokens/revoke", {}, replicas.agent)
    assert hers.close_code() == 4401
    with pytest.raises(ConnectionClosed):
        hers.say(type="message.send", session_id=session, text="after the end")
    replicas.say("a", session, "only Bob hears")
    his.hears("only Bob hears")
    said = replicas.http["a"].get(f"/api/sessions/{session}/messages", headers=replicas.agent)
    assert [one["text"] for one in said.json()["messages"]] == ["only Bob hears"]


def test_a_killed_gateways_people_leave_in_time(replicas, people):
    ann, bob, session = people
    at_a = replicas.socket("a", ann)
    replicas.socket("b", bob)
    at_a.until(lambda f: f["type"] == "presence" and f["is_present"])
    replicas.kill("b")
    at_a.until(lambda f: f["type"] == "presence" and not f["is_present"])
    replicas.start("b")
    replicas.suite.wait_for(f"http://127.0.0.1:{replicas.ports['b']}/readyz")
    again = replicas.socket("b", bob)
    replicas.say("a", session, "back")
    again.hears("back")
