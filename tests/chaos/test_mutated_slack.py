"""Ten thousand bent payloads through the gateway: no 5xx, no defect in any log, nobody's decision."""

import json
import random
from collections import Counter

import httpx
import pytest
from tests.acceptance.slack_person import SlackPerson, answers
from tests.chaos import slack_posts
from tests.chaos.later import at_once
from tests.chaos.slack_posts import APP, TEAM
from tests.slack.mutations import body_of, mutated
from tests.slack.suite import sign

PAYLOADS = 10_000  # on both engines together
KINDS = {"events": "application/json", "interactions": "application/x-www-form-urlencoded"}


def seeds_of(kim):
    """What Slack posts about a card, a modal, a home and messages."""
    request, card = kim.ask(action={"count": 3}, allow_edit=True)
    labels = ("Approve", "Reject", "Reject with comment", "Edit and approve")
    presses = [("interactions", kim.pressed(label, card)) for label in labels]
    places = ("Hello", {**card, "thread_ts": card["ts"]}), ("", {**card, "ts": "", "thread_ts": ""})
    said = [slack_posts.said(kim.slack_id, *one) for one in places]
    kim.click(request=request["id"], value="Reject with comment")
    modal = kim.sees()["modal"]
    kim.open_home()
    return request, [*presses, *said, _submitted(kim, modal), _opened(kim)]


def _submitted(kim, view):
    blocks = [block for block in view["blocks"] if block["type"] == "input"]
    values = {
        block["block_id"]: {
            block["element"]["action_id"]: {"type": "plain_text_input", "value": "too early"}
        }
        for block in blocks
    }
    payload = {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": kim.slack_id, "team_id": TEAM},
        "api_app_id": APP,
        "view": view | {"state": {"values": values}},
    }
    return "interactions", body_of("interactions", payload)


def _opened(kim):
    event = {"type": "app_home_opened", "user": kim.slack_id, "channel": "D0", "tab": "home"}
    body = {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": APP,
        "event": event,
        "event_id": "EvHOME",
        "event_time": 1_795_000_000,
    }
    return "events", json.dumps(body).encode()


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_ten_thousand_bent_payloads(worlds, seed):
    def bend(world):
        kim = SlackPerson(world)
        request, seeds = seeds_of(kim)
        chance, statuses = random.Random(seed), Counter()
        with httpx.Client(base_url=world.suite.url, timeout=30) as http:
            for _ in range(PAYLOADS // len(worlds)):
                endpoint, body = mutated(seeds, chance)
                headers = dict(sign(body)) | {"content-type": KINDS[endpoint]}
                path = f"/api/channels/slack/{endpoint}"
                answer = http.post(path, content=body, headers=headers)
                assert answer.status_code < 500, (answer.text, endpoint, body[:2_000])
                statuses[answer.status_code] += 1
        assert statuses[200] > sum(statuses.values()) / 2, statuses
        given = [a for a in answers(world, request) if a["is_accepted"]]
        assert {a["user_id"] for a in given} <= {kim.user["id"]}
        assert len(given) <= 1
        after, _card = kim.ask()
        assert kim.click(request=after["id"], value="approved")["status"] == 200
        assert world.request(after, wait_seconds=60)["status"] == "answered"
        world.fleet.check_alive()
        world.fleet.check_logs()

    at_once(bend, **worlds)
