import asyncio
import base64
import json
from email import message_from_bytes, policy
from email.message import EmailMessage

import google.auth.transport.requests
import pytest
from google.oauth2 import id_token

AGENT = "agent@example.com"
TOPIC = {"topicName": "projects/sandbox/topics/gmail", "labelIds": ["INBOX"]}


@pytest.fixture
def run(gmail):
    return gmail()


@pytest.fixture
async def sent(run):
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"] = AGENT, "ann@example.com, bob@example.com"
    message["Subject"], message["Reply-To"] = "Deploy?", "agent+tok123@example.com"
    message.set_content("Approve fbr_77?\n> old quote", cte="quoted-printable")
    message.add_alternative("<p>Approve <b>fbr_77</b>?</p>", subtype="html")
    raw = base64.urlsafe_b64encode(message.as_bytes()).decode()
    return await run(lambda users: users.messages().send(userId="me", body={"raw": raw}))


@pytest.fixture
def inbox(sandbox):
    """Return what the agent's inbox holds, parsed, newest first."""

    def read():
        box = sandbox.google.mailbox(AGENT)
        found = [m for m in reversed(box.messages.values()) if "INBOX" in m.labels]
        return [message_from_bytes(m.mail.raw, policy=policy.default) for m in found]

    return read


def message_id_of(sandbox, message_id):
    return sandbox.google.mailbox(AGENT).get(message_id).mail.message_id


async def test_a_reply_looks_like_gmails(sent, control, inbox, sandbox):
    status, answer = await control("/gmail/reply", {"to_message": "fbr_77", "text": "Approve"})
    assert status == 200
    assert answer["from"] == "ann@example.com"
    (reply,) = inbox()
    original = message_id_of(sandbox, sent["id"])
    assert reply["Delivered-To"] == "agent+tok123@example.com"
    assert reply["Subject"] == "Re: Deploy?"
    assert reply["In-Reply-To"].strip() == original
    assert reply["References"].strip() == original
    assert "dmarc=pass" in reply["Authentication-Results"]
    assert reply.get_content_type() == "multipart/alternative"
    text = reply.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.startswith("Approve\n\nOn ")
    assert "agent@example.com wrote:" in text
    assert "\n> Approve fbr_77?\n> > old quote" in text
    assert 'class="gmail_quote' in reply.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("dmarc", "says"), [("fail", "dmarc=fail"), ("absent", None), ("", "dmarc=pass")]
)
async def test_what_the_receiving_server_says_of_a_reply_can_be_chosen(
    sent, control, inbox, dmarc, says
):
    body = {"to_message": "fbr_77", "text": "Approve", "dmarc": dmarc}
    assert (await control("/gmail/reply", body))[0] == 200
    results = " ".join(inbox()[0]["Authentication-Results"].split())
    assert results.startswith("mx.google.com; dkim=pass")
    assert says in results if says else "dmarc" not in results


@pytest.mark.parametrize(
    ("kind", "action", "status"),
    [("hard", "failed", "5.1.1"), ("soft", "delayed", "4.2.2"), ("gave_up", "failed", "4.4.1")],
)
async def test_a_mail_can_come_back_after_all(sent, control, inbox, kind, action, status):
    code, answer = await control("/gmail/bounce", {"to_message": "fbr_77", "kind": kind})
    assert code == 200
    assert answer["threadId"] == sent["threadId"]
    (report,) = inbox()
    assert report.get_content_type() == "multipart/report"
    (machine,) = [p for p in report.walk() if p.get_content_type() == "message/delivery-status"]
    fields = machine.get_payload()[1]
    assert (fields["Action"], fields["Status"]) == (action, status)
    assert fields["Final-Recipient"] == "rfc822; ann@example.com"
    assert report["Return-Path"] == "<>"


@pytest.mark.parametrize(
    ("body", "status"),
    [({"to_message": "fbr_77", "kind": "odd"}, 400), ({"to_message": "nothing"}, 404)],
)
async def test_a_bounce_that_cannot_be_is_refused(sent, control, body, status):
    assert (await control("/gmail/bounce", body))[0] == status


async def test_a_reply_joins_the_senders_thread(sent, control, run):
    await control("/gmail/reply", {"to_message": "fbr_77", "text": "Approve"})
    thread = await run(lambda users: users.threads().get(userId="me", id=sent["threadId"]))
    assert len(thread["messages"]) == 2


async def test_who_replies_can_be_chosen(sent, control, inbox):
    reply = {"to_message": "fbr_77", "text": "Reject", "from": "bob@example.com"}
    await control("/gmail/reply", reply)
    assert "bob@example.com" in inbox()[0]["From"]


async def test_the_message_goes_by_id_message_id_or_text(sent, control, sandbox):
    box = sandbox.google.mailbox("ann@example.com")
    (received,) = box.messages.values()
    own_id, message_id = received.id, received.mail.message_id
    for reference in (own_id, sent["id"], message_id, "Deploy?", "tok123"):
        reply = {"to_message": reference, "text": "x", "from": "ann@example.com"}
        status, answer = await control("/gmail/reply", reply)
        assert status == 200
        assert answer["to"] == "agent+tok123@example.com"
        assert answer["from"] == "ann@example.com"


async def test_the_senders_own_id_means_the_first_recipients_copy(sent, control):
    _, answer = await control("/gmail/reply", {"to_message": sent["id"], "text": "x"})
    assert answer["from"] == "ann@example.com"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"to_message": "absent", "text": "x"}, 404),
        ({"to_message": "fbr_77"}, 400),
        ({"text": "x"}, 400),
        ({"to_message": "fbr_77", "text": "x", "from": "nobody@example.com"}, 404),
        ({"raw": "Subject: x\n\ny"}, 400),
        ({"raw": ""}, 400),
    ],
)
async def test_a_reply_that_cannot_be_is_refused(sent, control, inbox, body, status):
    assert (await control("/gmail/reply", body))[0] == status
    assert inbox() == []


RAW = """\
From: Ann <ann@example.com>
To: agent+tok123@example.com
Subject: Re: Deploy?
Authentication-Results: mx.google.com; dmarc=pass header.from=example.com
X-Odd:  kept   as it is

Approve
"""


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({}, "pass"),
        ({"from": "ann@example.com"}, "pass"),
        ({"from": "mallory@evil.test"}, "fail"),
        ({"from": "bob@example.com"}, "fail"),
        ({"dmarc": "none"}, "none"),
    ],
)
async def test_raw_mail_is_judged_on_top_by_who_really_sent_it(control, inbox, more, verdict):
    status, answer = await control("/gmail/reply", {"raw": RAW, **more})
    assert status == 200
    assert answer["delivered"][0]["mailbox"] == "agent+tok123@example.com"
    (mail,) = inbox()
    results = mail.get_all("Authentication-Results")
    assert f"dmarc={verdict}" in results[0]
    assert results[1] == "mx.google.com; dmarc=pass header.from=example.com"


async def test_raw_mail_arrives_as_it_is(control, sandbox):
    await control("/gmail/reply", {"raw": RAW})
    (message,) = sandbox.google.mailbox(AGENT).messages.values()
    assert message.mail.raw.endswith(RAW.replace("\n", "\r\n").encode())


async def test_the_null_sender_leaves_an_empty_return_path(control, inbox):
    await control("/gmail/reply", {"raw": RAW, "from": "<>"})
    assert inbox()[0]["Return-Path"] == "<>"


class TestPush:
    @pytest.fixture
    async def watch(self, run):
        return await run(lambda users: users.watch(userId="me", body=TOPIC))

    async def test_a_push_is_a_signed_hint(self, watch, sent, control, receiver, sandbox):
        await control("/gmail/reply", {"to_message": "fbr_77", "text": "Approve"})
        (push,) = await receiver.until("/gmail/webhook")
        message = json.loads(push.body)["message"]
        data = json.loads(base64.urlsafe_b64decode(message["data"]))
        assert data["emailAddress"] == AGENT
        assert int(data["historyId"]) > int(watch["historyId"])
        settings = sandbox.settings

        def verify():
            request = google.auth.transport.requests.Request()
            token = push.headers["authorization"].removeprefix("Bearer ")
            certs = settings.public_url + "/oauth2/v1/certs"
            claims = id_token.verify_token(token, request, settings.push_audience, certs)
            request.session.close()
            return claims

        claims = await asyncio.to_thread(verify)
        assert claims["iss"] == "https://accounts.google.com"
        assert claims["email"] == settings.gmail_pubsub_service_account
        assert claims["email_verified"] is True

    async def test_it_comes_again_until_acknowledged(self, watch, sent, control, receiver):
        receiver.statuses = [500, 301]
        await control("/gmail/reply", {"to_message": "fbr_77", "text": "Approve"})
        pushes = await receiver.until("/gmail/webhook", 3)
        assert len({json.loads(p.body)["message"]["messageId"] for p in pushes}) == 1
        await asyncio.sleep(0.1)
        assert len(receiver.at("/gmail/webhook")) == 3

    async def test_what_is_sent_is_not_in_the_inbox(self, watch, sent, receiver):
        await asyncio.sleep(0.1)
        assert receiver.at("/gmail/webhook") == []

    async def test_pushes_can_be_lost_and_stopped(self, watch, sent, control, receiver, run):
        reply = {"to_message": "fbr_77", "text": "Approve"}
        await control("/gmail/pushes", {"deliver": False})
        await control("/gmail/reply", reply)
        await control("/gmail/pushes", {"deliver": True})
        await run(lambda users: users.stop(userId="me"))
        await control("/gmail/reply", reply)
        await asyncio.sleep(0.1)
        assert receiver.at("/gmail/webhook") == []

    async def test_a_watch_ends_after_seven_days(self, watch, sent, control, receiver):
        await control("/clock", {"advance_seconds": 7 * 86_400})
        await control("/gmail/reply", {"to_message": "fbr_77", "text": "Approve"})
        await asyncio.sleep(0.1)
        assert receiver.at("/gmail/webhook") == []

    async def test_another_topic_is_refused(self, run):
        with pytest.raises(Exception, match="Invalid topicName"):
            await run(
                lambda users: users.watch(userId="me", body={"topicName": "projects/x/topics/y"})
            )


class TestPushRate:
    @pytest.fixture
    def overrides(self):
        return {"sandbox_gmail_push_interval_seconds": 60.0}

    async def test_more_than_one_in_the_interval_is_dropped(self, run, sent, control, receiver):
        await run(lambda users: users.watch(userId="me", body=TOPIC))
        for _ in range(3):
            await control("/gmail/reply", {"to_message": "fbr_77", "text": "Approve"})
        await receiver.until("/gmail/webhook")
        await asyncio.sleep(0.1)
        assert len(receiver.at("/gmail/webhook")) == 1
