"""Messages/s from REST to Slack, as a ratio to one bare slack_sdk loop in the same run."""

import json
import time

from bench.harness import (
    bare_loop,
    counts,
    cpu_seconds,
    drained,
    fake_slack,
    reset,
    suite,
    write,
    wrk,
)

BATCH = 100
CONNECTIONS = 128


def measure(seconds=10):
    with fake_slack() as fake:
        before = bare_loop(fake)
        with suite(fake) as bench:
            wrk(bench, 3, 64)
            single = run(bench, fake, lambda: wrk(bench, seconds, CONNECTIONS), 1)
            batch = run(
                bench,
                fake,
                lambda: wrk(bench, seconds, 4, ["/api/messages/batch"], batch_body(bench)),
                BATCH,
            )
        after = bare_loop(fake)
    bare = (before + after) / 2
    result = {
        "bare_slack_sdk_per_s": round(bare),
        "single": single,
        "single_ratio": round(single["per_s"] / bare, 3),
        "batch": batch,
        "batch_ratio": round(batch["per_s"] / bare, 3),
    }
    write("throughput", result)


def run(bench, fake, load, messages_per_request):
    settle(fake)
    reset(fake)
    processes = bench.suite.processes
    began = {name: cpu_seconds(p.pid) for name, p in processes.items()}
    seen = load()
    expected = seen["requests"] * messages_per_request
    now = drained(fake, expected)
    used = {name: cpu_seconds(p.pid) - began[name] for name, p in processes.items()}
    per_s = now["posted"] / (now["last"] - now["first"])
    return {
        "accepted": expected,
        "arrived": now["posted"],
        "per_s": round(per_s),
        "accepted_per_s": round(seen["requests_per_s"] * messages_per_request),
        "rest_p50": seen.get("p50"),
        "failures": seen.get("failures", 0),
        "cpu_us_per_message": {n: round(s / max(1, now["posted"]) * 1e6) for n, s in used.items()},
    }


def settle(fake):
    """Waits until nothing arrives any more."""
    last = -1
    while (now := counts(fake)["posted"]) != last:
        last = now
        time.sleep(1)


def batch_body(bench):
    sessions = bench.sessions
    items = [{"session_id": sessions[n % len(sessions)], "text": "x" * 200} for n in range(BATCH)]
    text = json.dumps({"messages": items}).replace("\\", "\\\\").replace("'", "\\'")
    return f"local whole = '{text}'\nfunction body(n) return whole end\n"


if __name__ == "__main__":
    measure()
