"""Scenes in which a question is asked, and answered, or not."""

import json
import re
import time

import httpx
from tests.chaos.accounts import OUT
from tests.chaos.scene import Scene


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
            self.world.cards_out(self.request)  # an answer before them would make them pointless
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
