"""A decision is an exact first word, or there is none."""

import pytest

from parley_gmail.reading.decisions import decision


@pytest.mark.parametrize(
    "text",
    [
        "Approve", "approved", "APPROVE!", "Approve.", "**Approve**", "> Approve", '"Approve"',
        "Approve\n\nPlease check the logs, but not now.", "Yes", "yes, go ahead", "Yes please",
        "OK", "ok thanks", "Okay, ship it", "Approved - thanks", "Approve. However, mind the disk.",
        "Ja", "Oui", "Sí", "Genehmigt", "Aprobado", "approve :)", "Yes!", "Sì",
    ],
)  # fmt: skip
def test_approvals(text):
    assert decision(text) == "approved"


@pytest.mark.parametrize(
    "text",
    [
        "Reject", "rejected", "No", "no, not today", "No!", "No, it is broken", "Nein",
        "Non", "Não", "Denied", "decline", "Reject: missing tests", "No way", "No, wait until Monday",
    ],
)  # fmt: skip
def test_rejections(text):
    assert decision(text) == "rejected"


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "?", "👍", "I approve", "Not approved", "Please approve", "Do not approve",
        "Approval", "Approver", "Yesterday", "Nothing", "Note: approve", "Okey-dokey", "Know",
        "Yes?", "yes but only after lunch", "Yes, if the tests pass", "OK, let me check",
        "ok I think", "Yes unless it rains", "approve? no", "Approve or reject?", "yes/no",
        "No problem", "No worries, approve", "No objections", "no-one knows", "No need to wait",
        "No, approve it", "Reject? I would approve", "Yes no", "yes - not sure", "Ok, wait",
        "Yes, don't forget", "Approve when green", "Si le test passe", "ja, aber erst morgen",
        "Sounds good", "LGTM?", "Thanks", "1", "a", "No one objects",
    ],
)  # fmt: skip
def test_what_is_not_clear_is_no_decision(text):
    assert decision(text) == ""
