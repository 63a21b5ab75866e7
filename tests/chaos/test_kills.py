"""SIGKILL of any service at any time: what was acknowledged arrives, once."""

import json
import os
import random
import re
import threading
import time
from collections import Counter

import httpx
import pytest
from tests.acceptance.conftest import SETTINGS, World

from parley_suite.connecting import connect_all
from parley_suite.suite import Suite

VICTIMS = ("orchestrator", "slack", "gateway")
TERMINAL = {"sent", "delivered", "dead", "unknown", "cancelled"}


@pytest.fixture(params=["sqlite", "postgres"])
def world(request, tmp_path, postgres):
    settings = dict(SETTINGS)
    if request.param == "postgres":
        settings |= {"DATABASE_URL": postgres.new_database(), "PARLEY_MIGRATE_ON_START": "true"}
    suite = Suite(tmp_path, base=os.environ, settings=settings)  # noqa: TID251
    suite.start()
    suite.wait_until_ready()
    connect_all(suite.url, suite.secrets.admin_key)
    suite.wait_until_connected()
    world = World(suite)
    yield world
    world.http.close()
    world.sandbox.close()
    suite.stop()


class Sender(threading.Thread):
    """An agent that repeats a call under its idempotency key until it is answered."""

    def __init__(self, world, session, prefix, stopping):
        super().__init__()
        self.world, self.session, self.prefix, self.stopping = world, session, prefix, stopping
        self.acknowledged = {}

    def run(self):
        with httpx.Client(base_url=self.world.suite.url, timeout=10) as http:
            n = 0
            while not self.stopping.is_set():
                n += 1
                self._say(http, f"{self.prefix}-{n:05}")
                time.sleep(0.02)

    def _say(self, http, text):
        headers = {**self.world.agent, "idempotency-key": text}
        path = f"/api/sessions/{self.session['id']}/messages"
        while not self.stopping.is_set():
            try:
                answer = http.post(path, json={"text": text}, headers=headers)
            except httpx.HTTPError:
                time.sleep(0.1)
                continue
            if answer.status_code == 202:
                self.acknowledged[text] = answer.json()["id"]
                return
            assert answer.status_code >= 500, answer.text
            time.sleep(0.1)


def kill_and_restart(world, chance):
    name = chance.choice(VICTIMS)
    world.suite.kill(name)
    time.sleep(chance.uniform(0, 0.3))
    world.suite.start([name])
    world.suite.wait_until_ready()


def test_what_was_acknowledged_arrives_once(world, request):
    kills = 60 if request.config.getoption("--chaos-long") else 6
    chance = random.Random(7)
    stopping = threading.Event()
    senders = []
    for n in range(3):
        user, session = world.person()
        world.prefer(user, "slack")
        senders.append(Sender(world, session, f"chaos{n}", stopping))
    for sender in senders:
        sender.start()
    for _ in range(kills):
        time.sleep(chance.uniform(0.2, 1.0))
        kill_and_restart(world, chance)
    time.sleep(0.5)
    stopping.set()
    for sender in senders:
        sender.join()
    acknowledged = {t: i for sender in senders for t, i in sender.acknowledged.items()}
    assert len(acknowledged) > kills, "hardly anything was acknowledged: this run proves nothing"
    states = settled(world, acknowledged)
    arrived = Counter(
        text
        for e in world.journal("chat.postMessage")
        for text in re.findall(r"chaos\d-\d{5}", _text(e))
    )
    doubled = {text: n for text, n in arrived.items() if n > 1}
    lost = [
        t
        for t, i in acknowledged.items()
        if not arrived[t] and states[i] not in ("dead", "unknown")
    ]
    assert not doubled, doubled
    assert not lost, lost
    assert not [i for i, state in states.items() if state in ("dead", "unknown")], Counter(
        states.values()
    )


def _text(entry):
    return json.dumps((entry.get("body") or {}).get("text", ""))


def settled(world, acknowledged, seconds=60):
    """The state of every message's delivery, once none moves any more."""
    deadline = time.monotonic() + seconds
    states = {}
    while True:
        waiting = [i for i in acknowledged.values() if states.get(i) not in TERMINAL]
        if not waiting:
            return states
        assert time.monotonic() < deadline, Counter(states.values())
        for message_id in waiting:
            found = world.get(f"/api/messages/{message_id}/deliveries")["deliveries"]
            states[message_id] = found[-1]["state"]
        time.sleep(0.2)
