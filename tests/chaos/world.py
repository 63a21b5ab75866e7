"""The people and the agent of a fleet, through the outside only."""

import time

import httpx
from tests.acceptance.conftest import World as Outside
from tests.chaos.agents import Crowd, Talker
from tests.chaos.journal import Journal
from tests.chaos.web_client import SlowClient, WebClient

from parley_suite.connecting import connect_all

CHANNELS = ("slack", "gmail", "websocket")
MARKS = {"slack": "slack", "gmail": "gmail", "websocket": "web"}


class World(Outside):
    """A fleet in use."""

    patience_seconds = 200

    def __init__(self, fleet):
        super().__init__(fleet)
        self.fleet = fleet
        self.journal_read = Journal(self.sandbox)
        self._known = 0
        self.recoveries = []

    def close(self):
        self.http.close()
        self.sandbox.close()

    def resident(self, *channels, is_on_slack=True, **session):
        """Somebody new with a mailbox and a Slack account, reached on these channels only."""
        self._known += 1
        name, email = f"P{self._known}", f"p{self._known}@example.com"
        answer = self.sandbox.post(
            "/people", json={"name": name, "email": email, "slack": is_on_slack}
        )
        assert answer.status_code in (200, 201), answer.text
        user, session = self.person(name, email, **session)
        if channels:
            self.prefer(user, *channels)
        return {**user, "email": email}, session

    def person(self, name="Ann", email="ann@example.com", **session):
        user = self.post("/api/users", {"name": name, "email": email})
        wanted = {"user_ids": [user["id"]], "title": f"Talk with {name}", **session}
        return user, self.post("/api/sessions", wanted)

    def web_client(self, user, session, seen=0):
        """A client that is connected, and resumes behind what it has seen."""
        client = WebClient(self.suite.url, self.long_token(user), {session["id"]: seen})
        client.start()
        return client

    def slow_client(self, user):
        return SlowClient(self.suite.url, self.long_token(user))

    def long_token(self, user):
        wanted = {"lifetime_seconds": 86_400}
        return self.post(f"/api/users/{user['id']}/tokens", wanted, self.admin)["token"]

    def deliveries(self, message_id):
        return self.get(f"/api/messages/{message_id}/deliveries")["deliveries"]

    def get(self, path, headers=None, **parameters):
        """Reads, and again where a service is just not there."""
        for _ in range(100):
            try:
                answer = self.http.get(path, headers=headers or self.agent, params=parameters)
            except httpx.HTTPError:
                time.sleep(0.1)
                continue
            if answer.status_code < 500:
                assert answer.status_code == 200, answer.text
                return answer.json()
            time.sleep(0.1)
        raise AssertionError(f"{path} is not answered")

    def say(self, session, text, **more):
        return self.post(f"/api/sessions/{session['id']}/messages", {"text": text, **more})

    def eventually(self, is_so, what, seconds=20):
        """Waits for a predicate; answers what it answered."""
        began, pause = time.monotonic(), 0.05
        while not (found := is_so()):
            assert time.monotonic() < began + seconds, f"not within {seconds} s: {what}"
            time.sleep(pause)
            pause = min(1.2 * pause, 0.5)  # verdicts wait long, and many at once
        return found

    def is_well(self):
        """Whether every channel is up, as the orchestrator sees it."""
        try:
            channels = self.get("/api/channels", self.admin)["channels"]
        except (AssertionError, httpx.HTTPError):
            return False
        return all(channel["status"] == "ok" for channel in channels)

    def recover(self):
        """What a test leaves: no faults, everything up and well."""
        self.clear_faults()
        for name in self.fleet.names:
            process = self.fleet.processes.get(name)
            if process is None or not process.is_running:
                self.fleet.start([name])
        self.fleet.all_ready()
        self.eventually(self.is_well, "every channel is well again")


class Talk:
    """Agents that talk to people on all channels at the same time, and what reaches them."""

    def __init__(
        self, world, stopping, *, each=1, channels=CHANNELS, pause_seconds=0.02, count=None, urls=()
    ):
        self.world = world
        self.clients = []
        talkers = []
        for channel in channels:
            for n in range(each):
                user, session = world.resident(channel)
                self.session = session
                if channel == "websocket":
                    self.clients.append(world.web_client(user, session))
                talkers.append(
                    Talker(
                        urls or [world.suite.url],
                        world.agent,
                        session,
                        f"{MARKS[channel]}{world._known:02}{n}",
                        pause_seconds=pause_seconds,
                        stopping=stopping,
                        count=count,
                    )
                )
        for client in self.clients:
            assert client.is_there.wait(20), "a web client is not welcome"
        self.crowd = Crowd(talkers)

    def arrived(self):
        """How often each mark arrived, wherever."""
        found = self.world.journal_read.read().arrived.copy()
        for client in self.clients:
            assert not client.gaps, f"a web client was sent out of order: {client.gaps}"
            found.update(client.arrived)
        return found

    def close(self):
        for client in self.clients:
            client.stop()


def opened(fleet):
    """The world of a fleet that was just started, connected to the sandbox."""
    fleet.all_ready()
    connect_all(fleet.url, fleet.secrets.admin_key)
    world = World(fleet)
    world.eventually(world.is_well, "every channel is well")
    return world
