"""Broken, hostile and disguised mails: nothing is raised, nothing hangs, nothing decides."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gmail.corpus.build import develop, holdout
from tests.gmail.corpus.clients import LAYOUTS
from tests.gmail.corpus.hostile import MAILS
from tests.gmail.corpus.mutations import mutated

from parley_gmail.reading.decisions import decision
from parley_gmail.reading.reader import REPLY, read

# Of processor time; a mail that makes a search explode takes minutes. On an idle core of 2024 the
# slowest takes half a second: `python -m bench.reading.mutate` measures it.
FAR_TOO_LONG_SECONDS = 5


@pytest.fixture(scope="module")
def seeds():
    return [case.raw for case in (*develop(), *holdout())]


@pytest.mark.parametrize("seed", range(4))
def test_a_broken_mail_is_read_as_far_as_it_goes(seeds, seed):
    chance = random.Random(seed)
    for _ in range(40):
        raw = mutated(seeds, chance)
        start = time.process_time()
        reading = read(raw)
        assert time.process_time() - start < FAR_TOO_LONG_SECONDS
        assert not reading.decision or reading.kind == REPLY
        assert reading.decision in {"", decision(reading.text)}


@pytest.mark.parametrize("raw", MAILS, ids=range(len(MAILS)))
def test_a_hostile_mail_costs_little(raw):
    start = time.process_time()
    reading = read(raw)
    assert time.process_time() - start < FAR_TOO_LONG_SECONDS
    assert len(reading.text) <= 600_000


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_read(raw):
    assert read(raw).kind in {"reply", "auto_reply", "bounce", "forward", "other"}


WORDS = st.text(alphabet="abcdefg hij\n.,:!äöü", max_size=60).filter(
    lambda text: not text.strip().startswith(("-", ">"))
)
PLACES = [(name, language) for name, (_, table) in LAYOUTS.items() for language in table]


@settings(max_examples=100, deadline=None)
@given(place=st.sampled_from(PLACES), text=WORDS, ends=st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_a_mail_quotes_never_decides(place, text, ends):
    """The quoted question is full of "Approve" and "Reject"; the writer's words hold neither."""
    name, language = place
    for body, form in zip(
        LAYOUTS[name][0](f"well {text}", language), ("plain", "html"), strict=True
    ):
        head = f"From: a@b.c\nSubject: Re: x\nIn-Reply-To: <a@b>\nContent-Type: text/{form}; charset=utf-8\n\n"
        reading = read((head + body).replace("\n", ends).encode())
        assert reading.decision == ""
        assert "Shall we deploy" not in reading.text


@settings(max_examples=60, deadline=None)
@given(place=st.sampled_from(PLACES))
def test_a_mail_that_only_quotes_decides_nothing(place):
    name, language = place
    for body, form in zip(LAYOUTS[name][0]("", language), ("plain", "html"), strict=True):
        head = f"From: a@b.c\nSubject: Re: x\nIn-Reply-To: <a@b>\nContent-Type: text/{form}; charset=utf-8\n\n"
        assert read((head + body).encode()).decision == ""
