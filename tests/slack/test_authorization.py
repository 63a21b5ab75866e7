"""Installing, renewing and revoking, against the sandbox's OAuth."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest

from parley.channel.v1 import authorization_pb2, channel_pb2
from parley_kit.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
    Reason,
    UnavailableError,
)

CONNECTED = authorization_pb2.CONNECTION_STATUS_CONNECTED
RECONNECT = authorization_pb2.CONNECTION_STATUS_RECONNECT_NEEDED
REVOKED = authorization_pb2.CONNECTION_STATUS_REVOKED


async def _start(suite, browser="this-browser"):
    request = channel_pb2.StartAuthorizationRequest(browser_binding=browser)
    return (await suite.stub.StartAuthorization(request)).authorize_url


async def _complete(suite, parameters, browser="this-browser"):
    request = channel_pb2.CompleteAuthorizationRequest(
        parameters=parameters, browser_binding=browser
    )
    return (await suite.stub.CompleteAuthorization(request)).connection


async def _connections(suite):
    return (
        await suite.stub.ListAuthorizations(channel_pb2.ListAuthorizationsRequest())
    ).connections


async def _refresh(suite, connection_id=""):
    request = channel_pb2.RefreshAuthorizationRequest(connection_id=connection_id)
    return (await suite.stub.RefreshAuthorization(request)).connections


async def _revoke(suite, connection_id):
    request = channel_pb2.RevokeAuthorizationRequest(connection_id=connection_id)
    return (await suite.stub.RevokeAuthorization(request)).connection


async def test_a_workspace_is_connected(suite_with):
    async with suite_with() as suite:
        connection = await suite.connect()
        assert connection.display_name == "Parley Sandbox"
        assert connection.status == CONNECTED
        assert not connection.missing_scopes
        assert list(await _connections(suite)) == [connection]
        assert (await suite.send()).sent.connection_id == connection.connection_id


async def test_connecting_again_renews_the_same_connection(suite):
    (before,) = await _connections(suite)
    again = await suite.connect()
    assert again.connection_id == before.connection_id
    assert len(await _connections(suite)) == 1


async def test_no_person_connects_a_workspace_of_their_own(suite):
    """There they could be found by anybody's e-mail address, or take over the one of everybody."""
    request = channel_pb2.StartAuthorizationRequest(browser_binding="b", user_id="usr_eve")
    with pytest.raises(PermissionDeniedError, match="operator"):
        await suite.stub.StartAuthorization(request)
    assert [each.user_id for each in await _connections(suite)] == [""]


async def test_the_consent_address_is_encoded(suite_with):
    async with suite_with(redirect_uri="https://x.example/cb?a=1&b=ä") as suite:
        query = parse_qs(urlsplit(await _start(suite)).query)
        assert query["redirect_uri"] == ["https://x.example/cb?a=1&b=ä"]
        assert len(query["state"][0]) >= 40


@pytest.mark.parametrize("browser", ["", "another"])
async def test_a_state_of_another_browser_is_refused(suite_with, browser):
    async with suite_with() as suite:
        parameters = await suite.consent(await _start(suite))
        with pytest.raises(PermissionDeniedError) as raised:
            await _complete(suite, parameters, browser)
        assert raised.value.reason == Reason.ERROR_REASON_BAD_STATE
        assert list(await _connections(suite)) == []


@pytest.mark.parametrize("state", [None, "", "made-up", "\x00", "ä" * 500])
async def test_a_missing_or_made_up_state_is_refused(suite_with, state):
    async with suite_with() as suite:
        parameters = await suite.consent(await _start(suite))
        parameters.pop("state")
        with pytest.raises(PermissionDeniedError):
            await _complete(suite, parameters | ({} if state is None else {"state": state}))
        assert await suite.journal("oauth.v2.access") == []


async def test_one_valid_state_eight_times_at_once_connects_once(suite_with):
    async with suite_with() as suite:
        parameters = await suite.consent(await _start(suite))
        results = await asyncio.gather(
            *(_complete(suite, parameters) for _ in range(8)), return_exceptions=True
        )
        kinds = [type(result).__name__ for result in results]
        assert kinds.count("PermissionDeniedError") == 7
        assert len(await suite.journal("oauth.v2.access")) == 1
        assert len(await _connections(suite)) == 1


async def test_a_person_who_declines_is_told_so(suite_with):
    async with suite_with() as suite:
        state = parse_qs(urlsplit(await _start(suite)).query)["state"][0]
        with pytest.raises(FailedPreconditionError) as raised:
            await _complete(suite, {"state": state, "error": "access_denied"})
        assert raised.value.metadata == {"provider_code": "access_denied"}


async def test_a_redirect_without_code_is_invalid(suite_with):
    async with suite_with() as suite:
        state = parse_qs(urlsplit(await _start(suite)).query)["state"][0]
        with pytest.raises(InvalidArgumentError):
            await _complete(suite, {"state": state})


async def test_slacks_refusal_of_the_code_is_told_with_its_code(suite_with):
    async with suite_with(client_secret="wrong") as suite:
        with pytest.raises(FailedPreconditionError) as raised:
            await suite.connect()
        assert raised.value.reason == Reason.ERROR_REASON_PROVIDER_REFUSED
        assert raised.value.metadata == {"provider_code": "bad_client_secret"}
        assert "wrong" not in raised.value.message


@pytest.mark.parametrize("kind", ["down", "error"])
async def test_slack_out_of_reach_is_unavailable(suite_with, kind):
    async with suite_with() as suite:
        parameters = await suite.consent(await _start(suite))
        await suite.control("/faults", channel="slack", kind=kind, count=1)
        with pytest.raises((UnavailableError, FailedPreconditionError)):
            await _complete(suite, parameters)
        assert list(await _connections(suite)) == []


async def test_without_credentials_the_service_runs_and_says_what_to_set(suite_with):
    async with suite_with(client_id="", client_secret="") as suite:
        with pytest.raises(FailedPreconditionError, match="SLACK_CLIENT_ID"):
            await _start(suite)
        health = await suite.stub.CheckHealth(channel_pb2.CheckHealthRequest())
        assert health.status == "not_connected"
        assert "SLACK_CLIENT_ID" in health.detail


async def test_revoking_ends_the_token_at_slack_and_here(suite):
    (connection,) = await _connections(suite)
    assert (await _revoke(suite, connection.connection_id)).status == REVOKED
    assert len(await suite.journal("auth.revoke")) == 1
    assert not suite.sandbox.slack.grants.is_installed
    assert (await suite.send()).failure.failure_class == 4
    assert (await _revoke(suite, connection.connection_id)).status == REVOKED
    again = await suite.connect()
    assert (again.connection_id, again.status) == (connection.connection_id, CONNECTED)
    assert (await suite.send()).HasField("sent")


async def test_a_revoke_that_slack_does_not_answer_changes_nothing(suite):
    (connection,) = await _connections(suite)
    await suite.control("/faults", channel="slack", kind="down")
    with pytest.raises(UnavailableError):
        await _revoke(suite, connection.connection_id)
    assert (await _connections(suite))[0].status == CONNECTED


async def test_an_unknown_connection_is_not_found(suite):
    for call in (_revoke, _refresh):
        with pytest.raises(NotFoundError):
            await call(suite, "con_none")
        with pytest.raises(InvalidArgumentError):
            await call(suite, "con\x00")


async def test_a_dead_token_is_seen_once_and_asks_to_be_connected_again(suite):
    await suite.send()
    suite.sandbox.slack.grants.uninstall()
    first, second = await suite.send(), await suite.send()
    for outcome in (first, second):
        assert outcome.failure.failure_class == 4
        assert outcome.failure.code == "token_revoked"
    (connection,) = await _connections(suite)
    assert connection.status == RECONNECT
    assert connection.last_error == "token_revoked"
    assert "install" in connection.detail
    (still,) = await _refresh(suite)
    assert still.status == RECONNECT
    await suite.connect()
    assert (await suite.send()).HasField("sent")


async def test_a_refusal_that_passed_is_healed_by_refresh(suite):
    await suite.send()
    suite.sandbox.slack.grants.revoked.update(suite.sandbox.slack.grants.active)
    assert (await suite.send()).failure.failure_class == 4
    suite.sandbox.slack.grants.revoked.clear()
    (healed,) = await _refresh(suite)
    assert healed.status == CONNECTED
    assert (await suite.send()).HasField("sent")


async def test_health_asks_slack_at_most_once_in_ten_seconds(suite):
    for _ in range(5):
        health = await suite.stub.CheckHealth(channel_pb2.CheckHealthRequest())
        assert (health.status, health.detail) == ("ok", "")
    assert len(await suite.journal("auth.test")) == 1


@pytest.mark.parametrize(
    ("kind", "status"), [("down", "down"), ("error", "down"), ("rate_limit", "degraded")]
)
async def test_health_tells_when_slack_is_away(suite, kind, status):
    """A limit is a method's own: that we may not ask for the health yet stops no message."""
    await suite.control("/faults", channel="slack", kind=kind)
    health = await suite.stub.CheckHealth(channel_pb2.CheckHealthRequest())
    assert health.status == status
    assert health.detail


async def test_health_of_a_workspace_that_wants_a_person(suite):
    suite.sandbox.slack.grants.uninstall()
    health = await suite.stub.CheckHealth(channel_pb2.CheckHealthRequest())
    assert health.status == "down"
    assert health.connections[0].status == RECONNECT


async def test_before_the_first_workspace_health_says_where_to_connect(suite_with):
    async with suite_with() as suite:
        health = await suite.stub.CheckHealth(channel_pb2.CheckHealthRequest())
        assert health.status == "not_connected"
        assert "/api/channels/slack/auth" in health.detail
