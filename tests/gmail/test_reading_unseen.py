"""What is read out of mails that the reader was not written for."""

import json
import re
from pathlib import Path

import pytest

from parley_gmail.reading.reader import read

FOLDER = Path(__file__).parent / "unseen"
NOT_YET = {
    "112-about-ooo.eml",  # wrapped by Gmail without a word of it; the HTML part is whole
    "108-listserv-digest.eml",  # counts as an answer: its last message quotes
    "060-gateway-76-col.eml",  # a quote whose marks a gateway broke within an address
    "027-confidential-joke.eml",  # a joke in the words of a disclaimer
    "036-gt-first-line.eml",  # "> 50 guests" meaning more than fifty
    "050-red-comments.eml",  # answers told from the quote by their colour alone
    "097-ad-yahoo-uk.eml",  # "Kofi <…> wrote: How many" in one line and without a date
    "101-ad-tiscali.eml",  # an advertisement below the quote, without a rule
    "141-bounce-sms-gateway.eml",  # a bounce in words of no mail server
}


def shown(text):
    """Without trailing space, and with one blank line where there are several."""
    text = re.sub(r"[^\S\n]+$", "", text.replace("\u00a0", " "), flags=re.MULTILINE)
    return re.sub(r"\n{2,}", "\n\n", text).strip()


def is_right(raw, wanted):
    found = read(raw)
    return (
        found.kind == wanted["kind"]
        and ("text" not in wanted or shown(found.text) == shown(wanted["text"]))
        and found.decision == wanted.get("decision", found.decision)
    )


@pytest.mark.parametrize("folder", ["western", "world", "kinds", "notifications", "lookalikes"])
def test_mails_by_others(folder):
    expected = json.loads((FOLDER / folder / "expected.json").read_text())
    wrong = {
        wanted["file"]
        for wanted in expected
        if not is_right((FOLDER / folder / wanted["file"]).read_bytes(), wanted)
    }
    assert wrong == NOT_YET & {wanted["file"] for wanted in expected}
    assert len(expected) > 130
