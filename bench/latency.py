"""At low load: REST to the provider, hop by hop."""

import time
from datetime import datetime

import httpx

from bench.provider import fake_slack
from bench.results import spread, write
from bench.suites import running_suite
from bench.yardstick import bare_pace

MESSAGES = 300
PAUSE_SECONDS = 0.02


def measure():
    with fake_slack() as provider, running_suite(provider, people=20) as bench:
        bare = bare_pace(provider, MESSAGES, PAUSE_SECONDS)
        sent = _send(bench)
        time.sleep(1)
        arrived = {body["text"].split()[-1]: at for at, body, _ts in provider.seen()}
        whole = [(arrived[name] - at) * 1000 for name, (at, _, _) in sent.items()]
        result = {
            "bare_slack_sdk_ms": spread([took * 1000 for took in bare]),
            "rest_to_provider_ms": spread(whole),
            "rest_answer_ms": spread([took * 1000 for _, took, _ in sent.values()]),
            "hops_ms": _hops(bench, sent, arrived),
        }
    write("latency", result)


def _send(bench):
    """(monotonic seconds, seconds until the answer, message id) by text; after some to warm up."""
    sent = {}
    with httpx.Client(base_url=bench.suite.url, headers=bench.agent) as http:
        for number in range(-50, MESSAGES):
            session = bench.sessions[number % len(bench.sessions)]
            began = time.monotonic()
            answer = http.post(f"/api/sessions/{session}/messages", json={"text": f"m{number}"})
            took = time.monotonic() - began
            answer.raise_for_status()
            if number >= 0:
                sent[f"m{number}"] = began, took, answer.json()["id"]
            time.sleep(PAUSE_SECONDS)
    return sent


def _hops(bench, sent, arrived):
    """Median milliseconds between the marks that a message leaves on its way."""
    epoch = _epoch_of_monotonic()
    marks = []
    with httpx.Client(base_url=bench.suite.url, headers=bench.agent) as http:
        for name, (began, _took, message_id) in sent.items():
            found = http.get(f"/api/messages/{message_id}/deliveries").json()["deliveries"][0]
            attempt = found["attempts"][0]
            marks.append(
                (
                    began + epoch,
                    _seconds(found["created_at"]),
                    _seconds(attempt["started_at"]),
                    arrived[name] + epoch,
                    _seconds(attempt["finished_at"]),
                )
            )
    names = "rest_to_stored", "stored_to_claimed", "claimed_to_provider", "provider_to_recorded"
    return {
        name: spread([(row[place + 1] - row[place]) * 1000 for row in marks])["p50"]
        for place, name in enumerate(names)
    }


def _epoch_of_monotonic():
    return time.time() - time.monotonic()  # noqa: TID251  # compared with the suite's clock


def _seconds(text):
    return datetime.fromisoformat(text).timestamp()


if __name__ == "__main__":
    measure()
