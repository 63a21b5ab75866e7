"""The whole suite as real processes, set up so that mail's slow things happen soon."""

import html
import json
import os
import re
import time

import pytest
from tests.acceptance.conftest import SETTINGS, World

from parley_suite.connecting import connect_all
from parley_suite.suite import Suite

QUICK = {
    **SETTINGS,
    "PARLEY_LOG_LEVEL": "debug",
    "GMAIL_POLL_SECONDS": "0.5",
    "GMAIL_DELIVERED_AFTER_SECONDS": "2",
}
SAME_ORIGIN = {"sec-fetch-site": "same-origin", "origin": "null"}


class MailWorld(World):
    """Parley and the sandbox, with an eye on what goes through the mail."""

    def asked_by_mail(self, **more):
        """A person, their session, and a question that went out by mail; its mail."""
        user, session = self.person()
        self.prefer(user, "gmail")
        request = self.ask(session, delivery="route", **more)
        self.cards_out(request, ["gmail"])
        return user, session, request, self.mail_about(session)

    def mails_to(self, email, about):
        """What the service sent to somebody about a session, oldest first."""
        found = [e["mail"] for e in self.journal("drafts.create") if e["outcome"] == "ok"]
        return [
            mail
            for mail in found
            if email in mail["headers"]["To"] and about in mail["headers"]["Subject"]
        ]

    def link_in(self, mail):
        return re.search(re.escape(self.suite.url) + r"(/f/[a-z2-7]+)", mail["text"])[1]

    def raw(self, raw, **more):
        answer = self.sandbox.post("/gmail/reply", json={"raw": raw, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def settled(self, polls=3):
        """Waits until the shared mailbox was polled some more, and what came was handed on."""
        before = len(self.journal("history.list"))
        self.until(lambda: len(self.journal("history.list")), lambda n: n >= before + polls)
        headers = self.admin
        self.until(
            lambda: self.get("/api/channels/gmail/status", headers)["inbox_depth"],
            lambda depth: depth == 0,
        )
        time.sleep(0.3)  # what follows from the last item is queued within the same moment

    def pending(self, request):
        return self.request(request)["status"] == "pending"

    def deliveries_about(self, request):
        found = self.get("/api/deliveries", session_id=request["session_id"])["deliveries"]
        return [d for d in found if d.get("feedback_request_id") == request["id"]]

    def hidden(self, link):
        page = self.http.get(link)
        assert page.status_code == 200, page.text
        return self.fields_of(page)

    @staticmethod
    def fields_of(page):
        """The hidden fields of a page's form, as a browser posts them."""
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text)
        return {name: html.unescape(value) for name, value in found}

    def confirm(self, link, second):
        """Presses "Yes, approve" on the second page."""
        return self.http.post(link, data=self.fields_of(second), headers=SAME_ORIGIN)

    def press(self, link, **fields):
        return self.http.post(link, data={**self.hidden(link), **fields}, headers=SAME_ORIGIN)

    def shown_to(self, email):
        """Everything that a person's mailbox shows, as text."""
        return json.dumps(self.sandbox.get("/page/state", params={"person": email}).json())


@pytest.fixture(scope="package")
def mail_suite(tmp_path_factory):
    suite = Suite(tmp_path_factory.mktemp("mail"), base=os.environ, settings=QUICK)  # noqa: TID251
    suite.start()
    suite.wait_until_ready()
    connect_all(suite.url, suite.secrets.admin_key)
    suite.wait_until_connected()
    yield suite
    suite.stop()


@pytest.fixture(scope="package")
def mail_worlds(mail_suite):
    world = MailWorld(mail_suite)
    yield world
    world.http.close()
    world.sandbox.close()


@pytest.fixture
def mail(mail_worlds):
    yield mail_worlds
    mail_worlds.clear_faults()
    mail_worlds.http.cookies.clear()
