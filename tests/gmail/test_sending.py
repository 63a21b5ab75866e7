"""Messages, cards and updates as mails in the sandbox's mailboxes."""

import asyncio
import threading

import pytest

from parley.channel.v1 import channel_pb2, outcome_pb2
from parley.common.v1 import feedback_pb2
from parley_gmail.writing import letters

REJECTED = outcome_pb2.FAILURE_CLASS_REJECTED
PERMANENT = outcome_pb2.FAILURE_CLASS_PERMANENT


async def test_a_message_arrives_with_text_html_and_the_headers_of_a_machine(connected):
    outcome = await connected.send(delivery_id="dlv_a")
    (mail,) = connected.mails()
    assert mail["Subject"] == "Release 4.2"
    assert mail["From"] == "Deploy bot via Parley <agent@example.com>"
    assert mail["To"] == "Ann <ann@example.com>"
    assert mail["Reply-To"] == "agent+abcdefghijklmnopqrstuvwxyz234567@example.com"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["X-Parley-Delivery"] == "dlv_a"
    assert "The build is green." in mail.get_body(["plain"]).get_content()
    assert "<em>green</em>" in mail.get_body(["html"]).get_content()
    assert mail["Message-ID"] in outcome.sent.thread_ref
    assert outcome.sent.connection_id


async def test_a_conversation_is_one_thread_on_both_sides(connected):
    first = await connected.send()
    again = connected.conversation(title="Renamed", thread_ref=first.sent.thread_ref)
    second = await connected.send(conversation=again)
    latest = connected.conversation(thread_ref=second.sent.thread_ref)
    await connected.ask(conversation=latest)
    mails = connected.mails()
    ids = [mail["Message-ID"] for mail in mails]
    assert [mail["Subject"] for mail in mails] == ["Release 4.2"] * 3
    assert [mail["In-Reply-To"] for mail in mails] == [None, ids[0], ids[1]]
    assert mails[2]["References"] == f"{ids[0]} {ids[1]}"
    for email in ("ann@example.com", "agent@example.com"):
        threads = {each.thread_id for each in connected.box(email).messages.values()}
        assert len(threads) == 1


async def test_messages_of_one_batch_and_conversation_are_one_thread_in_order(connected):
    messages = [connected.message(text=f"Part {number}") for number in range(5)]
    answer = await connected.stub.SendMessages(channel_pb2.SendMessagesRequest(messages=messages))
    assert [each.delivery_id for each in answer.outcomes] == [m.delivery_id for m in messages]
    texts = [mail.get_body(["plain"]).get_content() for mail in connected.mails()]
    assert [text.splitlines()[0] for text in texts] == [f"Part {number}" for number in range(5)]
    assert len({each.thread_id for each in connected.box("ann@example.com").messages.values()}) == 1


async def test_a_repeated_delivery_id_is_sent_once_and_answers_the_first_outcome(connected):
    first = await connected.send(delivery_id="dlv_same")
    second = await connected.send(delivery_id="dlv_same", text="Another text")
    assert second == first
    assert len(connected.mails()) == 1


async def test_while_a_long_mail_is_written_others_are_served(connected, monkeypatch):
    written, served = threading.Event(), threading.Event()
    show = letters.message_view

    def slowly(request, author):
        written.set()
        assert served.wait(5), "nobody else was served"
        return show(request, author)

    monkeypatch.setattr(letters, "message_view", slowly)
    sending = asyncio.create_task(connected.send())
    await asyncio.to_thread(written.wait, 5)
    await connected.stub.Describe(channel_pb2.DescribeRequest())
    served.set()
    assert (await sending).HasField("sent")


async def test_no_draft_is_left_behind(connected):
    await connected.send()
    assert connected.mails("agent@example.com", "DRAFT") == []


async def test_a_thread_that_was_deleted_begins_anew(connected):
    first = await connected.send()
    connected.box("agent@example.com").messages.clear()
    outcome = await connected.send(
        conversation=connected.conversation(thread_ref=first.sent.thread_ref)
    )
    assert outcome.HasField("sent")
    ids = [mail["Message-ID"] for mail in connected.mails()]
    assert connected.mails()[1]["In-Reply-To"] == ids[0]


async def test_a_thread_reference_that_is_not_ours_begins_anew(connected):
    outcome = await connected.send(conversation=connected.conversation(thread_ref="1/{]"))
    assert outcome.HasField("sent")


async def test_a_card_shows_question_action_answers_and_end(connected):
    await connected.ask()
    (mail,) = connected.mails()
    text, html = (mail.get_body([kind]).get_content() for kind in ("plain", "html"))
    assert "Deploy bot asks for your approval." in text
    assert "https://parley.example/f/secret-answer-token" in text.splitlines()
    assert "  service: billing" in text
    assert "Approve or Reject as the first word" in text
    assert 'href="https://parley.example/f/secret-answer-token#approved"' in html
    assert "<strong>billing 4.2</strong>" in html


@pytest.mark.parametrize(
    ("assurance", "is_invited"),
    [(feedback_pb2.ASSURANCE_REPLY, True), (feedback_pb2.ASSURANCE_SESSION, False)],
)
async def test_replies_are_invited_only_where_they_count(connected, assurance, is_invited):
    await connected.ask(min_assurance=assurance)
    text = connected.mails()[0].get_body(["plain"]).get_content()
    assert ("Approve or Reject as the first word" in text) is is_invited
    assert ("does not answer this" in text) is not is_invited


async def test_the_end_of_a_question_is_one_short_mail_in_its_thread(connected):
    card = connected.card(delivery_id="dlv_card")
    outcome = (await connected.stub.RequestFeedback(card)).outcome
    update = connected.update(outcome, card, comment="Go")
    answers = [(await connected.stub.UpdateFeedback(update)).outcome for _ in range(3)]
    assert answers[0].HasField("sent")
    assert answers[1] == answers[0] == answers[2]
    first, second = connected.mails()
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["Subject"] == first["Subject"]
    text = second.get_body(["plain"]).get_content()
    assert text.startswith("Ann Smith approved this in Slack.")
    assert "Comment: Go" in text
    assert "secret-answer-token" not in second.as_string()


EXPIRED = {"status": feedback_pb2.FEEDBACK_STATUS_EXPIRED}
CANCELLED = {"status": feedback_pb2.FEEDBACK_STATUS_CANCELLED}
BY_REPLY = {"assurance": feedback_pb2.ASSURANCE_REPLY}
ON_THE_PAGE = {"assurance": feedback_pb2.ASSURANCE_LINK}
IN_SLACK = {"assurance": feedback_pb2.ASSURANCE_SLACK}
MYSELF, ANOTHER = {"responder_user_id": "usr_ann"}, {"responder_user_id": "usr_bob"}


@pytest.mark.parametrize(
    ("resolution", "is_dangerous", "is_told"),
    [
        ({**ANOTHER, **IN_SLACK}, False, True),
        ({}, False, True),
        (CANCELLED, False, True),
        ({**MYSELF, **BY_REPLY}, False, True),
        ({**MYSELF, **ON_THE_PAGE}, True, True),
        ({**MYSELF, **IN_SLACK}, True, True),
        ({**MYSELF, **ON_THE_PAGE}, False, False),
        ({**MYSELF, **IN_SLACK}, False, False),
        (EXPIRED, False, False),
        (EXPIRED, True, False),
    ],
)
async def test_only_an_end_that_its_reader_cannot_know_is_worth_a_mail(
    connected, resolution, is_dangerous, is_told
):
    card = connected.card(delivery_id="dlv_card", is_dangerous=is_dangerous)
    outcome = (await connected.stub.RequestFeedback(card)).outcome
    card.conversation.thread_ref = outcome.sent.thread_ref
    update = connected.update(outcome, card, **resolution)
    answers = [(await connected.stub.UpdateFeedback(update)).outcome for _ in range(2)]
    assert answers[0].HasField("sent")
    assert answers[0] == answers[1]
    assert len(connected.mails()) == 1 + is_told
    if not is_told:
        assert answers[0].sent.provider_ref == outcome.sent.provider_ref
        assert answers[0].sent.thread_ref == outcome.sent.thread_ref


@pytest.mark.parametrize(
    ("email", "kind", "code"),
    [
        ("", PERMANENT, "no_address"),
        ("not an address", PERMANENT, "bad_address"),
        ("a@b.c,evil@example.com", PERMANENT, "bad_address"),
        ("Ann <ann@example.com>", PERMANENT, "bad_address"),
        ("ann@example.com\nBcc: evil@example.com", PERMANENT, "bad_address"),
    ],
)
async def test_a_person_without_a_usable_address_cannot_be_reached(connected, email, kind, code):
    outcome = await connected.send(email=email)
    assert (outcome.failure.failure_class, outcome.failure.code) == (kind, code)
    assert await connected.calls("drafts.send") == []


BREAKS = {
    "cr": "x\rBcc: evil@example.com",
    "lf": "x\nBcc: evil@example.com",
    "crlf": "x\r\nBcc: evil@example.com",
    "encoded word": "x =?UTF-8?Q?=0A?=Bcc: evil@example.com",
    "encoded word, base64": "=?utf-8?b?Cg==?=",
    "line separator": "x\u2028Bcc: evil@example.com",
    "next line": "x\x85Bcc: evil@example.com",
    "vertical tab": "x\x0bBcc: evil@example.com",
    "null": "x\x00y",
}


@pytest.mark.parametrize("value", BREAKS.values(), ids=BREAKS)
@pytest.mark.parametrize("field", ["title", "author", "name", "token", "thread", "email"])
async def test_what_would_break_out_of_a_header_is_refused(connected, field, value):
    message = connected.message(delivery_id="dlv_evil")
    match field:
        case "title":
            message.conversation.title = value
        case "author":
            message.author_name = value
        case "name":
            message.recipient.name = value
        case "token":
            message.reply_token = value
        case "email":
            message.recipient.addresses["email"] = value
        case "thread":
            message.conversation.thread_ref = thread_ref_with(value)
    outcome = (await connected.stub.SendMessage(message)).outcome
    assert outcome.failure.failure_class in {REJECTED, PERMANENT}
    assert outcome.failure.code in {"bad_header", "bad_address"}
    assert await connected.calls("drafts.create") == []


def thread_ref_with(value):
    from parley_gmail.writing.threads import MailThread, encoded  # noqa: PLC0415

    return encoded(MailThread("con_1", "t1", "Subject", (value,)))


async def test_a_text_that_mail_clients_would_clip_is_refused(connected):
    outcome = await connected.send(text="x" * 50_001)
    assert (outcome.failure.failure_class, outcome.failure.code) == (REJECTED, "too_long")


async def test_an_unknown_recipient_is_accepted_and_bounces(connected):
    outcome = await connected.send(delivery_id="dlv_lost", email="nobody@example.com")
    assert outcome.HasField("sent")
    (item,) = await connected.orchestrator.wait_for(1)
    assert item.report.delivery_id == "dlv_lost"
    assert (item.report.state, item.report.code) == ("bounced_hard", "5.1.1")


async def test_without_a_mailbox_the_next_channel_is_used(suite):
    outcome = await suite.send()
    assert outcome.failure.failure_class == outcome_pb2.FAILURE_CLASS_RECONNECT
    assert outcome.failure.code == "not_connected"
    assert "/api/channels/gmail/auth" in outcome.failure.message
