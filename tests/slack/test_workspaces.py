"""One app in many workspaces and organisations: everything stays in its own."""

import asyncio
import json

import pytest

from parley.channel.v1 import authorization_pb2, channel_pb2, recipient_pb2
from parley_kit.clock import utc_now

ANN, BOB = "ann@example.com", "bob@example.com"
REVOKED = authorization_pb2.CONNECTION_STATUS_REVOKED
CONNECTED = authorization_pb2.CONNECTION_STATUS_CONNECTED


async def _added(suite, name, people, **more):
    status, answer = await suite.control("/slack/workspaces", name=name, people=people, **more)
    assert status == 201, answer
    return answer


@pytest.fixture
async def two(suite):
    """Ann in the first workspace, Bob and Ann in a second one; both connected."""
    second = await _added(suite, "Second", [ANN, BOB])
    second["connection"] = await suite.connect(second["team_id"])
    return second


def _recipient(email="", **addresses):
    named = {"email": email} if email else {}
    return recipient_pb2.Recipient(user_id="usr_1", name="Ann", addresses=named | addresses)


async def _listed(suite):
    request = channel_pb2.ListAuthorizationsRequest()
    return {c.display_name: c for c in (await suite.stub.ListAuthorizations(request)).connections}


async def test_each_workspace_is_a_connection_of_its_own(suite, two):
    listed = await _listed(suite)
    assert set(listed) == {"Parley Sandbox", "Second"}
    assert two["connection"].display_name == "Second"
    health = await suite.stub.CheckHealth(channel_pb2.CheckHealthRequest())
    assert health.status == "ok"


async def test_a_person_is_reached_in_the_workspace_that_is_named(suite, two):
    team = two["team_id"]
    there = await suite.send(recipient=_recipient(ANN, slack_team_id=team))
    assert there.sent.connection_id == two["connection"].connection_id
    learned = dict(there.sent.learned_addresses)
    assert learned == {"slack_user_id": two["users"][ANN], "slack_team_id": team}
    linked = await suite.send(recipient=_recipient(**learned))
    assert linked.sent.connection_id == two["connection"].connection_id
    here = await suite.send(recipient=_recipient(ANN))
    assert here.sent.connection_id != two["connection"].connection_id


async def test_a_person_is_found_in_whichever_workspace_they_are(suite):
    await suite.control("/people", name="Eve", email="eve@example.com", slack=False)
    second = await _added(suite, "Second", [ANN])
    connection = await suite.connect(second["team_id"])
    outcome = await suite.send(recipient=_recipient(slack_user_id=second["users"][ANN]))
    assert outcome.sent.connection_id == connection.connection_id
    # the id alone says nothing: the workspace that it is meant in is told to Parley
    assert outcome.sent.learned_addresses["slack_team_id"] == second["team_id"]


async def test_one_uninstalled_workspace_leaves_the_other_alone(suite, two):
    await suite.send(recipient=_recipient(ANN, slack_team_id=two["team_id"]))
    await suite.control("/slack/uninstall", team=two["team_id"])
    listed = await _listed(suite)
    assert (listed["Second"].status, listed["Parley Sandbox"].status) == (REVOKED, CONNECTED)
    gone = await suite.send(recipient=_recipient(ANN, slack_team_id=two["team_id"]))
    assert gone.failure.failure_class == 4
    assert (await suite.send(recipient=_recipient(ANN))).HasField("sent")


async def test_who_lost_one_workspace_is_found_in_the_other(suite, two):
    first = await suite.send(recipient=_recipient(ANN))
    await suite.control("/slack/uninstall")
    second = await suite.send(recipient=_recipient(ANN))
    assert second.sent.connection_id == two["connection"].connection_id
    assert first.sent.connection_id != second.sent.connection_id


async def test_a_passing_trouble_does_not_move_a_conversation(suite, two):
    recipient = _recipient(ANN)
    first = await suite.send(recipient=recipient)
    async with suite.replica() as stub:  # one that remembers nobody
        fault = {"channel": "slack", "kind": "error", "call": "users.lookupByEmail", "count": 1}
        await suite.control("/faults", **fault)
        conversation = recipient_pb2.Conversation(
            session_id="ses_1",
            thread_ref=first.sent.thread_ref,
            connection_id=first.sent.connection_id,
        )
        request = suite.message(recipient=recipient, conversation=conversation)
        outcome = (await stub.SendMessage(request)).outcome
        assert outcome.failure.failure_class == 1, outcome
        again = (await stub.SendMessage(request)).outcome
        assert again.sent.connection_id == first.sent.connection_id


@pytest.fixture
async def twins(suite):
    """A second workspace in which people have the very same Slack user ids."""
    second = await _added(suite, "Twin", [ANN], shares_ids=True)
    second["connection"] = await suite.connect(second["team_id"])
    return second


async def test_the_same_id_in_another_workspace_is_somebody_else(suite, twins):
    """A click comes with its workspace, and only finds cards of that installation."""
    card = suite.card()
    outcome = await suite.ask(card, recipient=_recipient(ANN))
    await suite.control("/slack/click", request=card.request_id, value="approve")
    (item,) = await suite.orchestrator.heard()
    assert item.sender.addresses["slack_team_id"] == suite.sandbox.slack.place.team_id
    payload = suite.interactions()[-1]
    payload["team"]["id"] = payload["user"]["team_id"] = twins["team_id"]
    payload["actions"][0]["action_ts"] = "1795000000.000009"
    assert (await suite.interaction(payload)).status == 200
    await asyncio.sleep(0.1)
    assert len(suite.orchestrator.answers()) == 1
    assert outcome.sent.connection_id == item.sender.connection_id


async def test_what_the_twin_writes_is_passed_on_as_theirs(suite, twins):
    await suite.control("/slack/say", user=ANN, text="hi", team=twins["team_id"])
    (item,) = await suite.orchestrator.heard()
    assert item.sender.addresses["slack_team_id"] == twins["team_id"]
    assert item.sender.connection_id == twins["connection"].connection_id


@pytest.fixture
async def org(suite):
    """An organisation of three workspaces, connected as a whole, beside the first workspace."""
    made = await _added(suite, "Starship", [ANN, BOB], organisation=3)
    made["connection"] = await suite.connect(made["enterprise_id"])
    return made


@pytest.mark.parametrize("team", [0, 1, 2, "enterprise"])
async def test_an_organisation_is_one_connection_for_all_its_workspaces(suite, org, team):
    name = org["enterprise_id"] if team == "enterprise" else org["teams"][team]
    assert org["connection"].display_name == "Starship"
    outcome = await suite.send(recipient=_recipient(ANN, slack_team_id=name))
    assert outcome.sent.connection_id == org["connection"].connection_id


async def test_a_workspace_outside_the_organisation_is_not_looked_for_in_it(suite, org):
    failure = (await suite.send(recipient=_recipient(ANN, slack_team_id="T0OTHER"))).failure
    assert (failure.failure_class, failure.code) == (4, "not_connected")
    assert await suite.journal("users.lookupByEmail") == []


async def test_clicks_modals_and_messages_in_an_organisation(suite, org):
    """Slack names no team there; the installation, the channel and the message are checked."""
    card = suite.card()
    recipient = _recipient(ANN, slack_team_id=org["enterprise_id"])
    outcome = await suite.ask(card, recipient=recipient)
    learned = dict(outcome.sent.learned_addresses)
    assert learned["slack_team_id"] == org["enterprise_id"]
    await suite.control("/slack/click", request=card.request_id, value="Reject with comment")
    payload = suite.interactions()[-1]
    assert payload["team"] is None
    _, done = await suite.control("/slack/submit", inputs={"text": "no"})
    assert done["view"] is None, done
    await suite.control("/slack/say", user=ANN, text="hi", team="Starship")
    answer, said = await suite.orchestrator.heard(2)
    assert answer.answer.comment == "no"
    for item in (answer, said):
        assert item.sender.addresses["slack_enterprise_id"] == org["enterprise_id"]
        assert item.sender.addresses["slack_team_id"] in org["teams"]
        assert item.sender.connection_id == org["connection"].connection_id


async def test_another_organisations_click_is_refused(suite, org):
    card = suite.card()
    await suite.ask(card, recipient=_recipient(ANN, slack_team_id=org["enterprise_id"]))
    await suite.control("/slack/click", request=card.request_id, value="approve")
    await suite.orchestrator.heard()
    payload = suite.interactions()[-1]
    payload["actions"][0]["action_ts"] = "1795000000.000009"
    for enterprise in ({"id": "E0OTHER"}, None, "E0"):
        payload["enterprise"] = enterprise
        assert (await suite.interaction(payload)).status == 200
    await asyncio.sleep(0.1)
    assert len(suite.orchestrator.answers()) == 1


def _end(suite, kind, place, **more):
    event = {"type": kind} | ({"tokens": {"bot": ["U1"]}} if kind == "tokens_revoked" else {})
    grants = suite.sandbox.slack.grants
    return {
        "type": "event_callback",
        "event_id": f"Ev-{kind}",
        "event_time": int(utc_now().timestamp()) + 5,
        "team_id": place.get("team_id") or place["teams"][0],
        "api_app_id": grants.app_id,
        "event": event,
        "authorizations": [
            {
                "enterprise_id": place.get("enterprise_id") or None,
                "team_id": place.get("team_id") or None,
                "is_enterprise_install": bool(place.get("enterprise_id")),
            }
        ],
    } | more


async def test_leaving_one_workspace_of_an_organisation_ends_nothing(suite, org):
    """Slack's event is the same; the token tells whether the installation is over."""
    await suite.event(_end(suite, "app_uninstalled", org))
    assert (await _listed(suite))["Starship"].status == CONNECTED
    suite.sandbox.workspaces.find("Starship").grants.uninstall()
    await suite.event(_end(suite, "app_uninstalled", org, event_id="Ev-2"))
    assert (await _listed(suite))["Starship"].status == REVOKED


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0, 1)])
async def test_removal_in_any_order_then_a_reinstall_then_the_stragglers(suite, order):
    first = {"team_id": suite.sandbox.slack.place.team_id}
    kinds = ["app_uninstalled", "tokens_revoked"]
    before = [_end(suite, kinds[n], first, event_id=f"Ev{i}") for i, n in enumerate(order)]
    for event in before:
        event["event_time"] = int(utc_now().timestamp())
    suite.sandbox.slack.grants.uninstall()
    for event in before[:1]:
        event["event_time"] += 1  # past the second of the installation
        await suite.event(event)
    assert (await _listed(suite))["Parley Sandbox"].status == REVOKED
    await suite.connect()
    for event in before:
        event["event_time"] -= 2
        await suite.event(event)
    assert (await _listed(suite))["Parley Sandbox"].status == CONNECTED
    assert (await suite.send()).HasField("sent")


async def test_in_the_second_of_the_installation_slack_is_asked(suite):
    connection = (await _listed(suite))["Parley Sandbox"]
    account = await suite.connections.get(connection.connection_id)
    first = {"team_id": suite.sandbox.slack.place.team_id}
    event = _end(suite, "app_uninstalled", first, event_time=int(account.connected_at.timestamp()))
    await suite.event(event)
    assert (await _listed(suite))["Parley Sandbox"].status == CONNECTED
    suite.sandbox.slack.grants.uninstall()
    await suite.event(event | {"event_id": "Ev-again"})
    assert (await _listed(suite))["Parley Sandbox"].status == REVOKED


async def test_a_replica_that_has_not_heard_of_the_reinstall_does_not_undo_it(suite):
    """Accounts are cached for seconds; what ends one looks at what is stored now."""
    first = {"team_id": suite.sandbox.slack.place.team_id}
    late = _end(suite, "app_uninstalled", first, event_time=int(utc_now().timestamp()))
    async with suite.replica() as stub:
        await stub.CheckHealth(channel_pb2.CheckHealthRequest())  # reads the accounts
        await asyncio.sleep(1.1)  # Slack's time has seconds
        await suite.connect()
        await suite.event(late, stub)
    assert (await _listed(suite))["Parley Sandbox"].status == CONNECTED


async def test_the_status_tells_the_last_error_and_when_something_came(suite):
    await suite.send()
    fault = {"channel": "slack", "kind": "rate_limit", "call": "chat.postMessage", "count": 1}
    await suite.control("/faults", **fault)
    await suite.send()
    await suite.control("/slack/say", user=ANN, text="hi")
    connection = (await _listed(suite))["Parley Sandbox"]
    assert connection.last_error == "ratelimited"
    assert connection.HasField("last_error_at")
    assert connection.HasField("last_received_at")
    await suite.send(recipient=_recipient("nobody@example.com"))
    assert (await _listed(suite))["Parley Sandbox"].last_error == "ratelimited"


async def test_what_the_installation_answered_is_never_shown(suite, two):
    shown = str(await suite.stub.ListAuthorizations(channel_pb2.ListAuthorizationsRequest()))
    assert "xoxb" not in shown
    assert json.dumps(two["connection"].display_name)
