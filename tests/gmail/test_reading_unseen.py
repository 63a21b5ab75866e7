"""What is read out of mails that the reader was not written for."""

import json
import re
from pathlib import Path

import pytest

from parley_gmail.reading.reader import read

FOLDER = Path(__file__).parent / "unseen"
NOT_YET = {
    "112-about-ooo.eml",  # wrapped by Gmail without a word of it; the HTML part is whole
    "121-da-outlook-html.eml",  # a logo's placeholder below a signature without delimiter
    "108-listserv-digest.eml",  # counts as an answer: its last message quotes
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


@pytest.mark.parametrize("folder", ["western", "world", "kinds"])
def test_mails_by_others(folder):
    expected = json.loads((FOLDER / folder / "expected.json").read_text())
    wrong = {
        wanted["file"]
        for wanted in expected
        if not is_right((FOLDER / folder / wanted["file"]).read_bytes(), wanted)
    }
    assert wrong == NOT_YET & {wanted["file"] for wanted in expected}
    assert len(expected) > 130
