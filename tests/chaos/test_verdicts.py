"""The verdicts on what the other tests of this folder left to settle."""

import pytest


@pytest.mark.last
@pytest.mark.timeout(300)
def test_every_promise_was_kept(later):
    later.collect()
