"""Mail from end to end: what becomes of it, who hears of what, and how people answer."""

import json
import uuid

import pytest

from parley_suite.connecting import connect


def states(mail, message):
    found = mail.get(f"/api/messages/{message['id']}/deliveries")["deliveries"]
    return [(d["channel"], d["state"]) for d in found]


def said(mail, user, session, *channels):
    mail.prefer(user, *channels)
    return mail.post(f"/api/sessions/{session['id']}/messages", {"text": "The build is green."})


def test_a_mail_counts_as_delivered_after_some_quiet(mail):
    user, session = mail.person()
    message = said(mail, user, session, "gmail")
    mail.until(lambda: states(mail, message), lambda s: s == [("gmail", "delivered")])


def test_a_mail_that_cannot_arrive_goes_to_the_persons_next_channel(mail):
    """The address takes no mail; on Slack they are known by their id."""
    slack = mail.sandbox.get("/people").json()[1]["slack_user_id"]
    user = mail.post(
        "/api/users",
        {"name": "Ann", "email": "nobody@example.com", "slack_user_id": slack},
    )
    body = {"user_ids": [user["id"]], "title": f"Bounce {uuid.uuid4().hex[:8]}"}
    session = mail.post("/api/sessions", body)
    message = said(mail, user, session, "gmail", "slack")
    found = mail.until(lambda: states(mail, message), lambda s: ("slack", "sent") in s)
    assert ("gmail", "dead") in found
    first = mail.get(f"/api/messages/{message['id']}/deliveries")["deliveries"][0]
    assert "5.1.1" in json.dumps(first)


@pytest.mark.parametrize(
    ("kind", "state", "code"), [("soft", "sent", "4.2.2"), ("gave_up", "dead", "4.4.1")]
)
def test_a_mail_that_comes_back_later_is_told(mail, kind, state, code):
    user, session = mail.person()
    message = said(mail, user, session, "gmail")
    mail.until(lambda: states(mail, message), lambda s: s == [("gmail", "delivered")])
    body = {"to_message": session["title"], "kind": kind}
    assert mail.sandbox.post("/gmail/bounce", json=body).status_code == 200
    mail.until(lambda: states(mail, message), lambda s: s == [("gmail", state)])
    (delivery,) = mail.get(f"/api/messages/{message['id']}/deliveries")["deliveries"]
    assert code in delivery["explanation"]


@pytest.mark.parametrize("status", [403, 429])
def test_googles_own_retry_time_is_waited_for_and_the_mail_goes_out_once(mail, status):
    user, session = mail.person()
    mail.fault("gmail", "rate_limit", status=status, seconds=3, call="drafts.send", count=1)
    message = said(mail, user, session, "gmail")
    mail.until(lambda: states(mail, message), lambda s: s == [("gmail", "delivered")])
    (delivery,) = mail.get(f"/api/messages/{message['id']}/deliveries")["deliveries"]
    first, second = delivery["attempts"]
    assert "Google asks to wait" in json.dumps(first)
    assert first["finished_at"] < second["started_at"]
    mails = [m for m in mail.inbox("ann@example.com") if delivery["id"] in m["text"]]
    assert len(mails) == 1


def test_a_reply_that_nobody_vouches_for_is_confirmed_on_the_page(mail):
    _user, session, request, _card = mail.asked_by_mail()
    body = {"to_message": session["title"], "text": "Approve", "dmarc": "absent"}
    assert mail.sandbox.post("/gmail/reply", json=body).status_code == 200
    title = session["title"]
    mails = mail.until(lambda: mail.mails_to("ann@example.com", title), lambda m: len(m) == 2)
    assert mail.pending(request)
    assert "did not vouch for it (DMARC)" in mails[1]["text"]
    assert mails[1]["headers"]["From"] == "Parley <agent@example.com>"
    assert mail.press(mail.link_in(mails[1]), value="approved").status_code == 303
    response = mail.request(request)["response"]
    assert (response["value"], response["assurance"]) == ("approved", "link")


def test_a_reply_that_was_understood_is_confirmed_and_an_answer_on_the_page_is_not(mail):
    _user, session, request, _card = mail.asked_by_mail()
    mail.reply(session["title"], "Approve")
    mail.request(request, wait_seconds=60)
    title = session["title"]
    mails = mail.until(lambda: mail.mails_to("ann@example.com", title), lambda m: len(m) == 2)
    assert "You approved this by mail." in mails[1]["text"]
    _user, session, request, card = mail.asked_by_mail()
    assert mail.press(mail.link_in(card), value="rejected").status_code == 303
    mail.until(
        lambda: [c["update_state"] for c in mail.request(request)["cards"]],
        lambda states: states == ["sent"],
    )
    assert len(mail.mails_to("ann@example.com", session["title"])) == 1


def test_what_is_dangerous_takes_the_page_and_two_steps(mail):
    action = {"tool": "drop_database", "name": "staging"}
    _user, session, request, card = mail.asked_by_mail(dangerous=True, action=action)
    mail.reply(session["title"], "Approve")
    title = session["title"]
    mails = mail.until(lambda: mail.mails_to("ann@example.com", title), lambda m: len(m) == 2)
    assert "asks once more" in mails[1]["text"]
    link = mail.link_in(card)
    first = mail.press(link, value="approved")
    assert first.status_code == 200
    assert mail.pending(request)
    assert mail.confirm(link, first).status_code == 303
    assert mail.request(request)["response"]["value"] == "approved"
    told = mail.until(lambda: mail.mails_to("ann@example.com", title), lambda m: len(m) == 3)
    assert "Was this not you?" in told[2]["text"]


def test_a_changed_action_reaches_the_agent(mail):
    action = {"tool": "deploy", "to": "production"}
    _user, _session, request, card = mail.asked_by_mail(allow_edit=True, action=action)
    link = mail.link_in(card)
    fields = {"value": "approved", "action.tool": "deploy", "action.to": "canary"}
    second = mail.press(link, **fields)
    assert second.status_code == 200
    assert mail.confirm(link, second).status_code == 303
    response = mail.request(request)["response"]
    assert response["edited_action"] == {"tool": "deploy", "to": "canary"}


def test_a_mailbox_that_broke_is_told_to_its_owner_in_slack_and_can_be_connected_again(mail):
    mail.sandbox.post("/people", json={"name": "Cid Example", "email": "cid@example.com"})
    user, session = mail.person("Cid", "cid@example.com")
    mail.prefer(user, "slack", "gmail")
    key = mail.suite.secrets.admin_key
    own = {"user_id": user["id"], "login_hint": "cid@example.com"}
    connect(mail.suite.url, key, "gmail", own)
    mail.sandbox.post("/google/revoke", json={"email": "cid@example.com"})

    def posts():
        found = [json.dumps(e["body"]) for e in mail.journal("chat.postMessage")]
        return [text for text in found if "no longer connected" in text and "cid@" in text]

    (told,) = mail.until(posts, lambda p: len(p) >= 1, seconds=30)
    assert f"/api/channels/gmail/auth?user_id={user['id']}" in told
    messages = mail.get(f"/api/sessions/{session['id']}/messages")["messages"]
    assert messages[-1]["author"]["kind"] == "system"
    mail.settled()
    assert len(posts()) == 1
    connect(mail.suite.url, key, "gmail", own)
    status = mail.get("/api/channels/gmail/status", mail.admin)
    mine = [c for c in status["connections"] if c["user_id"] == user["id"]]
    assert [c["status"] for c in mine] == ["connected"]
