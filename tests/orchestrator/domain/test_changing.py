"""A changed value is what `replace` makes, and the first one stays."""

from dataclasses import FrozenInstanceError, replace

import pytest

from parley_orchestrator.domain.changing import changed
from parley_orchestrator.domain.conversation import Author


def test_it_is_what_replace_makes_and_the_first_one_stays():
    author = Author("agent", "agt_1", "Deploy")
    other = changed(author, name="Release")
    assert other == replace(author, name="Release")
    assert author == Author("agent", "agt_1", "Deploy")
    with pytest.raises(FrozenInstanceError):
        other.name = "x"


def test_a_field_that_is_not_there_is_refused():
    with pytest.raises(TypeError, match="nmae"):
        changed(Author("agent", "agt_1", "Deploy"), nmae="Release")
