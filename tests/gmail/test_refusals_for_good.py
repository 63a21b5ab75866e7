"""Refusals that only a person can end mark the mailbox, and are told once; others do not."""

import asyncio

import pytest

from parley.channel.v1 import authorization_pb2, channel_pb2, outcome_pb2
from parley_gmail.google.scopes import READONLY

CONNECTED = authorization_pb2.CONNECTION_STATUS_CONNECTED
RECONNECT = authorization_pb2.CONNECTION_STATUS_RECONNECT_NEEDED


async def the_connection(suite):
    request = channel_pb2.ListAuthorizationsRequest()
    (connection,) = (await suite.stub.ListAuthorizations(request)).connections
    return connection


def changes(suite):
    return [i.connection for i in suite.orchestrator.items.values() if i.HasField("connection")]


@pytest.mark.parametrize(
    ("reason", "says"),
    [("domainPolicy", "administrator"), ("insufficientPermissions", "tick every box")],
)
async def test_a_refusal_for_good_asks_for_a_person_wherever_it_is_met(connected, reason, says):
    await connected.fault("error", reason=reason, call="drafts.create", count=1)
    failure = (await connected.send()).failure
    assert failure.failure_class == outcome_pb2.FAILURE_CLASS_RECONNECT
    connection = await the_connection(connected)
    assert connection.status == RECONNECT
    assert says in connection.detail
    await connected.orchestrator.wait_for(1)
    (change,) = changes(connected)
    assert change.connection_id == connection.connection_id
    assert says in change.detail
    assert (await connected.connect()).status == CONNECTED
    assert (await connected.send()).HasField("sent")


async def test_a_poll_meets_it_too(connected):
    await connected.fault("error", reason="insufficientPermissions", call="history.list")
    await connected.orchestrator.wait_for(1)
    assert (await the_connection(connected)).status == RECONNECT


@pytest.mark.parametrize("reason", ["dailyLimitExceeded", "accessNotConfigured"])
async def test_what_time_or_the_operator_ends_leaves_the_mailbox_connected(connected, reason):
    await connected.fault("error", reason=reason, call="drafts.create", count=1)
    assert (await connected.send()).HasField("failure")
    assert (await the_connection(connected)).status == CONNECTED
    assert changes(connected) == []


async def test_a_dead_grant_of_a_persons_own_mailbox_names_the_person(suite):
    await suite.connect(user_id="usr_ann", hint="ann@example.com")
    await suite.control("POST", "/google/revoke", email="ann@example.com")
    request = channel_pb2.RefreshAuthorizationRequest()
    await asyncio.gather(*(suite.stub.RefreshAuthorization(request) for _ in range(4)))
    await suite.orchestrator.wait_for(1)
    (change,) = changes(suite)
    assert (change.user_id, change.display_name) == ("usr_ann", "ann@example.com")
    assert change.status == RECONNECT
    assert "connect the mailbox again" in change.detail


async def test_a_scope_that_was_taken_away_is_noticed_at_the_next_refresh(connected, monkeypatch):
    accounts = connected.sandbox.google.accounts
    check = accounts.check_refresh_token

    def narrowed(token):
        claims = dict(check(token))
        return claims | {"scopes": [s for s in claims["scopes"] if s != READONLY]}

    monkeypatch.setattr(accounts, "check_refresh_token", narrowed)
    await connected.stub.RefreshAuthorization(channel_pb2.RefreshAuthorizationRequest())
    connection = await the_connection(connected)
    assert connection.status == RECONNECT
    assert list(connection.missing_scopes) == [READONLY]
    assert "gmail.readonly" in connection.detail
    assert "to read your answers" in connection.detail
