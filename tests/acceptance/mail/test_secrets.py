"""A thief with the databases or the logs: no secret is in any of them, not even at log level debug."""

import re
import sqlite3
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from parley_suite.connecting import connect

OURS = ("gateway", "orchestrator", "gmail", "slack")
# What Google and Slack give out begins so, whatever follows.
PROVIDERS = [b"ya29.", b"1//0", b"4/0", b"xoxb-", b"xoxe", b"xapp-"]


@pytest.fixture
def secrets(mail):
    """Everything that was secret in a run of everything that handles secrets, by name."""
    suite = mail.suite
    found = {
        "sealing key": suite.secrets.keys,
        "service token": suite.secrets.service_token,
        "admin key": suite.secrets.admin_key,
        "google client secret": suite.environment_of("gmail")["GMAIL_CLIENT_SECRET"],
        "slack client secret": suite.environment_of("slack")["SLACK_CLIENT_SECRET"],
        "slack signing secret": suite.environment_of("slack")["SLACK_SIGNING_SECRET"],
    }
    agent = mail.post(
        "/api/agents", {"name": "Canary", "webhook_url": "http://127.0.0.1:9/x"}, mail.admin
    )
    found |= {"agent key": agent["key"], "webhook secret": agent["webhook_secret"]}
    user, _session, request, card = mail.asked_by_mail()
    found["user token"] = mail.token(user)
    found["link"] = mail.link_in(card).rpartition("/")[2]
    found["reply address"] = re.search(r"\+([a-z2-7]+)@", card["headers"]["Reply-To"])[1]
    with httpx.Client(base_url=suite.url, timeout=20) as browser:
        start = browser.get(
            "/api/channels/gmail/auth?shared=true&login_hint=agent%40example.com",
            headers=mail.admin,
        )
        query = parse_qs(urlsplit(start.headers["location"]).query)
        found["oauth state"] = query["state"][0]
        found["browser binding"] = next(iter(browser.cookies.values()))
        back = httpx.get(start.headers["location"], timeout=20).headers["location"]
        found["authorization code"] = parse_qs(urlsplit(back).query)["code"][0]
        assert browser.get(back, headers={"accept": "application/json"}).status_code == 200
    connect(suite.url, suite.secrets.admin_key, "slack", {})
    refreshed = mail.http.post("/api/channels/gmail/refresh", headers=mail.admin)
    assert refreshed.status_code == 200
    mail.press(mail.link_in(card), value="approved")
    assert mail.request(request)["status"] == "answered"
    mail.sandbox.post("/google/revoke", json={"email": "nobody@example.com"})
    return found


def files_of(mail):
    """The bytes of every database with its write-ahead log."""
    found = {
        path.name: path.read_bytes() for path in mail.suite.folder.rglob("*") if path.is_file()
    }
    assert {"gmail.db", "slack.db", "orchestrator.db"} <= found.keys()
    assert any(name.endswith("-wal") for name in found), "the write-ahead logs are looked at too"
    return found


def test_no_secret_is_in_a_database_or_its_log(mail, secrets):
    files = files_of(mail)
    leaked = [
        f"{what} in {name}"
        for name, content in files.items()
        for what, secret in secrets.items()
        if secret.encode() in content
    ]
    leaked += [
        f"a provider's token ({begin}) in {name}"
        for name, content in files.items()
        for begin in PROVIDERS
        if re.search(re.escape(begin) + rb"[A-Za-z0-9_\-]{16}", content)
    ]
    assert leaked == []


def test_no_secret_is_in_what_the_services_say(mail, secrets):
    lines = [line for line in mail.suite.lines if line.startswith(OURS)]
    assert len(lines) > 8, "they do say something"
    text = "\n".join(lines)
    assert [what for what, secret in secrets.items() if secret in text] == []
    for begin in PROVIDERS:
        assert not re.search(re.escape(begin.decode()) + r"[A-Za-z0-9_\-]{16}", text)


def test_sealed_tokens_open_only_in_their_own_row(mail):
    """Whoever can write to the database cannot have one mailbox's token used as another's."""
    mail.sandbox.post("/people", json={"name": "Dan Example", "email": "dan@example.com"})
    user, _session = mail.person("Dan", "dan@example.com")
    own = {"user_id": user["id"], "login_hint": "dan@example.com"}
    connect(mail.suite.url, mail.suite.secrets.admin_key, "gmail", own)
    with sqlite3.connect(mail.suite.folder / "gmail.db", timeout=20) as database:
        rows = database.execute(
            "SELECT user_id, sealed_access_token, sealed_refresh_token FROM gmail_connections"
        ).fetchall()
        shared = next(row for row in rows if not row[0])
        assert shared[1].startswith("v1.")
        database.execute(
            "UPDATE gmail_connections SET sealed_access_token = ?, sealed_refresh_token = ? "
            "WHERE user_id = ?",
            (shared[1], shared[2], user["id"]),
        )
    refreshed = mail.http.post("/api/channels/gmail/refresh", headers=mail.admin)
    assert refreshed.status_code == 200
    (mine,) = [
        c
        for c in mail.get("/api/channels/gmail/status", mail.admin)["connections"]
        if c["user_id"] == user["id"]
    ]
    assert mine["status"] == "reconnect_needed"
    assert mine["last_error"] == "unreadable_tokens"
