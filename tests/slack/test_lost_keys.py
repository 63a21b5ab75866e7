"""A sealing key that is gone: a person is asked to act, and nothing breaks."""

from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from parley.channel.v1 import authorization_pb2, channel_pb2, outcome_pb2

RECONNECT = authorization_pb2.CONNECTION_STATUS_RECONNECT_NEEDED
CONNECTED = authorization_pb2.CONNECTION_STATUS_CONNECTED


@pytest.fixture
def without_key(suite, tools):
    """A second replica on the same database that has another key only."""

    @asynccontextmanager
    async def start():
        keys = {"secret_keys": [SecretStr("n" * 40)]}
        async with tools.serving(suite.settings.model_copy(update=keys)) as (_, stub):
            yield stub

    return start


async def the_connection(stub):
    listed = await stub.ListAuthorizations(channel_pb2.ListAuthorizationsRequest())
    (connection,) = listed.connections
    return connection


async def test_health_asks_for_a_person(without_key, capfd):
    async with without_key() as stub:
        health = await stub.CheckHealth(channel_pb2.CheckHealthRequest())
        connection = await the_connection(stub)
    assert health.status == "down"
    assert health.detail == f"{connection.display_name}: {connection.detail}"
    assert "PARLEY_SECRET_KEYS" in health.detail
    assert (connection.status, connection.last_error) == (RECONNECT, "unreadable_tokens")
    assert "Traceback" not in "".join(capfd.readouterr())


async def test_sends_say_reconnect(suite, without_key):
    async with without_key() as stub:
        sent = (await stub.SendMessage(suite.message("hello"))).outcome
        again = (await stub.SendMessage(suite.message("hello"))).outcome
    for outcome in (sent, again):
        assert outcome.failure.failure_class == outcome_pb2.FAILURE_CLASS_RECONNECT
        assert outcome.failure.code == "unreadable_tokens"
    assert "PARLEY_SECRET_KEYS" in sent.failure.message
    assert await suite.journal("chat.postMessage") == []


async def test_refreshing_with_the_key_heals_it(suite, without_key):
    request = channel_pb2.RefreshAuthorizationRequest()
    async with without_key() as stub:
        (refreshed,) = (await stub.RefreshAuthorization(request)).connections
        assert refreshed.status == RECONNECT
    (refreshed,) = (await suite.stub.RefreshAuthorization(request)).connections
    assert (refreshed.status, refreshed.detail) == (CONNECTED, "")
    assert (await suite.send("hello again")).HasField("sent")


async def test_it_can_be_revoked_without_the_key(without_key):
    async with without_key() as stub:
        connection_id = (await the_connection(stub)).connection_id
        request = channel_pb2.RevokeAuthorizationRequest(connection_id=connection_id)
        revoked = (await stub.RevokeAuthorization(request)).connection
    assert revoked.status == authorization_pb2.CONNECTION_STATUS_REVOKED
