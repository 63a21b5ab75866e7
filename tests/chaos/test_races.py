"""One decision, however many answer at the same time, and however many replicas hear them."""

from dataclasses import asdict

import pytest
from tests.chaos import race_audit


@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_of_eight_answers_on_all_channels_one_decides(replicated_world, seed):
    figures = race_audit.held(replicated_world, questions=40, people=10, at_once=10, seed=seed)
    figures.check(40)


@pytest.mark.long
@pytest.mark.timeout(9_000)
@pytest.mark.parametrize("engine", ["postgres", "sqlite"])
def test_ten_thousand_questions(request, engine, seed, share, most_seconds, keep):
    """On PostgreSQL two of every service race with each other, too."""
    if engine == "postgres":
        world = request.getfixturevalue("replicated_world")
    else:
        world = request.getfixturevalue("shared_worlds")[engine]
    questions = int(10_000 * share)
    figures = race_audit.held(
        world, questions=questions, people=250, at_once=16, seed=seed, most_seconds=most_seconds
    )
    keep("decisions", engine, asdict(figures))
    figures.check(questions)
