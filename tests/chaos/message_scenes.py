"""Scenes in which a message goes out, and an agent is told of it."""

import json
from typing import ClassVar

import httpx
from tests.chaos.receiver import Receiver
from tests.chaos.scene import Scene

from parley_suite.connecting import ConnectError, connect


class Say(Scene):
    """A message goes out."""

    def act(self):
        self.say()


class SayByMail(Say):
    """The same by mail."""

    channels = ("gmail",)


class SayAtLength(Scene):
    """A text so long that it is several messages in Slack."""

    def act(self):
        parts = [f"{self.mark}-{n:05} " + "word " * 2_200 for n in (1, 2)]
        self.say("\n\n".join(parts))
        self.acknowledged[f"{self.mark}-00002"] = self.acknowledged[f"{self.mark}-00001"]


class SayToTheWeb(Scene):
    """A message reaches a web chat, which acknowledges it."""

    channels = ("websocket",)

    def prepare(self):
        super().prepare()
        self.client = self.world.web_client(self.user, self.session)
        assert self.client.is_there.wait(20)

    def act(self):
        self.world.eventually(self.is_present, "the web chat is known to be open, as before")
        self.say()

    def is_present(self):
        """A restart of the orchestrator forgets it until the gateway's line is back."""
        people = self.world.get(f"/api/sessions/{self.session['id']}")["participants"]
        return any(person["is_present"] for person in people)

    def check(self):
        [message_id] = self.acknowledged.values()
        self.world.eventually(
            lambda: self.world.deliveries(message_id)[-1]["state"] == "delivered",
            f"{message_id} is acknowledged",
            40,
        )
        self.client.stop()
        assert self.client.arrived == {f"{self.mark}-00001": 1}
        assert not self.client.gaps


class SayToASilentClient(SayToTheWeb):
    """A web chat shows nothing in time: the next channel takes over, once."""

    channels = ("websocket", "slack")

    def prepare(self):
        super().prepare()
        self.client.is_silent = True

    def check(self):
        [message_id] = self.acknowledged.values()
        self.world.eventually(
            lambda: len(self.world.deliveries(message_id)) > 1, "the next channel is asked", 40
        )
        self.client.stop()
        Scene.check(self)
        chain = [(d["channel"], d["state"]) for d in self.world.deliveries(message_id)[::-1]]
        assert chain == [("websocket", "dead"), ("slack", "sent")], chain


class FallBack(Scene):
    """A person whom Slack does not know is reached by mail, once."""

    channels = ("slack", "gmail")

    def prepare(self):
        self.user, self.session = self.world.resident(*self.channels, is_on_slack=False)

    def act(self):
        self.say()

    def check(self):
        super().check()
        [message_id] = self.acknowledged.values()
        chain = [(d["channel"], d["state"]) for d in self.world.deliveries(message_id)[::-1]]
        assert chain == [("slack", "dead"), ("gmail", "sent")], chain


class LoseAnAnswer(Scene):
    """The provider takes a message and its answer is lost, so that it is looked up."""

    fault: ClassVar = {"kind": "drop_after_accept", "call": "chat.postMessage"}

    def act(self):
        self.world.fault(self.channels[0], count=1, **self.fault)
        self.say()


class LoseADraft(LoseAnAnswer):
    """The answer to the sending of a draft is lost before Gmail did anything."""

    channels = ("gmail",)
    fault: ClassVar = {"kind": "error", "call": "drafts.send"}


class WaitForTheChannel(Scene):
    """A message is parked while Slack's service is down, and flows when it is back."""

    def act(self):
        self.world.suite.kill("slack")
        self.world.eventually(lambda: not self._is_up(), "slack is seen to be down", 30)
        self.say()
        self.world.suite.start(["slack"])

    def _is_up(self):
        channels = self.world.get("/api/channels", self.world.admin)["channels"]
        return next(c["status"] for c in channels if c["channel"] == "slack") == "ok"


class RefreshMailTokens(Scene):
    """An operator refreshes a mailbox's tokens; afterwards messages still go out."""

    channels = ("gmail",)

    def act(self):
        answer = self.insist("/api/channels/gmail/refresh", {}, self.world.admin)
        assert answer.status_code == 200, answer.text
        self.say()


class RotateTokens(Scene):
    """An operator rotates Slack's tokens; a refresh token works once, so that it may be gone then.

    That is seen, messages wait, and they flow once Slack is connected again.
    """

    def act(self):
        self.insist("/api/channels/slack/refresh", {}, self.world.admin)
        self.say()
        self.world.eventually(self._is_reconnected, "Slack is connected again", 30)

    def _is_reconnected(self):
        try:
            connect(self.world.suite.url, self.world.suite.secrets.admin_key, "slack", {})
        except (httpx.HTTPError, ConnectError):
            return False
        return True


class Hook(Scene):
    """An agent is told by webhook; a repeat has the same id."""

    def prepare(self):
        self.receiver = Receiver()
        made = {"name": "Hooked", "webhook_url": self.receiver.url}
        agent = self.world.post("/api/agents", made, self.world.admin)
        self.headers = {"authorization": f"Bearer {agent['key']}"}
        person = {"name": "Ann", "email": "ann@example.com"}
        user = self.world.post("/api/users", person, self.headers)
        wanted = {"user_ids": [user["id"]], "title": self.mark}
        self.session = self.world.post("/api/sessions", wanted, self.headers)

    def act(self):
        path = f"/api/sessions/{self.session['id']}/messages"
        text = f"{self.mark}-00001"
        self.insist(path, {"text": text}, self.headers, key=text)

    def check(self):
        def told():
            kinds = [json.loads(body)["type"] for body in self.receiver.bodies.values()]
            return "message.created" in kinds and "delivery.updated" in kinds

        self.world.eventually(told, "the agent is told of the message and its delivery", 60)
        bodies = [json.loads(body) for body in self.receiver.bodies.values()]
        seqs = sorted(body["seq"] for body in bodies)
        assert len(set(seqs)) == len(seqs), "one event came under two ids"
        self.receiver.close()

    def subjects(self):
        return []
