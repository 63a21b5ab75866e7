"""What the measurements share: the suite in front of the fast fake, load by wrk, CPU per process."""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import httpx
from slack_sdk.web.async_client import AsyncWebClient

from parley_suite.connecting import connect
from parley_suite.environment import Ports
from parley_suite.suite import Suite

FOLDER = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Bench:
    suite: Suite
    fake_url: str
    agent: dict
    sessions: list


@contextmanager
def fake_slack():
    port = Ports.free().sandbox
    process = subprocess.Popen([sys.executable, str(FOLDER / "fake_slack.py"), str(port)])
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(f"{url}/counts")
                break
            except httpx.HTTPError:
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait()


@contextmanager
def suite(fake_url, people=100, settings=None, folder=None):
    """The whole suite, Slack connected to the fake, one session a person."""
    more = {
        "SLACK_API_URL": f"{fake_url}/api/",
        "SLACK_AUTHORIZE_URL": f"{fake_url}/oauth/v2/authorize",
        "SLACK_CLIENT_ID": "bench",
        "SLACK_CLIENT_SECRET": "bench",
        "SLACK_SIGNING_SECRET": "bench-signing-secret",
        "PARLEY_LOG_LEVEL": "warning",
        **(settings or {}),
    }
    with tempfile.TemporaryDirectory() as temporary:
        running = Suite(
            Path(folder or temporary),
            base=os.environ,  # noqa: TID251
            with_sandbox=False,
            settings=more,
        )
        try:
            running.start()
            running.wait_until_ready()
            connect(running.url, running.secrets.admin_key, "slack", {})
            yield seeded(running, fake_url, people)
        finally:
            running.stop()
            problems = [line for line in running.lines if "error" in line or "warning" in line]
            if problems:
                print("\n".join(line[:300] for line in problems[:10]), file=sys.stderr)


def seeded(running, fake_url, people):
    admin = {"authorization": f"Bearer {running.secrets.admin_key}"}
    with httpx.Client(base_url=running.url, timeout=30) as http:
        wait_for_slack(http, admin)
        agent = http.post("/api/agents", headers=admin, json={"name": "Bench"}).json()
        headers = {"authorization": f"Bearer {agent['key']}"}
        sessions = []
        for n in range(people):
            person = {"name": f"P{n}", "slack_user_id": f"U{n:09}", "slack_team_id": "T0BENCH"}
            user = http.post("/api/users", headers=headers, json=person).json()
            session = http.post("/api/sessions", headers=headers, json={"user_ids": [user["id"]]})
            sessions.append(session.json()["id"])
    return Bench(running, fake_url, headers, sessions)


def wait_for_slack(http, admin):
    for _ in range(300):
        channels = http.get("/api/channels", headers=admin).json()["channels"]
        if any(c["channel"] == "slack" and c["status"] == "ok" for c in channels):
            return
        time.sleep(0.1)
    raise SystemExit("Slack did not become usable")


def counts(url):
    return httpx.get(f"{url}/counts").json()


def reset(url):
    httpx.post(f"{url}/reset")


def bare_loop(url, messages=6_000, at_once=64):
    """Messages/s of one slack_sdk loop with a shared session: the yardstick of every ratio."""

    async def run():
        async with aiohttp.ClientSession() as session:
            client = AsyncWebClient(
                token="xoxb-bench", base_url=f"{url}/api/", session=session, retry_handlers=[]
            )
            numbers = iter(range(messages))

            async def work():
                for _ in numbers:
                    await client.chat_postMessage(channel="D0", text="x" * 200, unfurl_links=False)

            await asyncio.gather(*(work() for _ in range(200 // 3)))
            began = time.monotonic()
            numbers_again = iter(range(messages))

            async def work_again():
                for _ in numbers_again:
                    await client.chat_postMessage(channel="D0", text="x" * 200, unfurl_links=False)

            await asyncio.gather(*(work_again() for _ in range(at_once)))
            return messages / (time.monotonic() - began)

    return asyncio.run(run())


LUA = """
local paths = {%s}
local n = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "%s"
request = function()
  n = n + 1
  return wrk.format(nil, paths[n %% #paths + 1], nil, body(n))
end
response = function(status) if status >= 300 then bad = (bad or 0) + 1 end end
"""
SINGLE = 'function body(n) return \'{"text": "\' .. string.rep("x", 200) .. \'"}\' end\n'


def wrk(bench, seconds, connections, paths=None, body=SINGLE):
    """Runs wrk with one thread; answers requests/s, p50 ms and failures as wrk saw them."""
    paths = paths or [f"/api/sessions/{one}/messages" for one in bench.sessions]
    script = FOLDER / "results" / "load.lua"
    text = LUA % (", ".join(f'"{p}"' for p in paths), bench.agent["authorization"])
    script.write_text(body + text)
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--latency",
        "-s",
        str(script),
        bench.suite.url,
    ]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    script.unlink()
    found = {}
    for line in output.splitlines():
        words = line.split()
        if line.startswith("Requests/sec"):
            found["requests_per_s"] = float(words[1])
        if words and words[0] == "50%":
            found["p50"] = words[1]
        if "Non-2xx" in line:
            found["failures"] = int(words[-1])
        if "requests in" in line:
            found["requests"] = int(words[0])
    return found


def drained(url, expected, seconds=120):
    """Waits until the fake counted as many; answers the counts."""
    deadline = time.monotonic() + seconds
    while (now := counts(url))["posted"] < expected and time.monotonic() < deadline:
        time.sleep(0.1)
    return now


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def write(name, result):
    path = FOLDER / "results" / f"{name}.json"
    result = {"generated_by": "make bench", **result}
    path.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


def limit_files():
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
