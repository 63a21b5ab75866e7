"""Ten thousand broken mails: none raises, none hangs, none decides without its writer."""

import random
import time

import pytest
from tests.gmail.corpus.build import develop, holdout
from tests.gmail.corpus.mutations import mutated

from parley_gmail.reading.decisions import decision
from parley_gmail.reading.reader import REPLY, read

MAILS = 10_000
FAR_TOO_LONG_SECONDS = 5  # of processor time; `python -m bench.reading.mutate` measures exactly


@pytest.mark.timeout(3_600)
def test_ten_thousand_broken_mails(request):
    if not request.config.getoption("--chaos-long"):
        pytest.skip("the long fault run; tests/gmail/test_reading_mutations.py is the short one")
    seeds = [case.raw for case in (*develop(), *holdout())]
    chance = random.Random(20261123)
    for _ in range(MAILS):
        raw = mutated(seeds, chance)
        start = time.process_time()
        reading = read(raw)
        assert time.process_time() - start < FAR_TOO_LONG_SECONDS
        assert not reading.decision or reading.kind == REPLY
        assert reading.decision in {"", decision(reading.text)}
