"""The pictures of Slack: every kind of card and its modal, as the sandbox shows them."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, sync_playwright
from scripts.find_tools import find_chromium

from parley_suite.connecting import connect_all
from parley_suite.suite import Suite

TARGET = Path("docs/images/slack")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FORM = {
    "type": "object",
    "required": ["environment", "when"],
    "properties": {
        "environment": {"title": "Where to?", "enum": ["staging", "production"]},
        "when": {"title": "From when on?", "type": "string", "format": "date-time"},
        "replicas": {"title": "Replicas", "type": "integer", "minimum": 1, "maximum": 9},
        "notify": {"title": "Tell the others?", "type": "boolean", "default": True},
    },
}
TEXT = """**Build 2.4 is ready.** It passed:

1. unit tests
2. the migration on a copy of production
   - 1,204 rows changed
   - no lock longer than `20 ms`

> The slow query from Monday is gone.

| table | rows |
|---|---|
| orders | 1204 |
| users | 0 |

```sql
SELECT count(*) FROM orders WHERE state = 'stuck';
```
See [the log](https://ci.example.com/builds/24)."""
PLAN = """Shall I move **orders** to the new shards?

The plan was tried on staging last night, and took *three hours*:

1. Copy each shard while it is in use.
2. Compare the counts, and stop at the first difference.
3. Switch reads first, then writes.

Until its writes are switched, each shard can go back within a minute. See \
[the rehearsal](https://ci.example.com/builds/23) for the figures. The largest shards come last, \
so that everything is settled when they begin. Nobody should notice more than a slow second.

> The replicas of Monday are kept for a week."""
REQUESTS: dict[str, dict[str, Any]] = {
    "approval": {
        "prompt": "Deploy **2.4** to production?",
        "kind": "approval",
        "action": {"tool": "deploy", "service": "shop", "version": "2.4", "replicas": 3},
        "allow_edit": True,
        "expires_in_seconds": 7_200,
    },
    "dangerous": {
        "prompt": "Delete the **staging** database?",
        "kind": "approval",
        "action": {"tool": "drop_database", "name": "staging"},
        "dangerous": True,
    },
    "choice": {
        "prompt": "Which database shall I restore?",
        "kind": "choice",
        "options": [{"value": v, "label": v} for v in ("Monday", "Tuesday", "Wednesday")],
    },
    "choice-many": {
        "prompt": "Which region first?",
        "kind": "choice",
        "options": [{"value": f"r{n}", "label": f"Region {n}"} for n in range(1, 13)],
    },
    "text": {"prompt": "What shall the release be called?", "kind": "text"},
    "form": {"prompt": "Plan the rollout of **2.4**.", "kind": "form", "schema": FORM},
    "comment": {"prompt": "I am going to archive the old logs. Any remarks?", "kind": "comment"},
    "long": {
        "prompt": PLAN,
        "kind": "approval",
        "action": {
            f"shard {n:03}": "copy while in use, compare the counts, switch reads, then writes"
            for n in range(1, 201)
        },
    },
}
MODALS = {
    "approval": ("Reject with comment", "modal-reject"),
    "text": ("Answer", "modal-text"),
    "form": ("Fill in", "modal-form"),
    "comment": ("Comment", "modal-comment"),
    "long": ("Read and answer", "modal-review"),
}


class Studio:
    """A suite with an agent, and a browser that looks at a person's Slack."""

    def __init__(self, suite: Suite, page: Page) -> None:
        self._page = page
        self._sandbox = httpx.Client(base_url=suite.sandbox_url, timeout=20)
        self._api = httpx.Client(base_url=suite.url, timeout=30)
        admin = {"authorization": f"Bearer {suite.secrets.admin_key}"}
        agent = self._post(self._api, "/api/agents", {"name": "Release agent"}, admin)
        self._agent = {"authorization": f"Bearer {agent['key']}"}
        self._email = ""
        self._user_id = ""
        page.goto(suite.sandbox_url)

    def meet(self, name: str, email: str) -> None:
        """The person whom all that follows is about."""
        user = self._post(self._api, "/api/users", {"name": name, "email": email}, self._agent)
        self._email, self._user_id = email, str(user["id"])
        path = f"/api/users/{self._user_id}/preferences"
        self._api.put(path, json={"channels": ["slack"]}, headers=self._agent).raise_for_status()
        self._page.get_by_role("button", name=name).click()

    def _post(self, client: httpx.Client, path: str, body: Any, headers: Any = None) -> Any:
        answer = client.post(path, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json()

    def session(self, title: str) -> str:
        """A new conversation with the person."""
        body = {"user_ids": [self._user_id], "title": title}
        return str(self._post(self._api, "/api/sessions", body, self._agent)["id"])

    def say(self, session: str, text: str) -> None:
        """The agent says something, and it arrives."""
        before = self.count("chat.postMessage")
        self._post(self._api, f"/api/sessions/{session}/messages", {"text": text}, self._agent)
        _until(lambda: self.count("chat.postMessage") > before)

    def ask(self, session: str, name: str) -> str:
        """The agent asks something, and the card arrives."""
        before = self.count("chat.postMessage")
        path = f"/api/sessions/{session}/feedback-requests"
        asked = self._post(self._api, path, REQUESTS[name], self._agent)
        _until(lambda: self.count("chat.postMessage") > before)
        return str(asked["id"])

    def cancel(self, request: str) -> None:
        """The agent withdraws what it asked."""
        self._post(self._api, f"/api/feedback-requests/{request}/cancel", {}, self._agent)

    def click(self, request: str, value: str) -> Any:
        """The person presses something."""
        body = {"request": request, "value": value, "user": self._email}
        return self._post(self._sandbox, "/slack/click", body)

    def write(self, text: str) -> None:
        """The person writes outside any thread."""
        self._post(self._sandbox, "/slack/say", {"user": self._email, "text": text})

    def control(self, path: str, **body: Any) -> Any:
        """A control of the sandbox."""
        return self._post(self._sandbox, path, body)

    def count(self, call: str) -> int:
        """How often Slack took a call."""
        return len(self._sandbox.get("/journal", params={"call": call}).json())

    def picture(self, name: str, selector: str = "#slack .scroll > *:last-child") -> None:
        """Takes a picture of a part of the page, once it has come to rest."""
        self._page.wait_for_timeout(1_500)
        part = self._page.locator(selector)
        part.scroll_into_view_if_needed()
        part.screenshot(path=TARGET / f"{name}.png")
        print(name)

    def press(self, name: str) -> None:
        """Presses a button of the page itself."""
        self._page.get_by_role("button", name=name, exact=True).first.click()


def _until(is_done: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > deadline:
            raise TimeoutError("what the picture shows did not happen")
        time.sleep(0.05)


@contextmanager
def studio() -> Iterator[Studio]:
    """A suite of its own, and a browser."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("needs Chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        suite = Suite(Path(folder), base=os.environ)  # noqa: TID251  # what it runs in
        suite.start()
        try:
            suite.wait_until_ready()
            connect_all(suite.url, suite.secrets.admin_key)
            suite.wait_until_connected()
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            page = browser.new_page(
                viewport={"width": 1500, "height": 1200}, device_scale_factor=1.25
            )
            yield Studio(suite, page)
            browser.close()
        finally:
            suite.stop()


def cards(studio: Studio) -> None:
    """Every kind of card with its modal, and once decided."""
    for name in REQUESTS:
        studio.control("/reset")
        request = studio.ask(studio.session("Release 2.4"), name)
        studio.picture(name)
        if name in MODALS:
            label, modal = MODALS[name]
            studio.click(request, label)
            studio.picture(modal, "#modal .dialog")
            studio.control("/slack/close")
        if name == "dangerous":
            studio.press("Approve")
            studio.picture("confirm", ".dialog.small")
            studio.press("Go back")
        if name == "approval":
            decided(studio, request)
        else:
            studio.cancel(request)


def decided(studio: Studio, request: str) -> None:
    """An approval with a change."""
    studio.click(request, "Edit and approve")
    studio.picture("modal-edit", "#modal .dialog")
    studio.control("/slack/submit", inputs={"replicas": "5", "comment": "Two more, for the sale."})
    _until(lambda: studio.count("chat.update") > 0)
    studio.picture("decided")


def conversation(studio: Studio) -> None:
    """A message with every sort of markup, and the question where a text belongs."""
    studio.control("/reset")
    studio.say(studio.session("Release 2.4"), TEXT)
    studio.picture("message")
    studio.say(studio.session("Restore of Monday"), "The backup of Monday is complete.")
    before = studio.count("chat.postMessage")
    studio.write("Is it safe to go on?")
    _until(lambda: studio.count("chat.postMessage") > before)
    studio.picture("which-conversation")


def home(studio: Studio) -> None:
    """The App Home."""
    studio.control("/reset")
    session = studio.session("Release 2.4")
    studio.click(studio.ask(session, "choice"), "Tuesday")
    asked = [studio.ask(session, name) for name in ("approval", "comment", "long")]
    studio.press("Home")
    _until(lambda: studio.count("views.publish") > 0)
    studio.picture("home", "#slack")
    for request in asked:
        studio.cancel(request)


def main(_arguments: list[str]) -> int:
    """Takes all pictures."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with studio() as made:
        made.meet("Bob Example", "bob@example.com")
        conversation(made)
        made.meet("Ann Example", "ann@example.com")
        home(made)
        made.press("Messages")
        cards(made)
    return 0
