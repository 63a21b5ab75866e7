"""Somebody of their own in the sandbox's Slack, and what they see and do there."""

import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import httpx
from tests.chaos import slack_posts
from tests.slack.mutations import body_of, payload_of
from tests.slack.suite import sign

_NUMBERS = itertools.count(1)


class SlackPerson:
    """Known to Parley by their e-mail address, reached on Slack unless told otherwise."""

    def __init__(self, world, *, name="Kim", channels=("slack",)):
        self.world = world
        self.email = f"kim{next(_NUMBERS)}@example.com"
        known = world.sandbox.post("/people", json={"name": name, "email": self.email}).json()
        self.slack_id = known["slack_user_id"]
        self.user, self.session = world.person(name, self.email)
        if channels:
            world.prefer(self.user, *channels)

    def another_session(self, title):
        body = {"user_ids": [self.user["id"]], "title": title}
        return self.world.post("/api/sessions", body)

    def ask(self, session=None, **more):
        """A question whose card has arrived in Slack; the request and the card's message."""
        body = {"delivery": "route"} | more
        request = self.world.ask(session or self.session, **body)
        self.world.cards_out(request, ("slack",))
        return request, self.card(request)

    def card(self, request):
        """The message that shows the request, as it is now."""
        return next(m for m in self.messages() if request["id"] in json.dumps(m))

    def sees(self):
        query = {"person": self.email}
        return self.world.sandbox.get("/page/state", params=query).json()["slack"]

    def messages(self):
        place = self.sees()
        return [message | {"channel": place["channel"]} for message in place["messages"]]

    def message_with(self, words):
        """The newest message that says it, once it is there."""
        found = self.world.until(
            lambda: [m for m in self.messages() if words in json.dumps(m, ensure_ascii=False)],
            bool,
        )
        return found[-1]

    def home_with(self, words):
        """The App Home, once it says so."""
        return self.world.until(
            lambda: self.sees()["home"] or {}, lambda home: words in json.dumps(home)
        )

    def open_home(self):
        self._do("home")

    def click(self, **what):
        return self._do("click", **what)

    def submit(self, **inputs):
        return self._do("submit", inputs=inputs)

    def say(self, text, **more):
        return self._do("say", text=text, **more)

    def _do(self, gesture, **more):
        answer = self.world.sandbox.post(f"/slack/{gesture}", json={"user": self.email} | more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def pressed(self, label, card, change=None):
        """A press as Slack would post it, changed if wanted."""
        endpoint, body = slack_posts.pressed(self.slack_id, label, card)
        payload = payload_of(endpoint, body)
        if change:
            change(payload)
        return body_of(endpoint, payload)


def post_all(world, bodies):
    """Posts signed interactions at once; answers their statuses."""
    url = f"{world.suite.url}/api/channels/slack/interactions"
    kind = {"content-type": "application/x-www-form-urlencoded"}

    def post(body):
        return httpx.post(
            url, content=body, headers=dict(sign(body)) | kind, timeout=30
        ).status_code

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(post, bodies))


def answers(world, request):
    """Every answer that is kept, also those that did not count."""
    return world.get(f"/api/feedback-requests/{request['id']}/answers")["answers"]
