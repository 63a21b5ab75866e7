"""The pictures of the web chat and the console: the suite runs, a browser looks.

Names given as arguments limit it to those pictures.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright
from scripts.find_tools import find_chromium

from parley_suite.connecting import connect_all
from parley_suite.suite import Suite

IMAGES = Path(__file__).resolve().parents[2] / "docs/images"
DESKTOP, PHONE = {"width": 1240, "height": 860}, {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DEPLOY = {"tool": "deploy", "service": "web", "version": "1.0", "strategy": "rolling"}
DROP = {"tool": "drop_database", "name": "staging", "keep_backup": True, "wait_days": 7}
TRAFFIC_SECONDS, FAULT_EVERY = 100, 8


class Stage:
    """The running suite, with an agent and two people who talk."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.http = httpx.Client(base_url=suite.url, timeout=70)
        self.admin = {"authorization": f"Bearer {suite.secrets.admin_key}"}
        key = self.post("/api/agents", {"name": "Deploy agent"}, self.admin)["key"]
        self.agent = {"authorization": f"Bearer {key}"}
        self.ann = self._person("Ann Example", "ann@example.com")
        self.bob = self._person("Bob Example", "bob@example.com")
        self.release = self._session("Release 1.0", self.ann, self.bob)
        self.invoices = self._session("Invoices of October", self.ann)
        self.nightly = self._session("Nightly import", self.ann)

    def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
        """Posts, and answers what came back."""
        answer = self.http.post(path, json=body, headers=headers or self.agent)
        answer.raise_for_status()
        return answer.json()

    def _person(self, name: str, email: str) -> str:
        person = {"name": name, "email": email, "timezone": "Europe/Vienna"}
        return str(self.post("/api/users", person, self.admin)["id"])

    def _session(self, title: str, *people: str) -> str:
        return str(self.post("/api/sessions", {"title": title, "user_ids": people})["id"])

    def token(self, user_id: str) -> str:
        """A person's token."""
        return str(self.post(f"/api/users/{user_id}/tokens", {}, self.admin)["token"])

    def say(self, session: str, text: str, user_id: str = "") -> None:
        """The agent says something, or a person does."""
        headers = {"authorization": f"Bearer {self.token(user_id)}"} if user_id else None
        self.post(f"/api/sessions/{session}/messages", {"text": text}, headers)

    def ask(self, session: str, prompt: str, **more: Any) -> dict[str, Any]:
        """Asks on all channels, and waits until the cards are out."""
        body = {"prompt": prompt, "kind": "approval", "delivery": "all", **more}
        asked = self.post(f"/api/sessions/{session}/feedback-requests", body)
        path = f"/api/feedback-requests/{asked['id']}"
        for _ in range(300):
            found: dict[str, Any] = self.http.get(path, headers=self.agent).json()
            if all(card["state"] in {"sent", "delivered"} for card in found["cards"]):
                break
            time.sleep(0.1)
        return found

    def click(self, request: dict[str, Any], value: str, who: str) -> None:
        """Somebody presses a button in Slack."""
        body = {"request": request["id"], "value": value, "user": who}
        httpx.post(
            f"{self.suite.sandbox_url}/slack/click", json=body, timeout=20
        ).raise_for_status()

    def fault(self, **fault: Any) -> None:
        """Lets a provider fail."""
        httpx.post(f"{self.suite.sandbox_url}/faults", json=fault, timeout=20).raise_for_status()


@contextmanager
def chat(browser: Browser, stage: Stage, session: str, **context: Any) -> Iterator[Page]:
    """The web chat as Ann sees it, with a conversation open."""
    opened = browser.new_context(**{"viewport": DESKTOP, **context})
    page = opened.new_page()
    page.goto(f"{stage.suite.url}/#token={stage.token(stage.ann)}")
    page.get_by_text("Connected", exact=True).wait_for()
    page.locator(f"[data-session={session}]").click()
    page.wait_for_timeout(800)
    yield page
    opened.close()


def shot(page: Page, name: str, **options: Any) -> None:
    """Keeps one picture, without a blinking caret."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)
    page.screenshot(path=IMAGES / f"{name}.png", caret="hide", **options)
    print(f"docs/images/{name}.png", flush=True)


def web_chat(browser: Browser, stage: Stage) -> None:
    """A question that waits, and how it ends when somebody answers it in Slack."""
    stage.say(stage.invoices, "All twelve invoices of October are paid.")
    stage.say(stage.nightly, "The import ran through: 48,112 rows, 3 skipped.")
    stage.say(stage.release, "Release **1.0** is built and all checks passed.")
    stage.say(stage.release, "Anything in it that our customers notice?", stage.ann)
    stage.say(stage.release, "The search is faster; nothing else changes for them.")
    with chat(browser, stage, stage.release) as page:
        asked = stage.ask(
            stage.release, "Deploy **1.0** to production?", action=DEPLOY, expires_in_seconds=3600
        )
        page.get_by_role("button", name="Approve").wait_for()
        shot(page, "web-chat")
        stage.click(asked, "approved", "bob@example.com")
        page.locator(".outcome").wait_for()
        page.wait_for_timeout(1500)
        shot(page, "web-chat-decided")


def web_chat_dark(browser: Browser, stage: Stage) -> None:
    """Something risky whose action is being changed, in the dark."""
    with chat(browser, stage, stage.nightly, color_scheme="dark") as page:
        stage.ask(
            stage.nightly,
            "Delete the **staging** database? Its last backup is from this morning.",
            action=DROP,
            dangerous=True,
            allow_edit=True,
            urgent=True,
        )
        page.get_by_role("button", name="Edit").click()
        page.get_by_label("Wait days").fill("14")
        page.locator(".thread").evaluate("node => { node.scrollTop = node.scrollHeight; }")
        shot(page, "web-chat-dark")
        page.get_by_role("button", name="Approve with changes").click()
        page.get_by_role("button", name="Yes, approve").click()
        page.locator(".outcome").wait_for()


def web_chat_phone(browser: Browser, stage: Stage) -> None:
    """The same on a phone."""
    with chat(browser, stage, stage.invoices, viewport=PHONE, device_scale_factor=2) as page:
        stage.ask(
            stage.invoices,
            "Which cost centre for **No. 13**?",
            kind="choice",
            options=[
                {"value": "4711", "label": "4711 Hosting"},
                {"value": "4712", "label": "4712 Software"},
            ],
        )
        page.get_by_role("button", name="4711 Hosting").wait_for()
        shot(page, "web-chat-phone")


def console(browser: Browser, stage: Stage) -> None:
    """The operator's console after some traffic, part of which failed at first."""
    opened = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = opened.new_page()
    page.goto(f"{stage.suite.url}/console")
    page.get_by_label("Admin key").fill(stage.suite.secrets.admin_key)
    page.get_by_role("button", name="Open the console").click()
    page.get_by_text("Live", exact=True).wait_for()
    _traffic(stage)
    shot(page, "console")
    page.goto(f"{stage.suite.url}/console#/deliveries")
    page.locator(".delivery", has_text="attempts").locator("summary").first.wait_for()
    retried = page.locator(".delivery", has=page.get_by_text(re.compile(r"^[2-9] attempts"))).first
    retried.locator("summary").click()
    retried.evaluate("node => node.scrollIntoView({ block: 'center' })")
    shot(page, "console-deliveries")
    opened.close()


def _traffic(stage: Stage) -> None:
    """Messages by Slack and mail for a while, as fast as Slack takes them in one place."""
    people = {"slack": stage.bob, "gmail": stage.ann}
    sessions = {
        channel: stage.post("/api/sessions", {"title": f"By {channel}", "user_ids": [user]})["id"]
        for channel, user in people.items()
    }
    ends = time.monotonic() + TRAFFIC_SECONDS
    count, faults = 0, cycle(["rate_limit", "drop_after_accept"])
    while time.monotonic() < ends:
        count += 1
        if count % FAULT_EVERY == 0:
            stage.fault(channel="slack", kind=next(faults), count=1)
        for channel, session in sessions.items():
            if channel == "slack" or count % 2 == 0:
                body = {"text": f"Step {count} is done.", "channel": channel}
                stage.post(f"/api/sessions/{session}/messages", body)
        time.sleep(1.2)


SCENES: dict[str, Callable[[Browser, Stage], None]] = {
    "web-chat": web_chat,
    "web-chat-dark": web_chat_dark,
    "web-chat-phone": web_chat_phone,
    "console": console,
}


def main(names: list[str]) -> int:
    """Takes the pictures of these scenes; of all without a name."""
    unknown = set(names) - set(SCENES)
    chromium = find_chromium()
    if unknown or chromium is None:
        print(f"no Chromium, or no such scene; there are: {', '.join(SCENES)}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        suite = Suite(Path(folder), base=os.environ)  # noqa: TID251  # the suite's own start
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            suite.start()
            suite.wait_until_ready()
            connect_all(suite.url, suite.secrets.admin_key)
            suite.wait_until_connected()
            stage = Stage(suite)
            for name in names or SCENES:
                SCENES[name](browser, stage)
        finally:
            browser.close()
            suite.stop()
    return 0
