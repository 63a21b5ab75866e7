"""A decision is an exact first word, or there is none."""
# ruff: noqa: RUF001  # other scripts' letters are the point

import pytest

from parley_gmail.reading.decisions import decision
from parley_gmail.reading.reader import read


@pytest.mark.parametrize(
    "text",
    [
        "Approve", "approved", "APPROVE!", "Approve.", "**Approve**", '"Approve"', "(Approve)", "Approve it",
        "Approve this deployment, please", "Approved - thanks", "approve :)", "Approve 👍", "Accepted",
        "Approve\n\nThe disk of the second host is nearly full, by the way.", "Approve: ship it",
        "Approved, looks good to me", "Approve\n\nBest regards,\nAnn Example", "Yes", "yes, go ahead",
        "Yes please", "Yes!", "yes yes", "Yes, approved.", "OK", "ok thanks", "Okay, ship it", "Yes\n\nAnn",
        "Yes.\nThanks,\nAnn Example", "Ja", "Ja, bitte", "Oui", "Oui, merci beaucoup", "Sí", "Sì", "Genehmigt",
        "Aprobado", "Approuvé", "Да", "承認", "はい", "승인합니다", "Zatwierdzam", "Onaylıyorum", "כן",
    ],
)  # fmt: skip
def test_approvals(text):
    assert decision(text) == "approved"


@pytest.mark.parametrize(
    "text",
    [
        "Reject", "rejected", "REJECTED.", "Reject: missing tests", "Reject, the backup is not done",
        "Rejected\n\nWhy would we do that?", "Reject - wait until Monday", "Denied", "decline", "No", "No!", "no.",
        "No way", "No thanks", "No, thank you", "No, please don't", "No, sorry", "No, rejected", "No\n\nAnn",
        "Nein", "Nein, danke", "Non", "Não", "Abgelehnt: zu teuer", "Нет", "Rechazado", "却下", "Odrzucam",
    ],
)  # fmt: skip
def test_rejections(text):
    assert decision(text) == "rejected"


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "?", "👍", "👎", "I approve", "Not approved", "Please approve", "Do not approve", "Don't approve",
        "Approval", "Approver", "Yesterday", "Nothing", "Note: approve", "Okey-dokey", "Know", "> Approve", ">Yes",
        "Yes?", "Approve?", "yes but only after lunch", "Yes, if the tests pass", "OK, let me check", "ok I think",
        "Yes unless it rains", "approve? no", "Approve or reject?", "Approve or reject", "Approve/Reject", "yes/no",
        "Yes and no", "Approve | Reject", "[ ] Approve", "[x] Approve", "- Approve", "1. Approve", "~~Approve~~",
        "No problem", "No worries, approve", "No objections", "No objection, go ahead", "no-one knows", "No idea",
        "No need to wait", "No, approve it", "Reject? I would approve", "Yes no", "yes - not sure", "Ok, wait",
        "Yes, don't forget", "Approve when green", "Approve, but not today", "Approved under one condition: no",
        "Approve only the first one", "Approve the first one", "Reject the second one", "Approve after the freeze",
        "Approve\n\nBut only after the backup.", "Approve.\n\nOn second thought, no.", "Approve\nReject",
        "Approve\n\nPlease check the logs, but not now.", "Approve\n\nCan you wait until Monday?",
        "Reject. Actually, approve it.", "Reject\n\nApprove", "Approve\n\nNever mind, hold it.", "Approved? Really?",
        "No, it is broken", "No, not today", "No, wait until Monday", "No, I meant the other one", "No. 5 is fine",
        "Yes, I have the same problem with my phone.", "Yes.\n\nThat is what I said, and I said no.",
        "Ja, aber erst morgen", "Ja genau, das hatte ich auch gesagt", "Oui mais pas avant lundi", "Non mais oui",
        "Si le test passe", "Sí, pero mañana", "No hay problema", "No sé", "Nein, kein Problem", "Ja nein",
        "Sounds good", "LGTM?", "LGTM", "Thanks", "1", "a", "No one objects", "Agreed", "Confirmed", "Sure",
        "Okay so the plan is to start at nine", "OK so be it, but slowly", "Yes, tonight.\n\nNo idea.",
        "App\u200brove", "\u202eevorppA", "Approve \u202etcejeR", "A\u0336p\u0336p\u0336rove", "Approve.exe",
        "approve@example.com", "Approve's", "Approve-not", "Аpprove", "Approve\\", "Yes_", "No. Yes.", "Yes 1 no 2",
        "Odobreno. Ali tek u ponedjeljak.", "Apstiprinu, ja testi iziet", "Jóváhagyom, de hétfőn", "同意\n星期一之后",
        "承認します\nただし月曜日から", "Одобрявам. Само ако тестовете минат", "Zatwierdzam, o ile testy przejdą",
        "Approve " + "word " * 1000, "Accept my apologies", "Denied boarding, I am stuck in Lisbon",
    ],
)  # fmt: skip
def test_what_is_not_clear_is_no_decision(text):
    assert decision(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Approve\n\n____________________\nBut not before Monday!",
        "Approve\n\nAnn Example\nnot before Monday, call 030 555 12345",
        "Attention: the email to external counsel must go first\n\nApprove",
        "Approve.\n\nConditions:\n| not before Monday\n| only in the EU",
        "Approve.\n\nBob <bob@x.example> wrote: wait until Monday, please",
        "Schváleno.\n\nZvažte, zda je nutné nasadit dnes.",
        "Approved.\n\nPlease consider the environment variables, they are not set",
        "Aprovado.\n\nPense no ambiente de produção, falta o backup antes",
    ],
)
def test_what_looks_like_no_word_of_theirs_may_still_take_it_back(text):
    head = "From: Ann Example <ann@example.com>\nSubject: Re: x\nIn-Reply-To: <a@b>\n"
    raw = f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}".encode()
    assert read(raw).decision == ""


def test_what_takes_a_decision_back_is_shown_with_it():
    text = "Approve\n\n____________________\nBut not before Monday!"
    head = "From: ann@example.com\nSubject: Re: x\nIn-Reply-To: <a@b>\n\n"
    assert read((head + text).encode()).text == text


def test_a_card_below_a_decision_leaves_it():
    raw = b"From: Ann Example <ann@example.com>\nSubject: Re: x\nIn-Reply-To: <a@b>\n\nApprove\n\nAnn Example\nBakery Ltd\nPhone: 030 5550 1234\n"
    assert (read(raw).text, read(raw).decision) == ("Approve", "approved")
