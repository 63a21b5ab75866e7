"""What is read out of mails as programs in many languages write them."""

import pytest
from tests.gmail.corpus.build import develop, holdout
from tests.gmail.corpus.oddities import ODDITIES
from tests.gmail.corpus.pages import PAGES

from parley_gmail.reading.reader import read

HEAD = (
    "From: Ann <ann@example.com>\nSubject: {subject}\nIn-Reply-To: <a@b>\n"
    "Content-Type: text/{form}; charset=utf-8\n\n"
)


def wrongly_read(cases):
    for case in cases:
        reading = read(case.raw)
        if (reading.kind, reading.decision) != (case.kind, case.decision):
            yield case.name, reading.kind, reading.decision
        elif case.text is not None and reading.text != case.text:
            yield case.name, reading.text


@pytest.mark.parametrize("cases", [develop, holdout])
def test_mails_of_many_programs_and_languages(cases):
    assert list(wrongly_read(cases())) == []


@pytest.mark.parametrize(("body", "text"), ODDITIES, ids=range(len(ODDITIES)))
def test_oddities(body, text):
    assert read((HEAD.format(subject="Re: x", form="plain") + body).encode()).text == text


@pytest.mark.parametrize("page", PAGES, ids=range(len(PAGES)))
def test_pages(page):
    body, text, kind, subject = (*page, *("reply", "Re: x")[len(page) - 2 :])
    reading = read((HEAD.format(subject=subject, form="html") + body).encode())
    assert (reading.kind, reading.text) == (kind, text)


@pytest.mark.parametrize(("body", "text"), ODDITIES, ids=range(len(ODDITIES)))
def test_a_bare_text_is_read_as_a_body(body, text):
    """`parley-gmail parse` also takes a text without headers."""
    if not body.startswith("Name: "):
        assert read(body.encode()).text == text
