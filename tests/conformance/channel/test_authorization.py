"""Authorization: begun by one browser, ended by the same one, once."""

import pytest

from parley.channel.v1 import channel_pb2
from parley_kit.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
)

OFFERED = (FailedPreconditionError,)


async def _start(channel, **values):
    request = channel_pb2.StartAuthorizationRequest(**values)
    return await channel.stub.StartAuthorization(request)


async def _complete(channel, parameters, binding="b"):
    request = channel_pb2.CompleteAuthorizationRequest(
        parameters=parameters, browser_binding=binding
    )
    return await channel.stub.CompleteAuthorization(request)


async def test_it_begins_at_the_provider_with_a_state_of_its_own(channel):
    first = await _start(channel, browser_binding="b")
    second = await _start(channel, browser_binding="b")
    assert first.authorize_url.startswith(("http://", "https://"))
    assert "state=" in first.authorize_url
    assert first.authorize_url != second.authorize_url
    assert first.expires_at.seconds > 0


async def test_it_needs_a_browser(channel):
    with pytest.raises(InvalidArgumentError):
        await _start(channel)


@pytest.mark.parametrize(
    "parameters",
    [{}, {"state": ""}, {"state": "made up", "code": "c"}, {"state": "\x00" * 9}, {"code": "c"}],
)
async def test_a_state_that_was_not_begun_is_refused(channel, parameters):
    with pytest.raises(PermissionDeniedError):
        await _complete(channel, parameters)


async def test_a_state_works_in_its_browser_and_once(sandboxed):
    connected = (await sandboxed.connect()).connection
    assert connected.status == 1
    assert connected.connection_id
    assert connected.display_name


async def test_connections_are_listed_without_any_token(channel):
    answer = await channel.stub.ListAuthorizations(channel_pb2.ListAuthorizationsRequest())
    assert answer.connections
    for connection in answer.connections:
        assert connection.connection_id
        assert connection.display_name
        assert connection.HasField("created_at")
    text = str(answer).lower()
    assert not any(mark in text for mark in ("xoxb-", "xoxe", "ya29.", "refresh_token"))
    other = channel_pb2.ListAuthorizationsRequest(user_id="usr_nobody")
    listed = await channel.stub.ListAuthorizations(other)
    assert all(connection.user_id == "usr_nobody" for connection in listed.connections)


async def test_a_refresh_keeps_a_good_connection(channel):
    answer = await channel.stub.RefreshAuthorization(channel_pb2.RefreshAuthorizationRequest())
    assert any(connection.status == 1 for connection in answer.connections)


async def test_an_unknown_connection_is_not_found(channel):
    for identifier in ("con_unknown", "'; drop table x; --"):
        with pytest.raises(NotFoundError):
            await channel.stub.RevokeAuthorization(
                channel_pb2.RevokeAuthorizationRequest(connection_id=identifier)
            )
        with pytest.raises(NotFoundError):
            await channel.stub.RefreshAuthorization(
                channel_pb2.RefreshAuthorizationRequest(connection_id=identifier)
            )
    with pytest.raises(InvalidArgumentError):
        await channel.stub.RevokeAuthorization(channel_pb2.RevokeAuthorizationRequest())


async def test_a_revoked_connection_sends_nothing_until_it_is_connected_again(sandboxed):
    listed = await sandboxed.stub.ListAuthorizations(channel_pb2.ListAuthorizationsRequest())
    for connection in listed.connections:
        request = channel_pb2.RevokeAuthorizationRequest(connection_id=connection.connection_id)
        revoked = (await sandboxed.stub.RevokeAuthorization(request)).connection
        assert revoked.status == 3
    outcome = await sandboxed.send(sandboxed.message())
    assert outcome.failure.failure_class == 4
    await sandboxed.connect()
    assert (await sandboxed.send(sandboxed.message())).HasField("sent")
