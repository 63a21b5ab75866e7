"""One decision, however many answer at the same time, and however many replicas hear them."""

from dataclasses import asdict

import pytest
from tests.chaos import race, results


@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_of_eight_answers_on_all_channels_one_decides(replicated_world, seed):
    figures = race.held(replicated_world, questions=40, people=10, at_once=10, seed=seed)
    figures.check(40)


@pytest.mark.long
@pytest.mark.timeout(5_400)
@pytest.mark.parametrize(
    ("engine", "questions"), [("postgres", 10_000), ("sqlite", 10_000)], ids=str
)
def test_ten_thousand_questions(request, engine, questions, seed):
    """On PostgreSQL two of every service race with each other, too."""
    if engine == "postgres":
        world = request.getfixturevalue("replicated_world")
    else:
        world = request.getfixturevalue("shared_worlds")[engine]
    figures = race.held(world, questions=questions, people=250, at_once=30, seed=seed)
    results.write("decisions", engine, asdict(figures))
    figures.check(questions)
