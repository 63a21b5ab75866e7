"""Connecting mailboxes: consent, attacks on the state, refreshes, the end of a grant."""

import asyncio
import sqlite3
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import grpc
import pytest

from parley.channel.v1 import authorization_pb2, channel_pb2, outcome_pb2
from parley_gmail.google.scopes import COMPOSE, READONLY
from parley_kit.adapter.connections import Tokens, UnreadableTokensError
from parley_kit.clock import utc_now
from parley_kit.sealing import Secret

CONNECTED = authorization_pb2.CONNECTION_STATUS_CONNECTED
RECONNECT = authorization_pb2.CONNECTION_STATUS_RECONNECT_NEEDED
REVOKED = authorization_pb2.CONNECTION_STATUS_REVOKED


async def refused(call):
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    return raised.value.code(), raised.value.details()


async def connections(suite, user_id=""):
    request = channel_pb2.ListAuthorizationsRequest(user_id=user_id)
    return list((await suite.stub.ListAuthorizations(request)).connections)


async def refresh(suite, connection_id=""):
    request = channel_pb2.RefreshAuthorizationRequest(connection_id=connection_id)
    return list((await suite.stub.RefreshAuthorization(request)).connections)


async def revoke(suite, connection_id):
    request = channel_pb2.RevokeAuthorizationRequest(connection_id=connection_id)
    return (await suite.stub.RevokeAuthorization(request)).connection


async def expire(suite, connection_id):
    """Lets the stored access token be old."""
    tokens = await suite.storage.connections.tokens(connection_id)
    old = Tokens(tokens.access, tokens.refresh, utc_now() - timedelta(hours=1))
    await suite.storage.connections.store_tokens(connection_id, old)


async def test_the_consent_page_is_asked_for_with_pkce_and_a_state(suite):
    query = dict(parse_qsl(urlsplit(await suite.start()).query))
    assert query["code_challenge_method"] == "S256"
    assert (query["prompt"], query["access_type"]) == ("consent", "offline")
    assert query["scope"].split() == ["openid", "email", COMPOSE, READONLY]
    assert query["login_hint"] == "agent@example.com"
    assert len(query["state"]) >= 40


async def test_a_shared_mailbox_is_connected(suite):
    connection = await suite.connect()
    assert connection.status == CONNECTED
    assert (connection.display_name, connection.user_id) == ("agent@example.com", "")
    assert {COMPOSE, READONLY} <= set(connection.granted_scopes)
    assert list(connection.missing_scopes) == []
    (listed,) = await connections(suite)
    listed.ClearField("last_synced_at")  # polls go on
    assert listed == connection


async def test_connecting_again_renews_the_same_connection(suite):
    first, second = await suite.connect(), await suite.connect()
    assert first.connection_id == second.connection_id
    assert len(await connections(suite)) == 1


async def test_a_person_cannot_take_over_the_shared_mailbox(suite):
    shared = await suite.connect()
    own = await suite.connect(user_id="usr_eve", hint="agent@example.com")
    assert own.connection_id != shared.connection_id
    assert [each.user_id for each in await connections(suite)] == ["", "usr_eve"]
    assert [each.user_id for each in await connections(suite, "usr_eve")] == ["usr_eve"]


def lasting(connection):
    """What a sign-in changes; a poll may come between two looks."""
    connection.ClearField("last_synced_at")
    connection.ClearField("last_received_at")
    return connection


@pytest.mark.parametrize("attack", ["missing", "empty", "foreign", "reused", "other browser"])
async def test_a_state_that_does_not_hold_connects_nothing(suite, attack):
    answer = await suite.consent(await suite.start())
    browser = "this-browser"
    match attack:
        case "missing":
            del answer["state"]
        case "empty":
            answer["state"] = ""
        case "foreign":
            answer["state"] = answer["state"][::-1]
        case "other browser":
            browser = "another-browser"
        case "reused":
            await suite.complete(answer)
            answer = {**await suite.consent(await suite.start()), "state": answer["state"]}
    before = [lasting(each) for each in await connections(suite)]
    code, _ = await refused(suite.complete(answer, browser))
    assert code == grpc.StatusCode.PERMISSION_DENIED
    assert [lasting(each) for each in await connections(suite)] == before


async def test_one_state_at_eight_callbacks_at_once_connects_once(suite):
    answer = await suite.consent(await suite.start())
    results = await asyncio.gather(
        *(suite.complete(answer) for _ in range(8)), return_exceptions=True
    )
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert len(await connections(suite)) == 1


async def test_a_code_of_another_sign_in_does_not_pass_the_verifier(suite):
    mine, stolen = [await suite.consent(await suite.start()) for _ in range(2)]
    code, _ = await refused(suite.complete({**mine, "code": stolen["code"]}))
    assert code == grpc.StatusCode.FAILED_PRECONDITION
    assert await connections(suite) == []


@pytest.mark.parametrize(
    "answer", [{"error": "access_denied"}, {"code": "4/0made-up"}, {"code": ""}, {}]
)
async def test_a_refusal_at_google_is_told_and_uses_the_state_up(suite, answer):
    state = (await suite.consent(await suite.start()))["state"]
    code, details = await refused(suite.complete({"state": state, **answer}))
    assert code == grpc.StatusCode.FAILED_PRECONDITION
    assert "start again" in details
    assert (await refused(suite.complete({"state": state})))[0] == grpc.StatusCode.PERMISSION_DENIED


async def test_a_box_that_was_not_ticked_is_named(suite):
    await suite.control("POST", "/google/consent", deny_scopes=[READONLY])
    connection = await suite.connect()
    assert connection.status == RECONNECT
    assert list(connection.missing_scopes) == [READONLY]
    assert "gmail.readonly" in connection.detail
    assert (await suite.send()).failure.failure_class == outcome_pb2.FAILURE_CLASS_RECONNECT
    await suite.control("POST", "/google/consent", deny_scopes=[])
    assert (await suite.connect()).status == CONNECTED


async def hang_up(request):
    request.transport.abort()


async def test_google_being_down_keeps_the_browser_trying(suite_on):
    suite = await suite_on(hang_up)
    state = dict(parse_qsl(urlsplit(await suite.start()).query))["state"]
    code, _ = await refused(suite.complete({"state": state, "code": "4/0x"}))
    assert code == grpc.StatusCode.UNAVAILABLE


async def test_without_a_client_it_says_which_settings_to_set(suite_on):
    suite = await suite_on(hang_up, client_id="", client_secret="")
    code, details = await refused(suite.start())
    assert code == grpc.StatusCode.FAILED_PRECONDITION
    assert "GMAIL_CLIENT_ID and GMAIL_CLIENT_SECRET" in details


@pytest.fixture
def uncached(monkeypatch):
    monkeypatch.setattr("parley_gmail.google.access._CACHE_SECONDS", -1)


@pytest.fixture
def refreshes(sandbox, monkeypatch):
    """Counts the access tokens that the sandbox gives out."""
    given, make = [], sandbox.google.accounts.new_access_token
    count = lambda *claims: given.append(token := make(*claims)) or token  # noqa: E731
    monkeypatch.setattr(sandbox.google.accounts, "new_access_token", count)
    return given


async def test_an_old_token_is_refreshed_once_for_all_who_wait(uncached, refreshes, connected):
    (connection,) = await connections(connected)
    await expire(connected, connection.connection_id)
    refreshes.clear()
    sent = await asyncio.gather(*(connected.send() for _ in range(20)))
    assert all(outcome.HasField("sent") for outcome in sent)
    assert len(refreshes) == 1


@pytest.mark.parametrize("engine", ["file", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_replicas_refresh_an_old_token_once(
    uncached, refreshes, sandbox, suite_at, tmp_path, request, engine
):
    url = f"sqlite:///{tmp_path}/gmail.db"
    if engine == "postgres":
        url = request.getfixturevalue("postgres").new_database()
    google = sandbox.settings.public_url
    async with (
        suite_at(google, database_url=url, poll_seconds=3600, migrate_on_start=True) as one,
        suite_at(google, database_url=url, poll_seconds=3600) as two,
    ):
        connection = await one.connect()
        await expire(one, connection.connection_id)
        refreshes.clear()
        await one.fault("latency", call="token", seconds=0.5)  # so that they do meet
        sent = await asyncio.gather(
            *(each.send(delivery_id=f"dlv_{n}") for n, each in enumerate([one, two] * 5))
        )
        assert all(outcome.HasField("sent") for outcome in sent)
        assert len(refreshes) == 1


async def test_a_401_refreshes_once_and_goes_on(uncached, connected):
    (connection,) = await connections(connected)
    tokens = await connected.storage.connections.tokens(connection.connection_id)
    stale = Tokens(Secret("ya29.stale"), tokens.refresh, utc_now() + timedelta(hours=1))
    await connected.storage.connections.store_tokens(connection.connection_id, stale)
    assert (await connected.send()).HasField("sent")
    stored = await connected.storage.connections.tokens(connection.connection_id)
    assert stored.access.reveal() != "ya29.stale"
    assert stored.refresh == tokens.refresh


async def test_a_dead_grant_needs_a_person_and_a_new_consent_heals_it(connected):
    await connected.control("POST", "/google/revoke", email="agent@example.com")
    (connection,) = await refresh(connected)
    assert connection.status == RECONNECT
    assert "connect the mailbox again" in connection.detail
    failure = (await connected.send()).failure
    assert failure.failure_class == outcome_pb2.FAILURE_CLASS_RECONNECT
    assert (await connected.connect()).status == CONNECTED
    assert (await connected.send()).HasField("sent")


async def test_a_send_that_meets_a_dead_grant_says_reconnect(connected):
    await connected.control("POST", "/google/revoke", email="agent@example.com")
    failure = (await connected.send()).failure
    assert failure.failure_class == outcome_pb2.FAILURE_CLASS_RECONNECT
    assert (await connections(connected))[0].status == RECONNECT


async def test_refreshing_one_or_all(connected):
    (connection,) = await connections(connected)
    before = await connected.storage.connections.tokens(connection.connection_id)
    assert (await refresh(connected, connection.connection_id))[0].status == CONNECTED
    after = await connected.storage.connections.tokens(connection.connection_id)
    assert before.access != after.access
    code, _ = await refused(refresh(connected, "con_unknown"))
    assert code == grpc.StatusCode.NOT_FOUND


async def test_revoking_ends_the_grant_at_google_and_forgets_the_tokens(connected):
    (connection,) = await connections(connected)
    revoked = await revoke(connected, connection.connection_id)
    assert revoked.status == REVOKED
    tokens = await connected.storage.connections.tokens(connection.connection_id)
    assert not tokens.access
    assert not tokens.refresh
    assert (await connected.send()).failure.code == "not_connected"
    assert (await revoke(connected, connection.connection_id)).status == REVOKED
    code, _ = await refused(revoke(connected, "con_unknown"))
    assert code == grpc.StatusCode.NOT_FOUND


async def test_tokens_are_sealed_bound_to_their_row_and_never_logged(suite_on_file, capfd):
    suite, path = suite_on_file
    connection = await suite.connect()
    other = await suite.connect(user_id="usr_ann", hint="ann@example.com")
    await suite.send()
    tokens = await suite.storage.connections.tokens(connection.connection_id)
    captured = capfd.readouterr()
    stored = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    for secret in (tokens.access.reveal(), tokens.refresh.reveal(), "sandbox-google-secret"):
        assert secret.encode() not in stored
        assert secret not in captured.out + captured.err
    with sqlite3.connect(path) as database:
        database.execute(
            "UPDATE gmail_connections SET sealed_refresh_token = (SELECT sealed_refresh_token "
            "FROM gmail_connections WHERE connection_id = ?) WHERE connection_id = ?",
            (connection.connection_id, other.connection_id),
        )
    with pytest.raises(UnreadableTokensError):
        await suite.storage.connections.tokens(other.connection_id)
