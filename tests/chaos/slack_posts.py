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
KINDS = {"events": "application/json", "interactions": "application/x-www-form-urlencoded"}
HTTP = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))
_numbers = itertools.count(1)


def said(slack_user_id, text, place):
    """A message event in the thread of a posted message: endpoint and body."""
    number, now = next(_numbers), int(utc_now().timestamp())
    event = {
        "type": "message",
        "channel": place["channel"],
        "channel_type": "im",
        "user": slack_user_id,
        "text": text,
        "ts": f"{now}.{number:06}",
        "thread_ts": place["thread_ts"],
        "event_ts": f"{now}.{number:06}",
    }
    body = {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": APP,
        "event": event,
        "event_id": f"EvCHAOS{number:06}",
        "event_time": now,
    }
    return "events", json.dumps(body).encode()


def pressed(slack_user_id, label, card):
    """A press on a button of a posted card: endpoint and body."""
    ts = f"{int(utc_now().timestamp())}.{next(_numbers):06}"
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": slack_user_id, "team_id": TEAM},
        "api_app_id": APP,
        "container": {"type": "message", "message_ts": card["ts"], "channel_id": card["channel"]},
        "actions": [{**_button(card["blocks"], label), "action_ts": ts}],
    }
    return "interactions", form(payload)


def signed(endpoint, body):
    """The headers that Slack puts on it now."""
    return dict(sign(body)) | {"content-type": KINDS[endpoint]}


def post(url, endpoint, body):
    """Until it is taken, as Slack repeats an event."""
    for _ in range(200):
        try:
            answer = HTTP.post(
                f"{url}/api/channels/slack/{endpoint}",
                content=body,
                headers=signed(endpoint, body),
            )
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
