"""What Slack posts to an app, made by hand, so that it can come late, twice and in any order."""

import itertools
import json
import time

import httpx
from tests.slack.suite import form, sign

from parley_kit.clock import utc_now
from parley_sandbox.ids import stable_id

TEAM = stable_id("T0", "sandbox-team")
APP = stable_id("A0", "sandbox-slack-client")


class SlackPosts:
    """Signed requests of one person in one direct message."""

    _numbers = itertools.count(1)

    def __init__(self, world, slack_user_id):
        self.world = world
        self._slack_user_id = slack_user_id

    def said(self, text, place):
        """A message event in the thread of a posted message."""
        number = next(self._numbers)
        ts = f"{int(utc_now().timestamp())}.{number:06}"
        event = {
            "type": "message",
            "channel": place["channel"],
            "channel_type": "im",
            "user": self._slack_user_id,
            "text": text,
            "ts": ts,
            "thread_ts": place["ts"],
            "event_ts": ts,
        }
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "event_id": f"EvCHAOS{number:06}",
            "event_time": int(utc_now().timestamp()),
        }
        return "events", json.dumps(body).encode()

    def pressed(self, label, card):
        """A press on a button of a posted card."""
        button = _button(card["blocks"], label)
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": self._slack_user_id, "team_id": TEAM},
            "api_app_id": APP,
            "container": {
                "type": "message",
                "message_ts": card["ts"],
                "channel_id": card["channel"],
            },
            "actions": [
                {**button, "action_ts": f"{int(utc_now().timestamp())}.{next(self._numbers):06}"}
            ],
        }
        return "interactions", form(payload)

    def post(self, endpoint, body):
        """Until it is taken, as Slack repeats an event."""
        kind = "application/json" if endpoint == "events" else "application/x-www-form-urlencoded"
        url = f"{self.world.suite.url}/api/channels/slack/{endpoint}"
        for _ in range(200):
            try:
                headers = dict(sign(body)) | {"content-type": kind}
                answer = httpx.post(url, content=body, headers=headers)
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            if answer.status_code == 200:
                return
            assert answer.status_code >= 500, answer.text
            time.sleep(0.05)
        raise AssertionError(f"{endpoint} was never taken")


def _button(blocks, label):
    for block in blocks:
        for element in block.get("elements", ()):
            if element["type"] == "button" and label in element["text"]["text"]:
                known = {name: element[name] for name in ("action_id", "value", "text")}
                return {"type": "button", "block_id": block["block_id"], **known}
    raise AssertionError(f"no button {label} in {json.dumps(blocks)}")
