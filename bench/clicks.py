"""At low load: a click in Slack until the agent's long poll has answered."""

import hashlib
import hmac
import json
import threading
import time
from urllib.parse import urlencode

import httpx

from bench.fake_slack import person
from bench.provider import fake_slack
from bench.results import spread, write
from bench.suites import SIGNING_SECRET, running_suite, slack_user
from parley_kit.clock import utc_now

CLICKS = 60


def measure():
    with fake_slack() as provider, running_suite(provider, people=20) as bench:
        took = [_click(bench, provider, number) for number in range(-5, CLICKS)][5:]
    write("clicks", {"click_to_long_poll_ms": spread(took)})


def _click(bench, provider, number):
    """Milliseconds from before the click is posted until the long poll has answered."""
    session = bench.sessions[number % len(bench.sessions)]
    with (
        httpx.Client(base_url=bench.suite.url, headers=bench.agent, timeout=70) as http,
        httpx.Client(base_url=bench.suite.url) as slack,
    ):
        body = {"prompt": "Deploy?", "kind": "approval"}
        request = http.post(f"/api/sessions/{session}/feedback-requests", json=body).json()
        content, headers = _pressed(bench, *_card_of(provider, request["id"]))
        slack.get("/healthz")  # the line is open before the clock runs
        poll = _LongPoll(http, request["id"])
        poll.start()
        time.sleep(0.1)
        began = time.monotonic()
        slack.post("/api/channels/slack/interactions", content=content, headers=headers)
        return (poll.answered_at() - began) * 1000


class _LongPoll(threading.Thread):
    def __init__(self, http, request_id):
        super().__init__()
        self._http = http
        self._path = f"/api/feedback-requests/{request_id}?wait_seconds=20"
        self._found = None

    def run(self):
        answer = self._http.get(self._path)
        self._found = answer.json()["status"], time.monotonic()

    def answered_at(self):
        self.join()
        status, at = self._found
        if status != "answered":
            raise SystemExit(f"the click did not decide: {status}")
        return at


def _card_of(provider, request_id):
    for _ in range(400):
        for _at, body, ts in reversed(provider.seen()):
            if request_id in json.dumps(body):
                return body, ts
        time.sleep(0.02)
    raise SystemExit("the card did not arrive")


def _pressed(bench, body, ts):
    """The body and the signed headers of a click on the card's first button."""
    actions = next(block for block in body["blocks"] if block["type"] == "actions")
    button = actions["elements"][0]
    payload = {
        "type": "block_actions",
        "user": {"id": _whose(bench, body["channel"]), "team_id": "T0BENCH"},
        "team": {"id": "T0BENCH"},
        "api_app_id": "A0BENCH",
        "container": {"type": "message", "message_ts": ts, "channel_id": body["channel"]},
        "channel": {"id": body["channel"]},
        "trigger_id": "t",
        "actions": [
            {
                "type": "button",
                "action_id": button["action_id"],
                "block_id": actions["block_id"],
                "value": button["value"],
                "action_ts": f"{utc_now().timestamp():.6f}",
            }
        ],
    }
    raw = urlencode({"payload": json.dumps(payload)}).encode()
    return raw, _signed(raw)


def _signed(raw):
    stamp = str(int(utc_now().timestamp()))
    base = b"v0:" + stamp.encode() + b":" + raw
    signature = hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
    return {
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={signature}",
        "content-type": "application/x-www-form-urlencoded",
    }


def _whose(bench, channel):
    """The fake opens D<n> for a user; the seeded people are few, so look the user up by it."""
    for number in range(len(bench.sessions)):
        if channel == f"D{person({'users': slack_user(number)})}":
            return slack_user(number)
    raise SystemExit(f"the card in {channel} is nobody's")


if __name__ == "__main__":
    measure()
