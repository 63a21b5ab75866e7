"""Google's own `Flow` in use: what is asked, what is stored, what an odd token endpoint does."""

import base64
import hashlib
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import grpc
import pytest
from aiohttp import web
from pydantic import ValidationError

from parley.channel.v1 import channel_pb2
from parley_gmail.google.scopes import COMPOSE, READONLY
from parley_gmail.settings import GmailSettings
from parley_kit.adapter.oauth_states import new_state
from parley_kit.clock import utc_now

GRANT = {
    "access_token": "ya29.a",
    "refresh_token": "1//r",
    "expires_in": 3600,
    "token_type": "Bearer",
    "scope": f"openid https://www.googleapis.com/auth/userinfo.email {COMPOSE} {READONLY}",
}
PERSON = {"sub": "1", "email": "Agent@Example.com", "email_verified": True}


class Endpoint:
    """A Google that answers the exchange as a test says."""

    def __init__(self, **answer):
        self.answer = answer
        self.forms = []
        self.elsewhere = 0

    async def handle(self, request):
        match request.path:
            case "/token":
                self.forms.append(dict(await request.post()))
                return web.Response(**self.answer)
            case "/oauth2/v3/userinfo":
                return web.json_response(PERSON)
            case "/elsewhere":
                self.elsewhere += 1
        return web.json_response({"historyId": "7"})


def granting(**more):
    grant = {name: value for name, value in {**GRANT, **more}.items() if value is not None}
    return {"body": web.json_response(grant).body, "content_type": "application/json"}


async def sign_in(suite):
    query = dict(parse_qsl(urlsplit(await suite.start()).query))
    return query, await suite.complete({"state": query["state"], "code": "4/0code"})


async def refused_sign_in(suite_on, endpoint):
    suite = await suite_on(endpoint.handle)
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await sign_in(suite)
    listed = await suite.stub.ListAuthorizations(channel_pb2.ListAuthorizationsRequest())
    assert list(listed.connections) == []
    return raised.value


async def test_the_exchange_proves_the_challenge_and_names_the_client(suite_on):
    endpoint = Endpoint(**granting())
    query, connection = await sign_in(await suite_on(endpoint.handle))
    (form,) = endpoint.forms
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == query["code_challenge"]
    assert form == {
        "grant_type": "authorization_code",
        "code": "4/0code",
        "code_verifier": form["code_verifier"],
        "redirect_uri": query["redirect_uri"],
        "client_id": "sandbox-google-client",
        "client_secret": "sandbox-google-secret",
    }
    assert connection.display_name == "agent@example.com"
    assert set(connection.granted_scopes) == set(GRANT["scope"].split())


async def test_every_sign_in_has_a_verifier_and_a_state_of_its_own(suite_on):
    suite = await suite_on(Endpoint(**granting()).handle)
    queries = [dict(parse_qsl(urlsplit(await suite.start()).query)) for _ in range(2)]
    assert queries[0]["code_challenge"] != queries[1]["code_challenge"]
    assert queries[0]["state"] != queries[1]["state"]


async def test_tokens_and_their_end_are_stored(suite_on):
    suite = await suite_on(Endpoint(**granting(expires_in=1800)).handle)
    _, connection = await sign_in(suite)
    tokens = await suite.storage.connections.tokens(connection.connection_id)
    assert (tokens.access.reveal(), tokens.refresh.reveal()) == ("ya29.a", "1//r")
    assert abs(tokens.expires_at - utc_now() - timedelta(minutes=30)) < timedelta(seconds=20)


@pytest.mark.parametrize(
    ("answer", "code", "reason"),
    [
        ({"status": 503, "text": "later"}, grpc.StatusCode.UNAVAILABLE, "try again"),
        ({"status": 400, "text": '{"error":"invalid_grant"}'}, None, "invalid_grant"),
        ({"status": 401, "text": '{"error":"invalid_client"}'}, None, "invalid_client"),
        ({"status": 200, "text": "<html>captive portal"}, None, "http_200"),
        ({"status": 200, "text": '["a list"]'}, None, "http_200"),
        ({"status": 200, "text": '{"error":"odd","expires_in":1}'}, None, "odd"),
        (granting(access_token=None), None, "missing_token"),
        (granting(expires_in=None), None, "no_expiry"),
    ],
)
async def test_an_answer_without_a_grant_connects_nothing(suite_on, answer, code, reason):
    error = await refused_sign_in(suite_on, Endpoint(**answer))
    assert error.code() == (code or grpc.StatusCode.FAILED_PRECONDITION)
    assert reason in error.details()


@pytest.mark.parametrize("status", [302, 307, 308])
async def test_code_and_secret_do_not_follow_a_redirect(suite_on, status):
    endpoint = Endpoint(status=status, headers={"Location": "/elsewhere"})
    error = await refused_sign_in(suite_on, endpoint)
    assert error.code() == grpc.StatusCode.UNAVAILABLE
    assert (len(endpoint.forms), endpoint.elsewhere) == (1, 0)


async def test_a_state_has_256_bits():
    assert len({new_state() for _ in range(100)}) == 100
    assert len(new_state()) == 43


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("https://oauth2.googleapis.com/token", True),
        ("http://127.0.0.1:8080/token", True),
        ("http://[::1]:8080/token", True),
        ("http://localhost:8080/token", True),
        ("http://google.localhost/token", True),
        ("http://sandbox:8080/token", True),
        ("http://10.1.2.3/token", True),
        ("http://oauth2.googleapis.com/token", False),
        ("http://8.8.8.8/token", False),
    ],
)
def test_secrets_go_in_clear_to_nobody_far_away(url, is_taken):
    for name in ("token_url", "authorize_url"):
        if is_taken:
            assert getattr(GmailSettings(_env_file=None, **{name: url}), name) == url
        else:
            with pytest.raises(ValidationError, match="in clear"):
                GmailSettings(_env_file=None, **{name: url})
