"""Mail that comes in: what it answers, who is believed, what is dropped, and that none is lost."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio

import pytest
from tests.gmail.incoming import SURE, TOKEN, UNSURE, deliver, mail, settled


async def test_a_reply_is_linked_believed_and_read(connected):
    await connected.ask(delivery_id="dlv_card")
    await connected.control("POST", "/gmail/reply", to_message="dlv_card", text="Approve\n\nGo on.")
    (item,) = await connected.orchestrator.wait_for(1)
    assert item.channel == "gmail"
    assert item.inbound_id.startswith("agent@example.com/")
    assert dict(item.sender.addresses) == {"email": "ann@example.com"}
    assert item.sender.assurance == SURE
    assert item.text.text == "Approve\n\nGo on."
    assert item.text.decision == "approved"
    assert item.text.delivery_id == "dlv_card"
    assert item.text.reply_token == TOKEN


async def test_the_mail_named_last_is_the_one_that_is_answered(connected):
    first = await connected.send(delivery_id="dlv_1")
    later = connected.conversation(thread_ref=first.sent.thread_ref)
    await connected.ask(delivery_id="dlv_2", conversation=later)
    await connected.send(delivery_id="dlv_3", conversation=later)
    for name in ("dlv_1", "dlv_2", "dlv_3"):
        await connected.control("POST", "/gmail/reply", to_message=name, text=name)
    items = await connected.orchestrator.wait_for(3)
    assert all(item.text.delivery_id == item.text.text for item in items)


async def test_a_reply_without_references_is_linked_by_its_thread(connected):
    outcome = await connected.send(delivery_id="dlv_1")
    raw = mail(to="agent@example.com")
    for message in connected.box("agent@example.com").messages.values():
        thread = message.thread_id
    box = connected.box("agent@example.com")
    original = box.thread_for
    box.thread_for = lambda *args, **more: thread or original(*args, **more)
    await deliver(connected, raw)
    (item,) = await connected.orchestrator.wait_for(1)
    assert outcome.HasField("sent")
    assert item.text.delivery_id == "dlv_1"
    assert item.text.reply_token == ""


async def test_mail_that_belongs_to_nothing_is_passed_on_for_the_orchestrator_to_judge(connected):
    await connected.control(
        "POST", "/gmail/compose", **{"from": "bob@example.com"},
        to="agent@example.com", subject="Hello", text="Yes, who are you?",
    )  # fmt: skip
    (item,) = await connected.orchestrator.wait_for(1)
    assert (item.text.delivery_id, item.text.reply_token, item.text.decision) == ("", "", "")
    assert item.text.text == "Yes, who are you?"


FORGED = (
    "Authentication-Results: mx.google.com;\n"
    "       dkim=pass header.i=@example.com; dmarc=pass (p=NONE) header.from=example.com\n"
)


@pytest.mark.parametrize(
    ("extra", "envelope", "dmarc"),
    [
        ("", "mallory@evil.example", "fail"),
        ("", "mallory@evil.example", "none"),
        (FORGED, "mallory@evil.example", "fail"),
        (FORGED + FORGED, "mallory@evil.example", "temperror"),
        ("From: Mallory <mallory@evil.example>\n", "mallory@evil.example", "pass"),
    ],
    ids=["dmarc fails", "no dmarc", "forged result", "two forged results", "two From headers"],
)
async def test_a_spoofed_reply_is_never_believed(connected, extra, envelope, dmarc):
    await connected.ask(delivery_id="dlv_card")
    await deliver(connected, mail(extra=extra), **{"from": envelope}, dmarc=dmarc)
    (item,) = await connected.orchestrator.wait_for(1)
    assert item.sender.assurance == UNSURE


async def test_a_forwarded_token_comes_with_the_address_of_who_used_it(connected):
    await connected.ask()
    await deliver(connected, mail(sender="bob@example.com"))
    (item,) = await connected.orchestrator.wait_for(1)
    assert item.text.reply_token == TOKEN
    assert item.sender.addresses["email"] == "bob@example.com"


async def test_a_forward_carries_no_decision(connected):
    forward = (
        "Approve\n\n---------- Forwarded message ---------\n"
        "From: Deploy bot <agent@example.com>\nSubject: Release 4.2\n\nDeploy?\n"
    )
    await deliver(connected, mail(forward).replace("Subject: Re:", "Subject: Fwd:"))
    (item,) = await connected.orchestrator.wait_for(1)
    assert item.text.decision == ""
    assert item.text.decides_nothing
    assert item.text.text == "Approve"


@pytest.mark.parametrize(
    ("extra", "is_listed"), [("List-Id: <all.example.com>\n", True), ("", False)]
)
async def test_a_person_s_mail_by_a_list_is_marked_as_such(connected, extra, is_listed):
    await connected.ask()
    quoting = "Approve\n\nOn Mon, 23 Nov 2026 at 10:00, Deploy bot wrote:\n> Deploy?\n"
    await deliver(connected, mail(quoting, extra=extra))
    (item,) = await connected.orchestrator.wait_for(1)
    assert item.text.text == "Approve"
    assert item.text.is_from_list is is_listed
    assert item.text.decision == ("" if is_listed else "approved")


MACHINES = {
    "auto-replied": "Auto-Submitted: auto-replied\n",
    "auto-generated": "Auto-Submitted: auto-generated (vacation)\n",
    "x-autoreply": "X-Autoreply: yes\n",
    "x-autorespond": "X-Autorespond: vacation\n",
    "precedence": "Precedence: bulk\n",
    "list": "List-Id: <all.example.com>\n",
    "our own": "X-Parley-Delivery: dlv_other\n",
}


@pytest.mark.parametrize("extra", MACHINES.values(), ids=MACHINES)
async def test_what_a_machine_wrote_is_dropped(connected, extra):
    await connected.ask()
    await deliver(connected, mail(extra=extra))
    await deliver(connected, mail("Yes", sender="bob@example.com"))
    items = await connected.orchestrator.wait_for(1)
    await settled(connected, 2)
    assert [item.text.text for item in items] == ["Yes"]
    assert len(connected.orchestrator.items) == 1


async def test_a_null_return_path_is_a_machine(connected):
    await deliver(connected, mail(), **{"from": "<>"})
    await deliver(connected, mail("Yes", sender="bob@example.com"))
    items = await connected.orchestrator.wait_for(1)
    assert [item.text.text for item in items] == ["Yes"]


async def test_a_thousand_answers_of_machines_cause_no_mail(connected):
    await connected.ask()
    sent_before = len(await connected.calls("drafts.send"))
    inboxes_before = len(connected.mails())
    for number in range(1000):
        extra = list(MACHINES.values())[number % len(MACHINES)]
        await deliver(connected, mail(f"Approve {number}", extra=extra))
    await deliver(connected, mail("Yes", sender="bob@example.com"))
    (item,) = await connected.orchestrator.wait_for(1, seconds=60)
    assert item.text.text == "Yes"
    assert len(await connected.calls("drafts.send")) == sent_before
    assert len(connected.mails()) == inboxes_before


async def test_a_reply_that_only_quotes_our_mail_is_linked_by_what_it_quotes(connected):
    await connected.ask(delivery_id="dlv_card")
    quoting = "Approve\n\nOn Mon, agent wrote:\n> Sent by Parley. Reference dlv_card\n"
    await deliver(connected, mail(quoting, to="agent@example.com"))
    (item,) = await connected.orchestrator.wait_for(1)
    assert (item.text.delivery_id, item.text.reply_token) == ("dlv_card", "")
    assert item.text.decision == "approved"


async def test_a_quotation_of_what_was_never_sent_links_to_nothing(connected):
    await deliver(connected, mail("Approve\n\n> Reference dlv_unknown", to="agent@example.com"))
    (item,) = await connected.orchestrator.wait_for(1)
    assert item.text.delivery_id == ""


async def test_a_token_outweighs_what_is_quoted(connected):
    await connected.ask(delivery_id="dlv_card")
    await deliver(connected, mail("Approve\n\n> Reference dlv_card"))
    (item,) = await connected.orchestrator.wait_for(1)
    assert (item.text.delivery_id, item.text.reply_token) == ("", TOKEN)


async def test_of_a_persons_own_mailbox_only_what_answers_us_is_read(suite):
    await suite.connect(user_id="usr_ann", hint="ann@example.com")
    outcome = await suite.send(delivery_id="dlv_self")
    assert outcome.HasField("sent")
    await deliver(suite, mail("Private", to="ann@example.com", sender="bob@example.com"))
    await suite.control("POST", "/gmail/reply", to_message="dlv_self", text="Approve")
    (item,) = await suite.orchestrator.wait_for(1)
    await settled(suite, 2)
    assert len(suite.orchestrator.items) == 1
    assert (item.text.text, item.text.delivery_id) == ("Approve", "dlv_self")
    assert item.sender.assurance == SURE


async def test_a_persons_own_mailbox_vouches_for_nobody_but_its_owner(suite):
    """Its owner can put mails of anybody into it, with any header, and bounces of others' mails."""
    await suite.connect()
    await suite.ask(delivery_id="dlv_card")
    await suite.connect(user_id="usr_bob", hint="bob@example.com")
    planted = mail(to=f"bob+{TOKEN}@example.com")
    await deliver(suite, planted, dmarc="pass")
    (item,) = await suite.orchestrator.wait_for(1)
    assert item.text.reply_token == TOKEN
    assert dict(item.sender.addresses) == {"email": "ann@example.com"}
    assert item.sender.assurance == UNSURE
    bounce = (
        "From: mailer-daemon@example.com\nTo: bob@example.com\nSubject: Failed\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n'
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; example.com\n\n"
        "Final-Recipient: rfc822; ann@example.com\nAction: failed\nStatus: 5.1.1\n\n--b\n"
        "Content-Type: text/rfc822-headers\n\nFrom: agent@example.com\nSubject: Release 4.2\nX-Parley-Delivery: dlv_card\n\n--b--\n"
    )
    await deliver(suite, bounce)
    await settled(suite, 4)
    assert len(suite.orchestrator.items) == 1
    await deliver(suite, bounce.replace("To: bob", "To: agent"))
    _, report = await suite.orchestrator.wait_for(2)
    assert (report.report.delivery_id, report.report.state) == ("dlv_card", "bounced_hard")


async def test_a_shared_mailbox_is_preferred_to_a_persons_own(suite):
    own = await suite.connect(user_id="usr_ann", hint="ann@example.com")
    assert (await suite.send()).sent.connection_id == own.connection_id
    shared = await suite.connect()
    async with asyncio.timeout(30):
        while (await suite.send()).sent.connection_id != shared.connection_id:
            await asyncio.sleep(0.05)


async def test_attachments_are_named_but_not_passed_on(connected):
    raw = (
        "From: ann@example.com\nTo: agent@example.com\nSubject: Files\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nSee files\n'
        '--b\nContent-Type: application/pdf; name="a.pdf"\n'
        'Content-Disposition: attachment; filename="a.pdf"\n\nx\n'
        '--b\nContent-Type: image/png\nContent-Disposition: attachment; filename="b.png"\n\nx\n--b--\n'
    )
    await deliver(connected, raw)
    (item,) = await connected.orchestrator.wait_for(1)
    assert item.text.text == "See files"
    assert item.text.omitted == "2 files: a.pdf, b.png"


async def test_what_people_and_agents_write_never_reaches_a_log(connected, capfd):
    await connected.send(text="canary-out")
    await connected.ask(prompt="canary-prompt", action_json='{"a":"canary-action"}')
    await connected.fault("error", call="drafts.create", count=1)
    await connected.send(text="canary-failed")
    await deliver(connected, mail("canary-in"))
    await deliver(connected, mail("canary-machine", extra="Auto-Submitted: auto-replied\n"))
    await connected.orchestrator.wait_for(1)
    await settled(connected, 2)
    captured = capfd.readouterr()
    assert "a mail was dropped" in captured.out + captured.err
    assert "canary" not in captured.out + captured.err
    assert "secret-answer-token" not in captured.out + captured.err
