"""Small stories that make a process pass a crash point, and what must be true at their end.

A scene's `prepare` runs before the trap is set, its `act` until the process is dead and back (it
repeats what was not confirmed, as clients do), and its `check` whenever there is time.
"""

import json
import re
import time
from typing import ClassVar

import httpx
from tests.chaos.accounts import AMBIGUOUS, OUT, settled
from tests.chaos.receiver import Receiver

from parley_suite.connecting import ConnectError, connect


class Scene:
    """A story with a person of its own.

    Args:
        world: Where it plays.
        mark: Of its messages; unlike any other's.
    """

    channels = ("slack",)

    def __init__(self, world, mark):
        self.world = world
        self.mark = mark
        self.acknowledged = {}

    def prepare(self):
        self.user, self.session = self.world.resident(*self.channels)

    def act(self):
        raise NotImplementedError

    def check(self):
        """Of a message: it arrived once, or the API says that nobody knows."""
        read = self.world.journal_read.read
        accounts = settled(self.world, self.acknowledged, lambda: read().arrived)
        assert self.acknowledged, "nothing was acknowledged"
        for mark, message_id in self.acknowledged.items():
            count, chain = accounts.arrived[mark], accounts.deliveries[message_id]
            assert count <= 1, f"{mark} arrived {count} times"
            assert count == 1 or _is_in_doubt(chain), f"{mark} is lost: {chain}"

    def subjects(self):
        """Ids of what the scene is about, for their attempts."""
        return list(self.acknowledged.values())

    def insist(self, path, body, headers=None, key=""):
        """Posts until it is answered, as a client that repeats does."""
        named = {**(headers or self.world.agent), **({"idempotency-key": key} if key else {})}
        deadline, last = time.monotonic() + 40, ""
        while time.monotonic() < deadline:
            try:
                answer = self.world.http.post(path, json=body, headers=named, timeout=5)
            except httpx.HTTPError as error:
                last = repr(error)
            else:
                if answer.status_code < 500:
                    return answer
                last = answer.text
            time.sleep(0.05)
        raise AssertionError(f"{path} is not answered: {last}")

    def say(self, text=None):
        text = text or f"{self.mark}-00001"
        path = f"/api/sessions/{self.session['id']}/messages"
        answer = self.insist(path, {"text": text}, key=self.mark)
        assert answer.status_code == 202, answer.text
        self.acknowledged[text[: len(self.mark) + 6]] = answer.json()["id"]

    def ask(self, **more):
        body = {"prompt": f"Deploy {self.mark}?", "kind": "approval", "delivery": "all", **more}
        path = f"/api/sessions/{self.session['id']}/feedback-requests"
        answer = self.insist(path, body, key=f"ask {self.mark}")
        assert answer.status_code == 202, answer.text
        return answer.json()


def _is_in_doubt(chain):
    is_told = chain[-1]["state"] in ("unknown", "dead")
    return is_told and any(a["outcome"] in AMBIGUOUS for d in chain for a in d["attempts"])


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
        self.say()

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


class Ask(Scene):
    """A question is asked, and answered where the person is signed in; decided once."""

    channels = ()
    value = "approved"
    asks_early = True

    def prepare(self):
        super().prepare()
        self.token = {"authorization": f"Bearer {self.world.token(self.user)}"}
        if self.asks_early:
            self.request = self.ask(expires_in_seconds=600)
            self.world.cards_out(self.request)

    def act(self):
        if not self.asks_early:
            self.request = self.ask(expires_in_seconds=600)
        self.answer()

    def answer(self):
        path = f"/api/feedback-requests/{self.request['id']}/responses"
        self.insist(path, {"value": self.value}, self.token)

    def subjects(self):
        return [self.request["id"]]

    def check(self):
        """One decision, one event that says so, and no card that still looks open."""
        world = self.world
        ended = world.eventually(self._ended, f"{self.request['id']} is decided", 60)
        assert ended["response"]["value"] == self.value
        world.eventually(self._cards_follow, f"the cards of {self.request['id']} follow", 90)
        kinds = self._resolutions()
        assert len(kinds) == 1, kinds

    def _ended(self):
        found = self.world.request(self.request)
        return found if found["status"] != "pending" else None

    def _cards_follow(self):
        cards = self.world.request(self.request)["cards"]
        out = [c for c in cards if c["channel"] != "websocket" and c["state"] in OUT]
        moving = [c for c in cards if c["state"] in ("queued", "sending")]
        return not moving and all(c["update_state"] in OUT for c in out)

    def _resolutions(self):
        path = f"/api/sessions/{self.session['id']}/events"
        events = self.world.get(path, limit=1000)["events"]
        return [
            event
            for event in events
            if event["kind"] == "feedback.resolved" and event["data"]["id"] == self.request["id"]
        ]


class AskAnew(Ask):
    """A question is asked and answered while the trap is set."""

    asks_early = False


class AnswerByClick(Ask):
    """A button in Slack, pressed until Slack gets its 200."""

    def answer(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            answer = self.world.click(self.request, self.value, self.user["email"])
            if answer.status_code in (404, 409) or answer.json()["status"] == 200:
                return
            time.sleep(0.1)
        raise AssertionError("Slack's click was never taken")


class AnswerByMail(Ask):
    """A reply; written once, because the mailbox keeps it."""

    value = "rejected"

    def answer(self):
        self.world.reply(f"Deploy {self.mark}?", "Reject, not now.", self.user["email"])


class AnswerByLink(Ask):
    """The form behind a mail's button, submitted until it is answered."""

    def answer(self):
        mails = [e["mail"] for e in self.world.journal("drafts.send")]
        mail = json.dumps(next(m for m in mails if f"Deploy {self.mark}?" in m["text"]))
        link = re.search(re.escape(self.world.suite.url) + r"/f/[a-z2-7]+", mail)[0]
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if self._submit(link) < 500:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError("the form was never taken")

    def _submit(self, link):
        with httpx.Client(timeout=10) as browser:
            page = browser.get(link)
            fields = dict(re.findall(r'name="(\w+)"\s+value="([^"]*)"', page.text))
            if "nonce" not in fields:
                return page.status_code  # it shows how the request ended
            origin = {"origin": self.world.suite.url, "sec-fetch-site": "same-origin"}
            form = {**fields, "value": self.value}
            return browser.post(link, data=form, headers=origin).status_code


class AnswerBySocket(Ask):
    """A frame of the web chat, repeated on the next line until it is answered."""

    def answer(self):
        frame = {"type": "feedback.respond", "id": 7, "request_id": self.request["id"]}
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with self.world.socket(self.user) as socket:
                    socket.send(json.dumps({**frame, "value": self.value}))
                    self.world.frame(socket, lambda f: f.get("id") == 7)
                    return
            except Exception:  # noqa: BLE001  # whatever broke, the next line tells
                time.sleep(0.1)
        raise AssertionError("the frame was never answered")


class Expire(Ask):
    """Nobody answers, and the time runs out."""

    asks_early = False

    def act(self):
        self.request = self.ask(expires_in_seconds=2)

    def check(self):
        ended = self.world.eventually(self._ended, "the request expires", 60)
        assert ended["status"] == "expired"
        assert ended["response"] is None
        self.world.eventually(self._cards_follow, "the cards follow", 90)
        assert len(self._resolutions()) == 1


class Escalate(Ask):
    """Nobody answers by mail in time, so that Slack is asked, once."""

    asks_early = False

    def act(self):
        steps = [{"after_seconds": 1, "channel": "slack"}]
        self.world.prefer(self.user, "gmail")
        self.request = self.ask(delivery="route", escalation=steps)

    def check(self):
        self.world.eventually(
            lambda: self._states("slack"), f"{self.request['id']} is escalated", 60
        )
        time.sleep(1)
        assert len(self._states("slack")) == 1, self.world.request(self.request)["cards"]

    def _states(self, channel):
        cards = self.world.request(self.request)["cards"]
        return [c for c in cards if c["channel"] == channel and c["state"] in OUT]


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
