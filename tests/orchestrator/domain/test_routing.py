"""Which channel carries a delivery."""

from datetime import UTC, datetime

import pytest

from parley_orchestrator.domain.people import Preferences, Sender, User, is_same_person
from parley_orchestrator.domain.routing import (
    ChannelFacts,
    choose,
    order_for,
    unreachable_reason,
)


def user(channels=(), **more):
    values = {
        "id": "usr_1",
        "name": "Ann",
        "email": "ann@example.com",
        "slack_user_id": "U1",
        "slack_team_id": "T1",
        "timezone": "",
        "preferences": Preferences(tuple(channels)),
        "created_by": "",
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return User(**{**values, **more})


def channels(**facts):
    made = {
        "websocket": ChannelFacts("websocket"),
        "gmail": ChannelFacts("gmail", address_keys=("email",)),
        "slack": ChannelFacts("slack", address_keys=("slack_user_id", "email")),
    }
    return {**made, **{name: ChannelFacts(name, **more) for name, more in facts.items()}}


@pytest.mark.parametrize(
    ("preferred", "session", "wanted", "order"),
    [
        ((), "", "", ["websocket", "gmail", "slack"]),
        (("slack", "gmail"), "", "", ["slack", "gmail"]),
        (("slack", "gmail"), "gmail", "", ["gmail", "slack"]),
        (("slack",), "gmail", "", ["gmail", "slack"]),
        (("slack",), "gmail", "websocket", ["websocket"]),
        (("fax", "slack"), "", "", ["slack"]),
        ((), "fax", "", ["websocket", "gmail", "slack"]),
    ],
)
def test_the_order_of_channels(preferred, session, wanted, order):
    assert order_for(user(preferred), session, wanted, channels()) == order


def test_a_channel_that_parley_does_not_know_comes_after_the_usual_ones():
    known = {"fax": ChannelFacts("fax"), **channels()}
    assert order_for(user(), "", "", known) == ["websocket", "gmail", "slack", "fax"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {"shared_connection": "con_shared", "own_connections": {"usr_1": "con_own"}},
            "con_shared",
        ),
        ({"own_connections": {"usr_1": "con_own"}}, ""),  # several are shared
        ({"has_shared_connection": False, "own_connections": {"usr_1": "con_own"}}, "con_own"),
        ({"has_shared_connection": False, "own_connections": {"usr_2": "con_own"}}, ""),
    ],
)
def test_the_shared_connection_is_expected_to_carry_where_there_is_one(facts, expected):
    assert ChannelFacts("gmail", **facts).connection_of("usr_1") == expected


DOWN = {"is_up": False}
NO_CONNECTION = {"has_shared_connection": False}
OWN = {"has_shared_connection": False, "connected_users": frozenset({"usr_1"})}
OTHERS = {"has_shared_connection": False, "connected_users": frozenset({"usr_2"})}


@pytest.mark.parametrize(
    ("facts", "is_present", "channel", "behind", "is_parked"),
    [
        ({}, True, "websocket", ("gmail", "slack"), False),
        ({}, False, "gmail", ("slack",), False),
        ({"gmail": DOWN}, False, "slack", (), False),
        ({"gmail": NO_CONNECTION}, False, "slack", (), False),
        ({"gmail": OWN}, False, "gmail", ("slack",), False),
        ({"gmail": OTHERS}, False, "slack", (), False),
        ({"gmail": {"address_keys": ("fax",)}}, False, "slack", (), False),
        ({"gmail": {"address_keys": ("fax",)}}, True, "websocket", ("slack",), False),
        ({"gmail": DOWN, "slack": DOWN}, False, "websocket", ("gmail", "slack"), True),
        ({"gmail": DOWN, "slack": DOWN}, True, "websocket", ("gmail", "slack"), False),
    ],
)
def test_the_choice(facts, is_present, channel, behind, is_parked):
    order = ["websocket", "gmail", "slack"]
    route = choose(user(), order, channels(**facts), is_present=is_present)
    assert (route.channel, route.behind, route.is_parked) == (channel, behind, is_parked)
    assert channel in route.explanation


def test_the_explanation_says_why_the_others_were_passed():
    route = choose(user(), ["websocket", "gmail"], channels(), is_present=False)
    assert route.explanation == "websocket: not connected; gmail: chosen"


def test_a_channel_that_is_down_is_waited_for():
    route = choose(user(), ["gmail", "slack"], channels(gmail=DOWN, slack=DOWN), is_present=True)
    assert (route.channel, route.behind, route.is_parked) == ("gmail", ("slack",), True)
    assert route.explanation == "gmail: down; slack: down; waits for gmail"


def test_who_has_no_address_is_never_reached():
    nobody = user(email="", slack_user_id="", slack_team_id="")
    assert choose(nobody, ["gmail", "slack"], channels(), is_present=True) is None
    reason = unreachable_reason(nobody, ["gmail", "slack"], channels())
    assert "gmail: the person has no email" in reason
    assert "slack: the person has no slack_user_id or email" in reason
    assert unreachable_reason(nobody, [], channels()) == "no channel is configured"


@pytest.mark.parametrize(
    ("addresses", "is_same"),
    [
        ({"email": "ann@example.com"}, True),
        ({"email": "ANN@example.COM"}, True),
        ({"email": "ann@example.com.evil.org"}, False),
        ({"email": ""}, False),
        ({}, False),
        ({"slack_user_id": "U1", "slack_team_id": "T1"}, True),
        ({"slack_user_id": "U1", "slack_team_id": "T2"}, False),
        ({"slack_user_id": "U1"}, False),
        ({"slack_user_id": "U2", "slack_team_id": "T1"}, False),
        ({"slack_user_id": "U2", "slack_team_id": "T1", "email": "ann@example.com"}, False),
    ],
)
def test_who_is_the_same_person(addresses, is_same):
    assert is_same_person(user(), Sender(addresses)) == is_same


def test_nobody_is_the_same_as_a_person_without_addresses():
    nobody = user(email="", slack_user_id="", slack_team_id="")
    for addresses in ({}, {"email": ""}, {"slack_user_id": ""}, {"slack_user_id": "U1"}):
        assert not is_same_person(nobody, Sender(addresses))
