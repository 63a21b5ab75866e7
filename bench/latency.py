"""At low load: REST to the provider, and a Slack click to the agent's long poll."""

import hashlib
import hmac
import json
import statistics
import threading
import time
from urllib.parse import urlencode

import httpx

from bench.fake_slack import person
from bench.harness import fake_slack, resident_mb, suite, write
from parley_kit.clock import utc_now

MESSAGES = 200
CLICKS = 40


def measure():
    with fake_slack() as fake, suite(fake, people=20) as bench:
        time.sleep(3)
        idle = {name: round(resident_mb(p.pid)) for name, p in bench.suite.processes.items()}
        to_provider = rest_to_provider(bench, fake)
        to_agent = click_to_agent(bench, fake)
    result = {
        "rest_to_provider_ms": spread(to_provider),
        "click_to_long_poll_ms": spread(to_agent),
        "idle_mb": {**idle, "all": sum(idle.values())},
    }
    write("latency", result)


def rest_to_provider(bench, fake):
    """Milliseconds from before the POST until the provider has the message."""
    began = {}
    with httpx.Client(base_url=bench.suite.url, headers=bench.agent) as http:
        for n in range(MESSAGES):
            session = bench.sessions[n % len(bench.sessions)]
            began[f"m{n}"] = time.monotonic()
            http.post(
                f"/api/sessions/{session}/messages", json={"text": f"m{n}"}
            ).raise_for_status()
            time.sleep(0.02)
    time.sleep(1)
    seen = {body["text"].split()[-1]: at for at, body, _ts in httpx.get(f"{fake}/seen").json()}
    return [(seen[name] - at) * 1000 for name, at in began.items() if name in seen]


def click_to_agent(bench, fake):
    """Milliseconds from before the click is posted until the long poll has answered."""
    with (
        httpx.Client(base_url=bench.suite.url, headers=bench.agent, timeout=70) as http,
        httpx.Client(base_url=bench.suite.url) as slack,
    ):
        return [
            one_click(bench, fake, http, slack, bench.sessions[n % len(bench.sessions)])
            for n in range(CLICKS)
        ]


def one_click(bench, fake, http, slack, session):
    body = {"prompt": "Deploy?", "kind": "approval"}
    request = http.post(f"/api/sessions/{session}/feedback-requests", json=body).json()
    card = card_of(fake, request["id"])
    answered = []
    path = f"/api/feedback-requests/{request['id']}?wait_seconds=20"
    poll = threading.Thread(
        target=lambda: answered.append((http.get(path).json(), time.monotonic()))
    )
    poll.start()
    time.sleep(0.05)
    content, headers = pressed(bench, card)
    began = time.monotonic()
    slack.post("/api/channels/slack/interactions", content=content, headers=headers)
    poll.join()
    found, at = answered[0]
    if found["status"] != "answered":
        raise SystemExit(f"the click did not decide: {found['status']}")
    return (at - began) * 1000


def card_of(fake, request_id):
    for _ in range(200):
        for _at, body, ts in reversed(httpx.get(f"{fake}/seen").json()):
            if request_id in json.dumps(body):
                return body, ts
        time.sleep(0.02)
    raise SystemExit("the card did not arrive")


def pressed(bench, card):
    """The body and the signed headers of a click on the card's first button."""
    body, ts = card
    blocks = body["blocks"] if isinstance(body["blocks"], list) else json.loads(body["blocks"])
    actions = next(block for block in blocks if block["type"] == "actions")
    button = actions["elements"][0]
    user = "U" + body["channel"][1:]
    payload = {
        "type": "block_actions",
        "user": {"id": whose(bench, body), "team_id": "T0BENCH"},
        "team": {"id": "T0BENCH"},
        "api_app_id": "A0BENCH",
        "container": {"type": "message", "message_ts": ts, "channel_id": body["channel"]},
        "channel": {"id": body["channel"]},
        "trigger_id": user,
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
    stamp = str(int(utc_now().timestamp()))
    base = b"v0:" + stamp.encode() + b":" + raw
    signature = "v0=" + hmac.new(b"bench-signing-secret", base, hashlib.sha256).hexdigest()
    headers = {
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature,
        "content-type": "application/x-www-form-urlencoded",
    }
    return raw, headers


def whose(bench, body):
    """The fake opens D<n> for user U<m>; the seeded people are few, so look the user up by it."""
    for n in range(len(bench.sessions)):
        if body["channel"] == f"D{person({'users': f'U{n:09}'})}":
            return f"U{n:09}"
    raise SystemExit(f"the card in {body['channel']} is nobody's")


def spread(values):
    cuts = statistics.quantiles(values, n=100)
    return {
        "n": len(values),
        "p50": round(cuts[49], 2),
        "p90": round(cuts[89], 2),
        "p99": round(cuts[98], 2),
    }


if __name__ == "__main__":
    measure()
