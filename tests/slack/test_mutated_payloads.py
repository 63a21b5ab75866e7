"""Validly signed payloads, bent in every way: no 5xx, and no answer on what was not shown."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
import collections
import json
import random

import pytest
from tests.slack.mutations import mutated

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley.orchestrator.v1 import people_overview_pb2

ANN = "ann@example.com"
MANY, AT_ONCE = 750, 10  # ten thousand are posted by tests/chaos/test_mutated_slack.py
ON_HOME = card_pb2.Card(
    request_id="fbr_home",
    kind=feedback_pb2.FEEDBACK_KIND_APPROVAL,
    prompt="Deploy?",
    digest="a1" * 32,
    author_name="Release bot",
)


async def _until(read, seconds=20):
    async with asyncio.timeout(seconds):
        while not (found := read()):
            await asyncio.sleep(0.02)
    return found


async def _use_everything(suite):
    """What people do on an ordinary day, each sort once; answers the card."""
    card = suite.card(action_json='{"count": 3}', allow_edit=True)
    await suite.ask(card)
    for label, inputs in ("Reject with comment", {"text": "no"}), ("Edit and", {"count": "4"}):
        await suite.control("/slack/click", request=card.request_id, value=label)
        await suite.control("/slack/submit", inputs=inputs)
    await suite.control("/slack/click", request=card.request_id, value="approve")
    _, said = await suite.control("/slack/say", user=ANN, text="*Hello* <https://x.example|x>")
    await suite.control("/slack/say", user=ANN, text="in it", thread_ts=said["ts"])
    await _open_home(suite)
    home = suite.sandbox.slack.homes[_ann(suite)]
    await suite.control("/slack/click", ts=home.id, value="Approve")
    await suite.control("/slack/click", ts=home.id, action_id="parley.prefer", value="gmail")
    await suite.orchestrator.heard(7)
    return card


async def _open_home(suite):
    channels = [
        people_overview_pb2.ReachableChannel(channel=name, display_name=name, has_address=True)
        for name in ("slack", "gmail")
    ]
    open_now = [people_overview_pb2.OpenRequest(card=ON_HOME)]
    suite.orchestrator.overviews.show(_ann(suite), open=open_now, channels=channels)
    await suite.control("/slack/home", user=ANN)
    await _until(lambda: "Deploy?" in str(suite.sandbox.slack.homes.get(_ann(suite))))


def _ann(suite):
    return suite.sandbox.people.by_email(ANN).slack_id


@pytest.mark.parametrize("seed", [1, 2])
async def test_bent_payloads_are_refused_without_error(suite, seed):
    shown = {(c.request_id, c.digest) for c in (await _use_everything(suite), ON_HOME)}
    seeds = [(seen.endpoint, seen.body) for seen in suite.bridge.seen]
    assert len(seeds) >= 10
    posted = await suite.journal("chat.postMessage")
    chance, statuses = random.Random(seed), collections.Counter()
    for _ in range(MANY // AT_ONCE):
        bent = [mutated(seeds, chance) for _ in range(AT_ONCE)]
        answers = await asyncio.gather(*(suite.webhook(*one) for one in bent))
        for (endpoint, body), answer in zip(bent, answers, strict=True):
            assert answer.status < 500, (endpoint, body[:2000])
            statuses[answer.status] += 1
    assert statuses[200] > MANY / 2  # most are JSON still, and understood as far as they go
    assert statuses[400]
    answered = suite.orchestrator.answers()
    assert {(item.answer.request_id, item.answer.digest) for item in answered} <= shown
    team = suite.sandbox.slack.grants.team_id
    assert {item.sender.addresses["slack_team_id"] for item in answered} == {team}
    assert suite.orchestrator.refused()
    assert await suite.journal("chat.postMessage") == posted


async def test_an_ordinary_click_counts_after_all_that(suite):
    """Guards the checker above: the seeds are taken as they are."""
    await _use_everything(suite)
    before = len(suite.orchestrator.items)
    for seen in list(suite.bridge.seen):
        answer = await suite.webhook(seen.endpoint, seen.body)
        assert answer.status in {200, 400}, json.dumps(seen.body.decode())  # a trigger works once
    assert len(suite.orchestrator.items) == before
