import base64
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from googleapiclient.errors import HttpError


def mail(**changes):
    headers = {"From": "agent@example.com", "To": "ann@example.com", "Subject": "Deploy?"}
    message = EmailMessage(policy=policy.SMTP)
    for name, value in (headers | changes).items():
        if value is not None:
            message[name.replace("_", "-")] = value
    message.set_content("Approve fbr_1?", cte="quoted-printable")
    return message.as_bytes()


def body(raw, **more):
    return {"raw": base64.urlsafe_b64encode(raw).decode(), **more}


@pytest.fixture
def run(gmail):
    return gmail()


@pytest.fixture
def stored(sandbox):
    """Return the parsed messages of a mailbox with a label, oldest first."""

    def find(email, label):
        box = sandbox.google.mailbox(email)
        found = [m for m in box.messages.values() if label in m.labels]
        return [message_from_bytes(m.mail.raw, policy=policy.default) for m in found]

    return find


def send(raw, **more):
    return lambda users: users.messages().send(userId="me", body=body(raw, **more))


async def read(run, message_id, form="full", **more):
    return await run(
        lambda users: users.messages().get(userId="me", id=message_id, format=form, **more)
    )


async def test_the_message_id_is_googles_own(run):
    sent = await run(send(mail(Message_ID="<mine@parley.test>")))
    assert sent["labelIds"] == ["SENT"]
    shown = await read(run, sent["id"], "metadata", metadataHeaders=["Message-ID"])
    value = shown["payload"]["headers"][0]["value"]
    assert value.endswith("@mail.gmail.com>")


async def test_a_mail_arrives_with_its_trace(run, stored):
    await run(send(mail(Reply_To="agent+tok@example.com", Bcc="bob@example.com")))
    for recipient in ("ann@example.com", "bob@example.com"):
        (arrived,) = stored(recipient, "INBOX")
        assert arrived.keys()[0] == "Delivered-To"
        assert arrived["Delivered-To"] == recipient
        assert arrived["Return-Path"] == "<agent@example.com>"
        assert arrived["Received"]
        assert "mx.google.com" in arrived["Authentication-Results"]
        assert "dmarc=pass" in arrived["Authentication-Results"]
        assert "header.from=example.com" in arrived["Authentication-Results"]
        assert arrived["Bcc"] is None
        assert arrived["Date"]
        assert arrived["Reply-To"] == "agent+tok@example.com"
    assert stored("agent@example.com", "SENT")[0]["Bcc"] == "bob@example.com"


async def test_a_plus_address_reaches_the_base_mailbox(run, stored):
    await run(send(mail(To="Ann+fbr_1@Example.com")))
    assert stored("ann@example.com", "INBOX")[0]["Delivered-To"] == "Ann+fbr_1@Example.com"


async def test_mail_to_oneself_is_one_message(run, sandbox):
    sent = await run(send(mail(To="agent+self@example.com")))
    (only,) = sandbox.google.mailbox("agent@example.com").messages.values()
    assert only.id == sent["id"]
    assert {"SENT", "INBOX"} <= set(only.labels)


async def test_an_unknown_address_bounces_into_the_thread(run, stored):
    sent = await run(send(mail(To="nobody@nowhere.test")))
    thread = await run(lambda users: users.threads().get(userId="me", id=sent["threadId"]))
    assert [m["payload"]["mimeType"] for m in thread["messages"]] == [
        "text/plain",
        "multipart/report",
    ]
    (report,) = stored("agent@example.com", "INBOX")
    assert report.get_content_type() == "multipart/report"
    assert report["X-Failed-Recipients"] == "nobody@nowhere.test"
    assert report["Return-Path"] == "<>"
    assert "mailer-daemon" in report["From"]
    _, status, original = report.iter_parts()
    recipient = list(status.iter_parts())[1]
    assert recipient["Final-Recipient"] == "rfc822; nobody@nowhere.test"
    assert (recipient["Action"], recipient["Status"]) == ("failed", "5.1.1")
    returned = original.get_content()
    assert returned["Message-ID"] == report["In-Reply-To"]


async def test_a_foreign_from_becomes_the_account(run, stored):
    await run(send(mail(From="Boss <boss@example.org>")))
    assert stored("ann@example.com", "INBOX")[0]["From"] == "Boss <agent@example.com>"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"To": None}, "Recipient address required"),
        ({"To": "not an address"}, "Invalid To header"),
        ({"Cc": "@"}, "Invalid Cc header"),
        ({"From": "nonsense"}, "Invalid From header"),
        ({"From": "a@example.com, b@example.com"}, "Invalid From header"),
    ],
)
async def test_a_bad_header_is_refused(run, stored, changes, said):
    with pytest.raises(HttpError) as caught:
        await run(send(mail(**changes)))
    assert (caught.value.status_code, caught.value.reason) == (400, said)
    assert stored("agent@example.com", "SENT") == []


async def test_a_header_twice_is_refused(run):
    with pytest.raises(HttpError, match="Invalid From header"):
        await run(send(b"From: x@example.com\r\n" + mail()))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "'raw' RFC822 payload"),
        ({"raw": "***"}, "Base64 decoding failed"),
        ({"raw": 7}, "TYPE_BYTE"),
        ({"raw": "eA", "bogus": 1}, 'Unknown name "bogus"'),
        ({"raw": "eA", "payload": {"headers": [{"nome": "x"}]}}, 'Unknown name "nome"'),
        ({"raw": "eA", "labelIds": "SENT"}, "expected a list"),
        ({"raw": "eA", "sizeEstimate": True}, "TYPE_INT32"),
    ],
)
async def test_a_body_that_is_no_message_is_refused(run, given, said):
    with pytest.raises(HttpError) as caught:
        await run(lambda users: users.messages().send(userId="me", body=given))
    assert caught.value.status_code == 400
    assert said in str(caught.value)


async def test_threading_needs_id_references_and_subject(run):
    first = await run(send(mail()))
    shown = await read(run, first["id"], "metadata", metadataHeaders=["Message-ID"])
    own_id = shown["payload"]["headers"][0]["value"]
    thread = first["threadId"]
    good = mail(Subject="Re: Deploy?", References=own_id, In_Reply_To=own_id)
    assert (await run(send(good, threadId=thread)))["threadId"] == thread
    assert (await run(send(mail(), threadId=thread)))["threadId"] != thread
    other = mail(Subject="Other", References=own_id)
    assert (await run(send(other, threadId=thread)))["threadId"] != thread
    assert (await run(send(good)))["threadId"] != thread
    with pytest.raises(HttpError) as caught:
        await run(send(good, threadId="1234567890abcdef"))
    assert caught.value.status_code == 404


@pytest.mark.parametrize("form", ["media", "multipart"])
async def test_an_upload_sends_too(sandbox, session, access_token, stored, form):
    url = f"{sandbox.settings.public_url}/upload/gmail/v1/users/me/messages/send?uploadType={form}"
    raw, kind = mail(), "message/rfc822"
    if form == "multipart":
        head = b"--b\r\nContent-Type: application/json\r\n\r\n{}\r\n--b\r\n"
        raw = head + b"Content-Type: message/rfc822\r\n\r\n" + raw + b"\r\n--b--\r\n"
        kind = "multipart/related; boundary=b"
    headers = {"authorization": f"Bearer {access_token()}", "content-type": kind}
    async with session.post(url, data=raw, headers=headers) as response:
        assert response.status == 200, await response.text()
    assert "fbr_1" in stored("ann@example.com", "INBOX")[0].get_content()


class TestDrafts:
    @pytest.fixture
    async def draft(self, run):
        message = {"message": body(mail())}
        return await run(lambda users: users.drafts().create(userId="me", body=message))

    async def test_a_draft_is_sent_once_and_gone(self, run, draft, stored):
        sending = {"id": draft["id"]}
        sent = await run(lambda users: users.drafts().send(userId="me", body=sending))
        assert sent["id"] != draft["message"]["id"]
        assert sent["labelIds"] == ["SENT"]
        with pytest.raises(HttpError) as caught:
            await run(lambda users: users.drafts().send(userId="me", body=sending))
        assert caught.value.status_code == 404
        with pytest.raises(HttpError):
            await run(lambda users: users.drafts().get(userId="me", id=draft["id"]))
        assert len(stored("ann@example.com", "INBOX")) == 1

    async def test_a_refused_send_keeps_the_draft(self, run, stored):
        message = {"message": body(mail(To=None))}
        draft = await run(lambda users: users.drafts().create(userId="me", body=message))
        with pytest.raises(HttpError, match="Recipient address required"):
            await run(lambda users: users.drafts().send(userId="me", body={"id": draft["id"]}))
        assert (await run(lambda users: users.drafts().get(userId="me", id=draft["id"])))["id"]

    async def test_it_is_listed_updated_and_deleted(self, run, draft):
        listed = await run(lambda users: users.drafts().list(userId="me"))
        assert [d["id"] for d in listed["drafts"]] == [draft["id"]]
        changed = {"message": body(mail(Subject="Other"))}
        await run(lambda users: users.drafts().update(userId="me", id=draft["id"], body=changed))
        shown = await run(lambda users: users.drafts().get(userId="me", id=draft["id"]))
        headers = {h["name"]: h["value"] for h in shown["message"]["payload"]["headers"]}
        assert headers["Subject"] == "Other"
        await run(lambda users: users.drafts().delete(userId="me", id=draft["id"]))
        assert "drafts" not in await run(lambda users: users.drafts().list(userId="me"))


async def test_the_journal_tells_what_was_sent_in_words(run, control):
    await run(send(mail()))
    _, entries = await control("/journal?call=messages.send")
    assert entries[0]["channel"] == "gmail"
    assert entries[0]["mail"]["headers"]["To"] == "ann@example.com"
    assert "fbr_1" in entries[0]["mail"]["text"]
