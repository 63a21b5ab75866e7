"""A sealing key that is gone: a person is asked to act, once, and nothing breaks."""

import asyncio
from contextlib import asynccontextmanager

import grpc
import pytest

from parley.channel.v1 import authorization_pb2, channel_pb2, outcome_pb2

OLD, NEW = "k" * 40, "n" * 40
CONNECTED = authorization_pb2.CONNECTION_STATUS_CONNECTED
RECONNECT = authorization_pb2.CONNECTION_STATUS_RECONNECT_NEEDED
REVOKED = authorization_pb2.CONNECTION_STATUS_REVOKED


@pytest.fixture
def with_keys(sandbox, suite_at, tmp_path):
    """The service on one database with the keys of the moment."""

    @asynccontextmanager
    async def start(*keys, **more):
        url = f"sqlite:///{tmp_path}/gmail.db"
        google = sandbox.settings.public_url
        async with suite_at(google, database_url=url, secret_keys=",".join(keys), **more) as suite:
            suite.sandbox = sandbox
            yield suite

    return start


async def the_connection(suite):
    listed = await suite.stub.ListAuthorizations(channel_pb2.ListAuthorizationsRequest())
    (connection,) = listed.connections
    return connection


async def until_reconnect(suite):
    async with asyncio.timeout(30):
        while (connection := await the_connection(suite)).status != RECONNECT:
            await suite.pause(0.02)
    return connection


async def test_the_first_poll_asks_for_a_person_and_is_the_last(with_keys, capfd):
    async with with_keys(OLD, poll_seconds=3600) as suite:
        await suite.connect()
        await suite.until_polled()
        await asyncio.sleep(0.2)  # a poll that is cut off holds its lease for a minute
    capfd.readouterr()
    async with with_keys(NEW) as suite:
        connection = await until_reconnect(suite)
        await asyncio.sleep(0.3)  # six polls' time
        health = await suite.stub.CheckHealth(channel_pb2.CheckHealthRequest())
    written = "".join(capfd.readouterr())
    assert connection.last_error == "unreadable_tokens"
    assert "PARLEY_SECRET_KEYS" in connection.detail
    assert (health.status, health.detail) == ("down", f"agent@example.com: {connection.detail}")
    assert written.count("a poll waits") == 1
    assert "Traceback" not in written


async def test_a_send_says_reconnect_and_nothing_goes_out(with_keys):
    async with with_keys(OLD) as suite:
        await suite.connect()
    async with with_keys(NEW) as suite:
        failures = [(await suite.send()).failure, (await suite.ask()).failure]
        assert {each.failure_class for each in failures} == {outcome_pb2.FAILURE_CLASS_RECONNECT}
        assert all("PARLEY_SECRET_KEYS" in each.message for each in failures)
        assert suite.mails() == []


async def test_putting_the_key_back_and_refreshing_heals_it(with_keys):
    async with with_keys(OLD) as suite:
        await suite.connect()
    request = channel_pb2.RefreshAuthorizationRequest()
    async with with_keys(NEW) as suite:
        (refreshed,) = (await suite.stub.RefreshAuthorization(request)).connections
        assert refreshed.status == RECONNECT
    async with with_keys(NEW, OLD) as suite:
        (refreshed,) = (await suite.stub.RefreshAuthorization(request)).connections
        assert (refreshed.status, refreshed.detail) == (CONNECTED, "")
        assert (await suite.send()).HasField("sent")


async def test_connecting_again_heals_it_too(with_keys):
    async with with_keys(OLD) as suite:
        await suite.connect()
    async with with_keys(NEW) as suite:
        assert (await suite.send()).HasField("failure")
        assert (await suite.connect()).status == CONNECTED
        assert (await suite.send()).HasField("sent")


async def test_it_can_be_disconnected_without_the_key(with_keys):
    async with with_keys(OLD) as suite:
        connection_id = (await suite.connect()).connection_id
    async with with_keys(NEW) as suite:
        request = channel_pb2.RevokeAuthorizationRequest(connection_id=connection_id)
        revoked = (await suite.stub.RevokeAuthorization(request)).connection
        assert revoked.status == REVOKED
        assert "myaccount.google.com" in revoked.detail


async def test_a_sign_in_begun_with_the_lost_key_starts_again(with_keys):
    async with with_keys(OLD) as suite:
        answer = await suite.consent(await suite.start())
    async with with_keys(NEW) as suite:
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await suite.complete(answer)
        assert raised.value.code() == grpc.StatusCode.PERMISSION_DENIED
        assert "Start it again" in raised.value.details()
