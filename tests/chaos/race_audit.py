"""A race from its runners to its figures: what the API says of every question afterwards."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass

from tests.chaos.race import Contestant, Race


@dataclass(frozen=True)
class Figures:
    """A race's end: every count is of questions, but `answers`."""

    questions: int
    answers: int
    decided: int
    double: int
    reversed: int
    winners: dict
    seconds: float

    def check(self, questions):
        assert self.questions == questions
        assert (self.decided, self.double, self.reversed) == (questions, 0, 0), self
        assert self.answers == 8 * questions
        assert len(self.winners) >= 3, f"not all channels were in the race: {self.winners}"


def contestants(world, count):
    """People who can answer everywhere."""
    slack_ids = {}
    people = [world.resident() for _ in range(count)]
    for person in world.sandbox.get("/people").json():
        slack_ids[person["email"]] = person["slack_user_id"]
    return [
        Contestant(
            user["id"],
            session["id"],
            world.long_token(user),
            user["email"],
            slack_ids[user["email"]],
        )
        for user, session in people
    ]


def held(world, *, questions, people, at_once, seed, most_seconds=300):
    """Holds a race and audits it through the API."""
    runners = contestants(world, people)
    race = Race(world, runners, seed)
    began = time.monotonic()
    asyncio.run(race.run(questions, at_once, most_seconds))
    seconds = time.monotonic() - began
    ends = Counter(
        event["data"]["id"]
        for runner in runners
        for event in events_of(world, runner.session_id)
        if event["kind"] == "feedback.resolved"
    )
    audited = [audit(world, question, ends[question.id]) for question in race.questions]
    return Figures(
        questions=len(race.questions),
        answers=race.answers,
        decided=sum(one["decided"] for one in audited),
        double=sum(one["double"] for one in audited),
        reversed=sum(one["reversed"] for one in audited),
        winners=dict(Counter(one["winner"] for one in audited)),
        seconds=round(seconds, 1),
    )


def audit(world, question, ends):
    now = world.get(f"/api/feedback-requests/{question.id}")
    answers = world.get(f"/api/feedback-requests/{question.id}/answers")["answers"]
    accepted = sum(answer["is_accepted"] for answer in answers)
    return {
        "decided": now["status"] == "answered",
        "double": accepted != 1 or ends != 1 or question.told > 1,
        "reversed": now["response"] != question.seen,
        "winner": (now["response"] or {}).get("channel"),
    }


def events_of(world, session_id):
    after = 0
    while events := world.get(f"/api/sessions/{session_id}/events", after=after, limit=1000)[
        "events"
    ]:
        yield from events
        after = events[-1]["seq"]
