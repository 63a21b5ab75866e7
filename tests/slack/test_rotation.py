"""Token rotation: once, under a lock, stored before it is used, and never the end of a token that holds."""

import asyncio
from datetime import timedelta

import pytest

from parley.channel.v1 import authorization_pb2, channel_pb2
from parley_kit.clock import utc_now
from parley_kit.errors import DeadlineExceededError

CONNECTED = authorization_pb2.CONNECTION_STATUS_CONNECTED
RECONNECT = authorization_pb2.CONNECTION_STATUS_RECONNECT_NEEDED


async def _refresh(suite, connection_id=""):
    request = channel_pb2.RefreshAuthorizationRequest(connection_id=connection_id)
    return (await suite.stub.RefreshAuthorization(request)).connections


async def _listed(suite):
    request = channel_pb2.ListAuthorizationsRequest()
    return (await suite.stub.ListAuthorizations(request)).connections[0]


async def _health(suite):
    return await suite.stub.CheckHealth(channel_pb2.CheckHealthRequest())


ROTATING = {"sandbox_slack_rotation": True}


async def _grants(suite, kind):
    calls = await suite.journal("oauth.v2.access")
    return [c for c in calls if c["body"].get("grant_type", "code") == kind]


async def test_a_token_that_ended_is_rotated_once_for_all_who_need_it(suite_with):
    async with suite_with(sandbox=ROTATING) as suite:
        connection = await suite.connect()
        assert connection.HasField("token_expires_at")
        await suite.send()
        await suite.control("/clock", advance_seconds=43_300)
        messages = [suite.message(recipient=suite.person(), conversation=None) for _ in range(10)]
        for number, message in enumerate(messages):
            message.conversation.session_id = f"ses_{number}"
        batch = channel_pb2.SendMessagesRequest(messages=messages)
        first = (await suite.stub.SendMessages(batch)).outcomes
        assert {o.failure.failure_class for o in first} == {1}, first
        assert {o.failure.retry_after.seconds for o in first} == {1}
        again = (await suite.stub.SendMessages(batch)).outcomes
        assert all(outcome.HasField("sent") for outcome in again)
        assert len(await _grants(suite, "refresh_token")) == 1


async def test_refresh_rotates_now_and_a_used_refresh_token_asks_for_a_person(suite_with):
    async with suite_with(sandbox=ROTATING) as suite:
        connection = await suite.connect()
        (refreshed,) = await _refresh(suite, connection.connection_id)
        assert refreshed.status == CONNECTED
        assert len(await _grants(suite, "refresh_token")) == 1
        suite.sandbox.slack.grants.uninstall()
        (dead,) = await _refresh(suite, connection.connection_id)
        assert dead.status == RECONNECT


class Clock:
    """The service's clock, moved by hand."""

    def __init__(self):
        self.ahead = timedelta(0)

    def __call__(self):
        return utc_now() + self.ahead


ALMOST = timedelta(seconds=43_200 - 600)
"""Ten minutes before a token ends."""


async def test_a_token_that_ends_soon_is_renewed_before_it_is_used(suite_with):
    clock = Clock()
    async with suite_with(sandbox=ROTATING, clock=clock) as suite:
        await suite.connect()
        clock.ahead = ALMOST
        assert (await suite.send()).HasField("sent")
        assert len(await _grants(suite, "refresh_token")) == 1


@pytest.mark.parametrize("kind", ["down", "error", "rate_limit"])
async def test_a_token_that_holds_is_used_on_while_it_cannot_be_renewed(suite_with, kind):
    clock = Clock()
    async with suite_with(sandbox=ROTATING, clock=clock) as suite:
        await suite.connect()
        clock.ahead = ALMOST
        fault = {"channel": "slack", "kind": kind, "call": "oauth.v2.access", "count": 5}
        await suite.control("/faults", **fault)
        for _ in range(3):
            assert (await suite.send()).HasField("sent")
        (left,) = suite.sandbox.faults.active(suite.sandbox.clock.now())
        assert left.count == 4  # asked once, not at every send
        health = await _health(suite)
        assert health.status == "degraded", "down would send everybody to another channel"
        assert "could not be renewed" in health.detail
        assert (await _listed(suite)).status == CONNECTED
        assert (await _listed(suite)).last_error


async def test_a_used_refresh_token_ends_nothing_before_the_token_ends(suite_with):
    clock = Clock()
    async with suite_with(sandbox=ROTATING, clock=clock) as suite:
        connection = await suite.connect()
        stored = await suite.connections.tokens(connection.connection_id)
        suite.sandbox.slack.grants.ended.add(stored.refresh.reveal())
        clock.ahead = ALMOST
        assert (await suite.send()).HasField("sent")
        listed = await _listed(suite)
        assert (listed.status, listed.last_error) == (CONNECTED, "invalid_refresh_token")
        health = await _health(suite)
        assert (health.status, "install the app again" in health.detail) == ("degraded", True)
        clock.ahead = timedelta(seconds=43_300)
        await suite.control("/clock", advance_seconds=43_300)
        assert (await suite.send()).failure.failure_class == 4
        assert (await _listed(suite)).status == RECONNECT


async def test_slack_says_that_a_token_ended_before_our_clock_does(suite_with):
    async with suite_with(sandbox=ROTATING) as suite:
        await suite.connect()
        await suite.send()
        await suite.control("/clock", advance_seconds=43_300)
        await suite.control(
            "/faults", channel="slack", kind="down", call="oauth.v2.access", count=1
        )
        first = await suite.send()
        assert first.failure.failure_class == 1, first
        assert (await _listed(suite)).status == CONNECTED
        assert (await suite.send()).failure.failure_class == 1
        assert (await suite.send()).HasField("sent")


async def test_two_replicas_rotate_once(suite_with, tools):
    async with suite_with(sandbox=ROTATING) as suite:
        connection = await suite.connect()
        async with tools.serving(suite.settings) as (_, other):
            await asyncio.gather(
                *(
                    stub.RefreshAuthorization(
                        channel_pb2.RefreshAuthorizationRequest(
                            connection_id=connection.connection_id
                        )
                    )
                    for stub in (suite.stub, other)
                )
            )
        outcomes = {c["outcome"] for c in await suite.journal("oauth.v2.access", refused=1)}
        assert outcomes == {"ok"}  # no refresh token was shown twice
        assert (await suite.send()).HasField("sent")


async def test_who_asks_may_give_up_and_the_new_token_is_stored_all_the_same(suite_with):
    async with suite_with(sandbox=ROTATING) as suite:
        connection = await suite.connect()
        slow = {"channel": "slack", "kind": "latency", "seconds": 0.5, "call": "oauth.v2.access"}
        await suite.control("/faults", **slow)
        before = await suite.connections.tokens(connection.connection_id)
        request = channel_pb2.RefreshAuthorizationRequest(connection_id=connection.connection_id)
        with pytest.raises(DeadlineExceededError):
            await suite.stub.RefreshAuthorization(request, timeout=0.2)
        async with asyncio.timeout(30):
            while True:
                after = await suite.connections.tokens(connection.connection_id)
                if after.access != before.access:
                    break
                await asyncio.sleep(0.05)
        assert after.refresh != before.refresh
