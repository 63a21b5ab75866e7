"""The App Home at work: what a person can do there, and how it stays fresh."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
import json
import sqlite3

import pytest
from tests.slack.homes import ended_request, open_request, reachable

from parley.common.v1 import feedback_pb2
from parley.orchestrator.v1 import people_overview_pb2
from parley_kit.errors import UnavailableError

ANN, BOB = "ann@example.com", "bob@example.com"


async def _until(read, seconds=20):
    async with asyncio.timeout(seconds):
        while not (found := read()):
            await asyncio.sleep(0.02)
    return found


def _user(suite, email=ANN):
    return suite.sandbox.people.by_email(email).slack_id


def _home(suite, words, email=ANN):
    """The home that a person has, once it says these words."""

    def read():
        home = suite.sandbox.slack.homes.get(_user(suite, email))
        return home if home and words in json.dumps(home.content, ensure_ascii=False) else None

    return _until(read)


async def _open_home(suite, email=ANN):
    status, answer = await suite.control("/slack/home", user=email)
    assert (status, answer["status"]) == (200, 200)


async def test_it_is_drawn_when_it_is_opened_and_again_when_something_changes(suite):
    overviews = suite.orchestrator.overviews
    await _open_home(suite)
    await _home(suite, "Nothing waits for you")
    viewer = overviews.asked[-1]
    assert viewer.addresses["slack_user_id"] == _user(suite)
    assert viewer.addresses["slack_team_id"] == suite.sandbox.slack.place.team_id
    assert viewer.assurance == feedback_pb2.ASSURANCE_SLACK
    overviews.show(_user(suite), open=[open_request(1)], open_count=1)
    await _home(suite, "Deploy *1*?")
    overviews.show(_user(suite), ended=[ended_request(1)])
    await _home(suite, "Decided lately")
    assert len(await suite.journal("views.publish")) == 3


async def test_slack_is_not_asked_where_nothing_would_look_different(suite):
    overviews = suite.orchestrator.overviews
    overviews.show(_user(suite), open=[open_request(1)], open_count=1)
    await _open_home(suite)
    await _home(suite, "Deploy *1*?")
    for _ in range(3):
        overviews.tell(_user(suite))
    asked = len(overviews.asked)
    await _until(lambda: len(overviews.asked) > asked)
    await _open_home(suite)
    await asyncio.sleep(0.5)
    assert len(await suite.journal("views.publish")) == 1


async def test_nobody_elses_home_is_drawn(suite):
    await _open_home(suite)
    await _home(suite, "Nothing")
    suite.orchestrator.overviews.show(_user(suite, BOB), open=[open_request(1)], open_count=1)
    await asyncio.sleep(0.5)
    assert _user(suite, BOB) not in suite.sandbox.slack.homes
    assert len(await suite.journal("views.publish")) == 1


async def test_the_messages_tab_is_no_home(suite):
    payload = {
        "type": "event_callback",
        "event_id": "Ev1",
        "team_id": suite.sandbox.slack.place.team_id,
        "api_app_id": suite.sandbox.slack.grants.app_id,
        "event": {"type": "app_home_opened", "user": _user(suite), "tab": "messages"},
    }
    for changes in ({}, {"user": ""}, {"user": None}):
        payload["event"] |= changes
        assert (await suite.event(payload)).status == 200
    await asyncio.sleep(0.3)
    assert await suite.journal("views.publish") == []


@pytest.fixture
async def home(suite):
    """Ann's home with one approval."""
    suite.orchestrator.overviews.show(
        _user(suite),
        open=[open_request(1, action_json='{"replicas": 3}', allow_edit=True)],
        open_count=1,
        channels=reachable("slack", "gmail"),
    )
    await _open_home(suite)
    return await _home(suite, "Deploy *1*?")


async def test_a_button_there_answers_without_any_card(suite, home):
    status, clicked = await suite.control("/slack/click", ts=home.id, value="Approve")
    assert (status, clicked["status"]) == (200, 200)
    (item,) = await suite.orchestrator.heard()
    assert json.loads(item.answer.value_json) == "approved"
    assert item.answer.request_id == "fbr_1"
    assert item.answer.digest == f"{1:064x}"
    assert (item.answer.card_delivery_id, item.answer.is_from_overview) == ("", True)
    assert item.sender.addresses["slack_user_id"] == _user(suite)


@pytest.mark.parametrize(
    ("label", "inputs", "comment", "edited"),
    [
        ("Reject with comment", {"Why not?": "no"}, "no", ""),
        ("Edit and approve", {"replicas": "5"}, "", '{"replicas": 5}'),
    ],
)
async def test_modals_open_from_there_too(suite, home, label, inputs, comment, edited):
    _, clicked = await suite.control("/slack/click", ts=home.id, value=label)
    assert clicked["view"], clicked
    _, done = await suite.control("/slack/submit", view=clicked["view"], inputs=inputs)
    assert done["view"] is None, done
    (item,) = await suite.orchestrator.heard()
    assert (item.answer.comment, item.answer.edited_action_json) == (comment, edited)
    assert item.answer.is_from_overview


async def test_the_channel_can_be_chosen_there(suite, home):
    status, clicked = await suite.control(
        "/slack/click", ts=home.id, action_id="parley.prefer", value="gmail"
    )
    assert (status, clicked["status"]) == (200, 200)
    (item,) = await suite.orchestrator.heard()
    assert (item.choice.channel, item.choice.session_id) == ("gmail", "")
    assert item.sender.addresses["slack_user_id"] == _user(suite)


async def test_a_hundred_clicks_there_are_one_answer(suite, home):
    await suite.control("/slack/click", ts=home.id, value="Approve")
    payload = suite.interactions()[-1]
    answers = await asyncio.gather(*(suite.interaction(payload) for _ in range(100)))
    assert {answer.status for answer in answers} == {200}
    await asyncio.sleep(0.3)
    assert len(suite.orchestrator.items) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p["user"].update(id="U0OTHER"),
        lambda p: p["actions"][0].update(value=p["actions"][0]["value"].replace("fbr_1", "fbr_2")),
        lambda p: p["actions"][0].update(value="fbr_1|ffffffffffffffff|approved"),
        lambda p: p["view"].update(type="modal"),
        lambda p: p["team"].update(id="T0OTHER"),
    ],
)
async def test_only_ones_own_home_answers(suite, home, change):
    await suite.control("/slack/click", ts=home.id, value="Approve")
    payload = suite.interactions()[-1]
    payload["actions"][0]["action_ts"] = "1795000000.000007"
    change(payload)
    assert (await suite.interaction(payload)).status == 200
    await _until(suite.orchestrator.refused)
    assert len(suite.orchestrator.answers()) == 1


async def test_a_click_on_what_was_just_decided_is_handed_in_and_comes_too_late(suite, home):
    """Who looked at the old home is told who decided, not ignored."""
    await suite.control("/slack/click", ts=home.id, value="Reject")
    payload = suite.interactions()[-1]
    suite.orchestrator.overviews.show(_user(suite), ended=[ended_request(1)])
    await _home(suite, "Decided lately")
    payload["actions"][0]["action_ts"] = "1795000000.000008"
    await suite.interaction(payload)
    await suite.orchestrator.heard(2)
    assert suite.orchestrator.refused() == []


@pytest.mark.parametrize("kind", ["rate_limit", "error", "down"])
async def test_a_home_that_slack_did_not_take_is_drawn_later(suite, kind):
    await suite.control(
        "/faults", channel="slack", kind=kind, call="views.publish", count=1, seconds=1
    )
    await _open_home(suite)
    await _home(suite, "Nothing waits for you")


async def test_a_home_is_opened_while_the_orchestrator_is_away(suite):
    overviews = suite.orchestrator.overviews
    overviews.fails_with = UnavailableError("away")
    await _open_home(suite)
    await _until(lambda: overviews.asked)
    overviews.fails_with = None
    await _home(suite, "Nothing waits for you")


async def test_changes_are_followed_over_a_restart(suite, sqlite_file):
    await _open_home(suite)
    await _home(suite, "Nothing waits for you")

    def stored():
        with sqlite3.connect(sqlite_file) as database:
            found = database.execute("SELECT cursor FROM slack_home_cursor").fetchall()
        database.close()
        return found

    await _until(stored)
    with sqlite3.connect(sqlite_file) as database:
        database.execute("UPDATE slack_home_cursor SET cursor = 'chg_old'")
    database.close()
    suite.orchestrator.overviews.by_user[_user(suite)] = people_overview_pb2.GetOverviewResponse(
        open=[open_request(1)], open_count=1
    )
    async with suite.replica():  # its cursor is too old: it looks at every home
        await _home(suite, "Deploy *1*?")


async def test_a_home_whose_app_is_gone_is_dropped_and_back_after_a_reinstall(suite, sqlite_file):
    await _open_home(suite)
    await _home(suite, "Nothing waits for you")
    suite.sandbox.slack.grants.uninstall()
    suite.orchestrator.overviews.show(_user(suite), open=[open_request(1)], open_count=1)

    def count():
        with sqlite3.connect(sqlite_file) as database:
            found = database.execute("SELECT count(*) FROM slack_homes").fetchone()
        database.close()
        return found == (0,)

    await _until(count)
    await suite.connect()
    await _open_home(suite)
    await _home(suite, "Deploy *1*?")
