"""Providers that repeat themselves, forget, or are away; texts that kill; clients that do not read."""

import random
import time
from collections import Counter

import pytest
from tests.chaos.accounts import settled
from tests.chaos.later import at_once
from tests.chaos.slack_posts import post, pressed, said

from parley_gateway.websocket.line import STALLED_SECONDS

pytestmark = pytest.mark.timeout(300)


# Duplicate, late and re-ordered webhooks -------------------------------------------------------


def conversation(world, deliver):
    """What a session holds after a person said five things and answered three questions in Slack."""
    user, session = world.resident("slack")
    world.say(session, "Let us talk.")
    requests = [world.ask(session, prompt=f"Deploy {n}?") for n in range(3)]
    for request in requests:
        world.cards_out(request, ("slack",))
    who = slack_user(world, user)
    cards = [posted_about(world, request) for request in requests]
    posts = [said(who, f"text {n}", cards[0]) for n in range(5)]
    for card, label in zip(cards, ("Approve", "Approve", "Reject"), strict=True):
        posts.append(pressed(who, label, card))
    deliver(world, posts)
    world.eventually(lambda: len(state_of(world, session, requests)["texts"]) >= 6, "all is heard")
    world.eventually(
        lambda: "pending" not in state_of(world, session, requests)["answers"], "all is decided"
    )
    return lambda: state_of(world, session, requests)


def slack_user(world, user):
    people = world.sandbox.get("/people").json()
    return next(p["slack_user_id"] for p in people if p["email"] == user["email"])


def posted_about(world, request):
    entries = world.journal("chat.postMessage")
    found = next(e for e in entries if request["id"] in str(e["body"]["blocks"]))
    return {**found["body"], "ts": found["result"]["ts"], "channel": found["result"]["channel"]}


def state_of(world, session, requests):
    messages = world.get(f"/api/sessions/{session['id']}/messages")["messages"]
    events = world.get(f"/api/sessions/{session['id']}/events", limit=1000)["events"]
    now = [world.request(request) for request in requests]
    return {
        "texts": sorted(message["text"] for message in messages),
        "answers": [(one["response"] or {}).get("value", one["status"]) for one in now],
        "resolved": sum(event["kind"] == "feedback.resolved" for event in events),
    }


def test_repeated_late_and_shuffled_webhooks_end_in_the_same_state(worlds, seed):
    def in_order(world, posts):
        for one in posts:
            post(world.suite.url, *one)

    def thrice_shuffled_across_a_restart(world, posts):
        many = [*posts, *posts, *posts]
        random.Random(seed).shuffle(many)
        for number, one in enumerate(many):
            if number == len(many) // 2:
                world.fleet.crash("slack")
            post(world.suite.url, *one)

    def compare(world):
        plain = conversation(world, in_order)
        shuffled = conversation(world, thrice_shuffled_across_a_restart)
        time.sleep(1)  # whatever would come a second time comes now
        assert shuffled() == plain()
        assert plain()["answers"] == ["approved", "approved", "rejected"]
        assert plain()["resolved"] == 3

    at_once(compare, **worlds)


# Gmail forgets -----------------------------------------------------------------------------------


def test_the_poll_finds_what_no_push_told_and_what_history_forgot(worlds):
    def forget(world):
        user, session = world.resident("gmail")
        world.say(session, "Please reply.")
        mail = world.eventually(lambda: mails_to(world, user), "the mail is out")[-1]
        assert world.sandbox.post("/gmail/pushes", json={"deliver": False}).is_success
        world.reply(mail["result"]["id"], "No push told you.", user["email"])
        heard(world, session, "No push told you.")
        expired = world.sandbox.post("/gmail/expire-history", json={"email": "agent@example.com"})
        assert expired.is_success
        world.reply(mail["result"]["id"], "Your history is gone.", user["email"])
        heard(world, session, "Your history is gone.")
        world.sandbox.post("/gmail/pushes", json={"deliver": True})
        texts = [
            m["text"] for m in world.get(f"/api/sessions/{session['id']}/messages")["messages"]
        ]
        assert Counter(texts).most_common(1)[0][1] == 1, texts

    at_once(forget, **worlds)


def mails_to(world, user):
    return [e for e in world.journal("drafts.send") if user["email"] in str(e["mail"])]


def heard(world, session, text):
    def is_there():
        messages = world.get(f"/api/sessions/{session['id']}/messages")["messages"]
        return any(message["text"] == text for message in messages)

    world.eventually(is_there, f"{text!r} is heard", 30)


# A provider that is away ------------------------------------------------------------------------


def test_a_late_recovery_makes_no_second_ask(worlds):
    """Mail is down: a message and a question go by Slack, once; mail returns and sends neither."""

    def fail_and_recover(world):
        user, session = world.resident("gmail", "slack")
        world.fault("gmail", "down", seconds=60)
        message = world.say(session, "gmail99-00001")
        request = world.ask(session, delivery="route", prompt="gmail99-00002?")
        world.cards_out(request, ("slack",), seconds=60)
        world.eventually(lambda: not world.is_well(), "it is noticed that mail is down", 30)
        world.clear_faults()
        world.eventually(world.is_well, "it is noticed that mail is back", 60)
        for _ in range(3):
            time.sleep(1)
            assert not [m for m in mails_to(world, user) if "gmail99" in str(m)]
        accounts = settled(
            world, {"gmail99-00001": message["id"]}, lambda: world.journal_read.read().arrived
        )
        accounts.check(at_least=1)
        chain = accounts.deliveries[message["id"]]
        assert [(d["channel"], d["state"]) for d in chain] == [("gmail", "dead"), ("slack", "sent")]
        cards = [(c["channel"], c["state"]) for c in world.request(request)["cards"]]
        assert sorted(cards) == [("gmail", "dead"), ("slack", "sent")]

    at_once(fail_and_recover, **worlds)


# Texts that kill --------------------------------------------------------------------------------


def test_a_text_that_kills_the_service_holds_up_nobody_else(worlds):
    def send_poison(world):
        fleet = world.fleet
        fleet.kill("slack")
        fleet.start_as("slack", PLANTED="deadly_text=poison")
        fleet.ready("slack")
        _user, poisoned = world.resident("slack")
        _user, healthy = world.resident("slack")
        deadly = world.say(poisoned, "This is poison.")
        assert fleet.processes["slack"].wait(20) < 0
        fleet.start_as("slack", PLANTED="deadly_text=poison")
        fleet.ready("slack")
        well = world.say(healthy, "This is not.")
        world.eventually(
            lambda: world.deliveries(well["id"])[-1]["state"] == "sent", "the other one flows"
        )
        stuck = world.deliveries(deadly["id"])[-1]
        assert [a["outcome"] for a in stuck["attempts"]][:1] == ["ambiguous"]
        assert stuck["state"] == "sending", "it is looked up, and not sent again at once"
        fleet.kill("slack")

    at_once(send_poison, **worlds)


def test_a_text_that_cannot_be_prepared_is_dead_after_some_tries(worlds):
    def send_poison(world):
        fleet = world.fleet
        fleet.kill("orchestrator")
        fleet.start_as("orchestrator", PLANTED="unreadable_text=poison")
        fleet.ready("orchestrator")
        world.eventually(world.is_well, "every channel is well")
        _user, poisoned = world.resident("slack")
        _user, healthy = world.resident("slack")
        bad = world.say(poisoned, "This is poison.")
        well = world.say(healthy, "This is not.")
        world.eventually(
            lambda: world.deliveries(well["id"])[-1]["state"] == "sent", "the other one flows"
        )
        world.eventually(
            lambda: world.deliveries(bad["id"])[-1]["state"] == "dead", "poison is dead", 60
        )
        behind = world.say(poisoned, "This comes after it.")
        world.eventually(
            lambda: world.deliveries(behind["id"])[-1]["state"] == "sent", "what follows flows"
        )
        tries = world.deliveries(bad["id"])[-1]["attempts"]
        assert 2 <= len(tries) <= 10, tries
        fleet.kill("orchestrator")

    at_once(send_poison, **worlds)


# Clients that do not read -------------------------------------------------------------------------


def test_a_client_that_does_not_read_is_dropped_and_resumes(worlds):
    world = worlds["sqlite"]
    user, session = world.resident("websocket")
    slow = world.slow_client(user)
    gateway = world.fleet.processes["gateway"].pid
    before = resident_mb(gateway)
    for batch in range(8):
        many = [
            {"session_id": session["id"], "text": f"{batch}-{n} " + "x" * 10_000}
            for n in range(100)
        ]
        results = world.post("/api/messages/batch", {"messages": many})["results"]
        assert {one["status"] for one in results} == {202}
    time.sleep(STALLED_SECONDS + 1)
    world.post(f"/api/sessions/{session['id']}/messages", {"text": "are you there?"})
    grown = resident_mb(gateway) - before
    seen = slow.read_until_closed()
    assert slow.close_code in (1006, 1013), slow.close_code
    assert 0 < len(seen) < 800, "it was never dropped"
    assert grown < 60, f"{grown:.0f} MB"
    client = world.web_client(user, session, seen=seen[-1])
    last = world.get(f"/api/sessions/{session['id']}")["last_seq"]
    world.eventually(lambda: client.seen[session["id"]] >= last, "it is told the rest", 60)
    client.stop()
    assert not client.gaps
    assert seen == list(range(seen[0], seen[0] + len(seen)))


def resident_mb(pid):
    with open(f"/proc/{pid}/status") as file:  # noqa: PTH123  # a process's own pseudo-file
        line = next(line for line in file if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
