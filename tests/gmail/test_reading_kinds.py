"""Replies, machines, bounces, forwards: told apart, and what each carries."""
# ruff: noqa: RUF001  # a colon of another script is meant

import pytest

from parley_gmail.reading.reader import read

TOKEN = "abcdefghijklmnopqrstuvwxyz234567"


def mail(extra="", text="Approve", subject="Re: Release", reply="In-Reply-To: <a@b>\n"):
    head = f"From: Ann <Ann@Example.com>\nTo: agent@example.com\nSubject: {subject}\n"
    return f"{head}{reply}{extra}\n{text}\n".encode()


@pytest.mark.parametrize(
    "extra",
    [
        "Auto-Submitted: auto-replied\n",
        "Auto-Submitted: Auto-Generated\n",
        "Auto-Submitted: auto-notified; owner-email=x@y\n",
        "X-Autoreply: yes\n",
        "X-Autorespond:\n",
        "X-Autoresponder: x\n",
        "Precedence: auto_reply\n",
        "Precedence: Bulk\n",
        "Precedence: junk\n",
        "Precedence: list\n",
        "List-Id: <x.y>\n",
        "Return-Path: <>\n",
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n',
    ],
)
def test_a_machine_never_decides(extra):
    reading = read(mail(extra))
    assert (reading.kind, reading.decision) == ("auto_reply", "")


@pytest.mark.parametrize(
    "subject", ["Automatic reply: x", "Out of Office: x", "Abwesenheitsnotiz: x"]
)
def test_an_absence_note_is_known_by_its_subject(subject):
    assert read(mail(subject=subject)).kind == "auto_reply"


@pytest.mark.parametrize("extra", ["Auto-Submitted: no\n", "Return-Path: <ann@example.com>\n", ""])
def test_a_person_is_not_a_machine(extra):
    assert read(mail(extra)).decision == "approved"


@pytest.mark.parametrize("subject", ["Fwd: Release", "FW: Release", "WG: Release", "Tr: Release"])
def test_a_forward_never_decides(subject):
    reading = read(mail(subject=subject))
    assert (reading.kind, reading.decision, reading.text) == ("forward", "", "Approve")


@pytest.mark.parametrize(
    "header", ["List-Id: <x.y>\n", "Precedence: list\n", "List-Id: <x.y>\nPrecedence: bulk\n"]
)
def test_a_person_on_a_mailing_list_is_heard_and_never_decides(header):
    text = "Approve\n\nOn Mon, 23 Nov 2026 at 10:12, Bob <b@example.com> wrote:\n> Shall we?"
    reading = read(mail(header, text=text))
    assert (reading.kind, reading.decision, reading.text) == ("reply", "", "Approve")


@pytest.mark.parametrize(
    "header",
    [
        "X-Auto-Response-Suppress: All\n",
        "X-MS-Exchange-Inbox-Rules-Loop: ann@example.com\n",
        "X-MS-Has-Attach: yes\n",
        "List-Unsubscribe: <mailto:x@y>\n",
    ],
)
def test_headers_that_people_s_mails_have_too(header):
    assert read(mail(header)).decision == "approved"


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("[Fwd: Release]", "forward"), ("Release (fwd)", "forward"), ("[list] Fwd: Release", "forward"),
        ("RV: Release", "forward"), ("转发: Release", "forward"), ("[list] Re: Release", "reply"),
        ("回复：Release", "reply"), ("Re[2]: Release", "reply"), ("RE : Release", "reply"), ("VS: Release", "reply"),
        ("Auto repair", "reply"), ("Automation: done", "reply"), ("Office party", "reply"),
        ("Автоматический ответ: x", "auto_reply"), ("自動返信: x", "auto_reply"), ("OOO: away", "auto_reply"),
    ],
)  # fmt: skip
def test_subjects(subject, kind):
    assert read(mail(subject=subject)).kind == kind


def test_a_danish_vs_is_a_forward():
    block = "Til dig\n\nFra: Bob <b@example.com>\nSendt: 23. november 2026 10:12\nTil: Ann\nEmne: x\n\nHej"
    assert read(mail(subject="VS: x", text=block)).kind == "forward"


@pytest.mark.parametrize(
    "text",
    [
        "This is an automated response. Your request was received.",
        "Dies ist eine automatisch generierte Antwort.",
        "I am out of the office until Monday. For urgent matters please contact bob@example.com.",
    ],
)
def test_words_of_a_machine(text):
    assert read(mail(text=text)).kind == "auto_reply"


@pytest.mark.parametrize(
    "text",
    ["I am out of the office until Monday, sorry.", "I was on vacation. Approve it tomorrow."],
)
def test_people_may_be_away_too(text):
    assert read(mail(text=text)).kind == "reply"


def test_an_invitation_s_answer_is_about_the_meeting():
    parts = (
        "--b\nContent-Type: text/plain\n\nYes\n--b\nContent-Type: text/calendar; method=REPLY\n\n"
        "BEGIN:VCALENDAR\n--b--"
    )
    extra = 'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n'
    reading = read(mail(extra, text=parts, subject="Accepted: Release"))
    assert (reading.kind, reading.decision) == ("other", "")


def test_a_mail_passed_on_as_a_file_is_a_forward():
    parts = "--b\n\nFor you\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\nApprove\n--b--"
    extra = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n'
    reading = read(mail(extra, text=parts, subject="x", reply=""))
    assert (reading.kind, reading.text) == ("forward", "For you")


def test_a_complaint_is_a_bounce():
    raw = (
        "From: fbl@example.net\nSubject: complaint\nMIME-Version: 1.0\nContent-Type: multipart/report; "
        'report-type=feedback-report; boundary="b"\n\n--b\n\nAn abuse report.\n--b\nContent-Type: '
        "message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x\nOriginal-Rcpt-To: "
        "<ann@example.com>\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <ours@x>\n--b--\n"
    )
    reading = read(raw.encode())
    assert (reading.kind, reading.bounce.state) == ("bounce", "bounced_hard")
    assert reading.bounce.recipient == "ann@example.com"
    assert reading.bounce.message_ids == ("<ours@x>",)


def test_a_report_on_several_people_tells_the_worst():
    raw = report().replace(
        b"Final-Recipient: rfc822; Ann",
        b"Final-Recipient: rfc822; bob@example.com\nAction: delivered\nStatus: 2.0.0\n\n"
        b"Final-Recipient: rfc822; Ann",
    )
    assert read(raw).bounce.recipient == "ann@example.com"


def test_a_person_who_writes_about_a_bounce_is_no_bounce():
    text = "The mail failed with 550 5.1.1 user unknown, could not be delivered. Delivery failed again."
    assert read(mail(text=text, subject="Re: Undelivered Mail Returned to Sender")).kind == "reply"
    assert read(mail(text=text, subject="Mail delivery failed")).kind != "auto_reply"


def test_a_forward_is_known_by_its_body():
    text = "See below\n\n---------- Forwarded message ---------\nFrom: x\n\nApprove"
    reading = read(mail(text=text, subject="Release", reply=""))
    assert (reading.kind, reading.text) == ("forward", "See below")


def test_a_reply_to_a_forward_is_a_reply():
    assert read(mail(subject="Re: Fwd: Release")).kind == "reply"


@pytest.mark.parametrize(
    ("reply", "subject", "to", "kind"),
    [
        ("", "Release", "", "other"),
        ("", "Re: Release", "", "reply"),
        ("", "AW: Release", "", "reply"),
        ("References: <a@b>\n", "Release", "", "reply"),
        ("", "Release", f"Cc: agent+{TOKEN}@example.com\n", "reply"),
    ],
)
def test_what_makes_a_reply(reply, subject, to, kind):
    reading = read(mail(to, subject=subject, reply=reply))
    assert reading.kind == kind
    assert reading.decision == ("approved" if kind == "reply" else "")


def test_identifiers_and_sender():
    extra = "Message-ID: <m@x>\nReferences: <1@x>\n <2@x> <1@x>\n"
    reading = read(mail(extra))
    assert reading.message_id == "<m@x>"
    assert reading.in_reply_to == "<a@b>"
    assert reading.references == ("<1@x>", "<2@x>")
    assert reading.sender == "ann@example.com"


@pytest.mark.parametrize(
    "header",
    [
        f"Delivered-To: agent+{TOKEN}@example.com\n",
        f"X-Original-To: agent+{TOKEN}@example.com\n",
        f"Cc: bob@example.com, Agent <agent+{TOKEN.upper()}@Example.com>\n",
    ],
)
def test_the_token_is_found_where_it_was_addressed(header):
    assert read(mail(header), "agent@example.com").token == TOKEN
    assert read(mail(header)).token == TOKEN


@pytest.mark.parametrize(
    "header",
    [
        f"Delivered-To: other+{TOKEN}@example.com\n",
        f"Delivered-To: agent+{TOKEN}@evil.example\n",
        "Delivered-To: agent+short@example.com\n",
        f"X-Anything: agent+{TOKEN}@example.com\n",
    ],
)
def test_only_our_own_plus_addresses_carry_a_token(header):
    assert read(mail(header), "agent@example.com").token == ""


def report(status="5.1.1", action="failed", extra="", returned=True):
    original = (
        "--b\nContent-Type: text/rfc822-headers\n\n"
        "Message-ID: <ours@x>\nX-Parley-Delivery: dlv_1\nSubject: Release\n"
        if returned
        else ""
    )
    return (
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: agent@example.com\n"
        f"Subject: Delivery Status Notification\nAuto-Submitted: auto-replied\n{extra}"
        'Content-Type: multipart/report; boundary="b"; report-type=delivery-status\n\n'
        "--b\nContent-Type: text/plain\n\nApprove is in the text of a bounce\n"
        "--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; googlemail.com\n\n"
        f"Final-Recipient: rfc822; Ann@Example.com\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 No such user\n\n{original}--b--\n"
    ).encode()


@pytest.mark.parametrize(
    ("status", "action", "state"),
    [
        ("5.1.1", "failed", "bounced_hard"),
        ("5.2.2", "failed", "bounced_hard"),
        ("4.4.1", "failed", "bounced_soft"),
        ("4.4.1", "delayed", "bounced_soft"),
        ("5.0.0", "delayed", "bounced_soft"),
    ],
)
def test_a_bounce_says_what_did_not_arrive(status, action, state):
    reading = read(report(status, action))
    assert (reading.kind, reading.decision) == ("bounce", "")
    assert (reading.bounce.state, reading.bounce.code) == (state, status)
    assert reading.bounce.recipient == "ann@example.com"
    assert reading.bounce.detail == "550 No such user"
    assert reading.bounce.message_ids == ("<ours@x>",)
    assert reading.bounce.delivery_id == "dlv_1"


def test_a_bounce_without_the_returned_mail_is_linked_by_its_headers():
    raw = report(returned=False, extra="References: <ours@x>\nX-Original-Message-ID: <too@x>\n")
    assert read(raw).bounce.message_ids == ("<too@x>", "<ours@x>")


def test_a_report_of_success_is_no_bounce():
    assert read(report("2.0.0", "delivered")).kind == "auto_reply"


def test_a_bounce_in_words_only():
    extra = (
        "From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nX-Failed-Recipients: ann@example.com\n"
    )
    raw = f"{extra}Subject: Undelivered\n\n<ann@example.com>: 550 5.1.1 unknown user\n".encode()
    reading = read(raw)
    assert reading.kind == "bounce"
    assert (reading.bounce.code, reading.bounce.recipient) == ("5.1.1", "ann@example.com")
