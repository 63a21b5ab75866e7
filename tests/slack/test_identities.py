"""Who is known by e-mail alone: the workspace says whose address it is, or does not."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
import json

import pytest

from parley.orchestrator.v1 import inbox_pb2
from parley_sandbox.slack import users

ANN = "ann@example.com"


@pytest.fixture
async def by_mail(suite):
    """An orchestrator that knows Ann by her e-mail address only."""

    def judge(item):
        if item.sender.addresses.get("email") == ANN:
            return None
        return inbox_pb2.IngestResult(
            inbound_id=item.inbound_id,
            verdict=inbox_pb2.INGEST_VERDICT_UNROUTED,
            is_sender_unknown=True,
        )

    suite.orchestrator.judge = judge
    return suite


async def _until(read, seconds=20):
    async with asyncio.timeout(seconds):
        while not (found := read()):
            await asyncio.sleep(0.02)
    return found


async def test_a_first_message_is_heard(by_mail):
    for number in range(3):
        await by_mail.control("/slack/say", user=ANN, text=f"Hello {number}")
    items = await by_mail.orchestrator.heard(3)
    assert sorted(item.text.text for item in items) == ["Hello 0", "Hello 1", "Hello 2"]
    assert {item.sender.addresses["email"] for item in items} == {ANN}
    assert all(item.sender.addresses["slack_user_id"] for item in items)
    assert len(await by_mail.journal("users.info")) == 1


async def test_a_home_shows_what_waits_for_them(suite):
    suite.orchestrator.overviews.show(ANN, open_count=0)
    await suite.control("/slack/home", user=ANN)
    asked = await _until(lambda: suite.orchestrator.overviews.asked[1:])
    assert asked[0].addresses["email"] == ANN
    ann = suite.sandbox.people.by_email(ANN).slack_id
    await _until(lambda: "Nothing waits" in json.dumps(getattr(_home(suite, ann), "content", "")))


def _home(suite, slack_id):
    return suite.sandbox.slack.homes.get(slack_id)


@pytest.mark.parametrize("kind", ["down", "rate_limit", "error"])
async def test_while_slack_does_not_say_who_it_is_the_message_waits(by_mail, kind):
    fault = {"kind": kind, "call": "users.info", "count": 2, "seconds": 1}
    await by_mail.control("/faults", channel="slack", **fault)
    await by_mail.control("/slack/say", user=ANN, text="Hello")
    (item,) = await by_mail.orchestrator.heard(1)
    assert item.text.text == "Hello"


UNVOUCHED = {
    "left": {"deleted": True},
    "a bot": {"is_bot": True},
    "of another organisation": {"is_stranger": True},
    "of another workspace": {"team_id": "T0OTHER"},
    "unconfirmed": {"is_email_confirmed": False},
    "without address": {"profile": {}},
    "bent": {"profile": {"email": 7}},
}


@pytest.mark.parametrize("change", UNVOUCHED.values(), ids=UNVOUCHED.keys())
async def test_an_address_that_nobody_vouches_for_is_none(by_mail, monkeypatch, change):
    told = users.user_wire

    def changed(workspace, person):
        return told(workspace, person) | change

    monkeypatch.setattr(users, "user_wire", changed)
    await by_mail.control("/slack/say", user=ANN, text="Hello")
    async with asyncio.timeout(20):
        while not await by_mail.journal("users.info"):
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)
    assert by_mail.orchestrator.texts() == []


async def test_in_an_organisation_its_members_are_vouched_for(suite_with):
    async with suite_with() as suite:
        body = {"name": "Org", "people": [ANN], "organisation": 2}
        _, made = await suite.control("/slack/workspaces", **body)
        await suite.connect(team=made["enterprise_id"])
        suite.orchestrator.overviews.show(ANN)
        await suite.control("/slack/home", user=ANN, team=made["enterprise_id"])
        asked = await _until(lambda: suite.orchestrator.overviews.asked[1:])
        assert asked[0].addresses["email"] == ANN
