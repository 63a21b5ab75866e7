"""The stand-in for Slack as a process, and what it counted."""

import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx

from parley_suite.environment import Ports


class Provider:
    """A running fake; `url` is its address."""

    def __init__(self, url, pid):
        self.url = url
        self.pid = pid

    def counts(self):
        return httpx.get(f"{self.url}/counts").json()

    def reset(self):
        httpx.post(f"{self.url}/reset").raise_for_status()

    def seen(self):
        """The newest posts: (monotonic seconds, body, ts)."""
        return httpx.get(f"{self.url}/seen").json()

    def drained(self, expected, seconds=120):
        """Waits until so many were posted, at most so long; answers the counts."""
        deadline = time.monotonic() + seconds
        while (now := self.counts())["posted"] < expected and time.monotonic() < deadline:
            time.sleep(0.1)
        return now

    def settle(self):
        """Waits until nothing arrives any more, then counts from zero."""
        last = -1
        while (now := self.counts()["posted"]) != last:
            last = now
            time.sleep(0.3)
        self.reset()


@contextmanager
def fake_slack():
    port = Ports.free().sandbox
    program = Path(__file__).parent / "fake_slack.py"
    process = subprocess.Popen([sys.executable, str(program), str(port)])
    try:
        yield Provider(_waited_for(f"http://127.0.0.1:{port}"), process.pid)
    finally:
        process.terminate()
        process.wait()


def _waited_for(url):
    for _ in range(200):
        try:
            httpx.get(f"{url}/counts")
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return url
    raise SystemExit("the fake Slack did not start")
