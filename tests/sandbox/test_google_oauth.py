import asyncio
import base64
import hashlib

import google.auth.transport.requests
import pytest
from google.auth.exceptions import RefreshError
from google.oauth2 import id_token
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import Flow

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()[:43]
SEND = "https://www.googleapis.com/auth/gmail.send"
READ = "https://www.googleapis.com/auth/gmail.readonly"


@pytest.fixture
def authorize(sandbox, session):
    async def ask(accept="*/*", **changes):
        query = {
            "client_id": sandbox.settings.gmail_client_id,
            "redirect_uri": sandbox.settings.gmail_callback,
            "response_type": "code",
            "scope": f"openid email {SEND} {READ}",
            "access_type": "offline",
            "state": "s t",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        params = {k: v for k, v in (query | changes).items() if v is not None}
        url = sandbox.settings.public_url + "/o/oauth2/v2/auth"
        async with session.get(
            url, params=params, headers={"accept": accept}, allow_redirects=False
        ) as response:
            return response.status, response.headers.get("location"), await response.text()

    return ask


@pytest.fixture
def token(sandbox, session):
    async def ask(**changes):
        settings = sandbox.settings
        form = {
            "client_id": settings.gmail_client_id,
            "client_secret": settings.gmail_client_secret.get_secret_value(),
            "grant_type": "authorization_code",
            "redirect_uri": settings.gmail_callback,
            "code_verifier": VERIFIER,
        }
        data = {k: v for k, v in (form | changes).items() if v is not None}
        async with session.post(settings.public_url + "/token", data=data) as response:
            return response.status, await response.json()

    return ask


@pytest.fixture
def connect(authorize, token, query_of):
    """Go through consent and exchange; returns the token answer."""

    async def run(**changes):
        _, location, _ = await authorize(**changes)
        return (await token(code=query_of(location)["code"]))[1]

    return run


async def test_the_official_flow_goes_through_with_pkce(sandbox, session, monkeypatch, query_of):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")
    settings = sandbox.settings
    client = {
        "client_id": settings.gmail_client_id,
        "client_secret": settings.gmail_client_secret.get_secret_value(),
        "auth_uri": settings.public_url + "/o/oauth2/v2/auth",
        "token_uri": settings.public_url + "/token",
    }
    scopes = ["openid", "email", SEND]
    flow = Flow.from_client_config({"web": client}, scopes, redirect_uri=settings.gmail_callback)
    url, state = flow.authorization_url(prompt="consent", login_hint="bob@example.com")
    async with session.get(url, allow_redirects=False) as response:
        answer = query_of(response.headers["location"])
    assert answer["state"] == state

    def finish():
        flow.fetch_token(code=answer["code"])
        flow.oauth2session.close()
        request = google.auth.transport.requests.Request()
        certs = settings.public_url + "/oauth2/v1/certs"
        claims = id_token.verify_token(
            flow.credentials.id_token, request, audience=settings.gmail_client_id, certs_url=certs
        )
        flow.credentials.refresh(request)
        request.session.close()
        return claims

    claims = await asyncio.to_thread(finish)
    assert claims["email"] == "bob@example.com"
    assert set(flow.credentials.granted_scopes) == {
        "openid",
        "https://www.googleapis.com/auth/userinfo.email",
        SEND,
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client_id": "other"}, "invalid_client"),
        ({"redirect_uri": "http://evil.test"}, "redirect_uri_mismatch"),
        ({"response_type": "token"}, "invalid_request"),
        ({"code_challenge": None}, "code_challenge"),
        ({"code_challenge_method": "plain"}, "code_challenge_method"),
        ({"scope": "https://www.googleapis.com/auth/made.up"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"login_hint": "nobody@example.com"}, "find the Google account"),
    ],
)
async def test_a_bad_request_shows_a_page_and_never_redirects(authorize, changes, said):
    status, location, page = await authorize(**changes)
    assert (status, location) == (400, None)
    assert said in page


async def test_a_browser_chooses_account_and_scopes(sandbox, session, authorize, token, query_of):
    status, _, page = await authorize(accept="text/html")
    assert status == 200
    assert "agent@example.com" in page
    url = sandbox.settings.public_url + "/o/oauth2/v2/auth"
    query = {
        "client_id": sandbox.settings.gmail_client_id,
        "redirect_uri": sandbox.settings.gmail_callback,
        "response_type": "code",
        "scope": f"{SEND} {READ}",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    form = {"decision": "allow", "account": "ann@example.com", "scope": SEND}
    async with session.post(url, params=query, data=form, allow_redirects=False) as response:
        answer = query_of(response.headers["location"])
    assert answer["scope"] == SEND
    async with session.post(
        url, params=query, data={"decision": "deny"}, allow_redirects=False
    ) as response:
        assert query_of(response.headers["location"]) == {"error": "access_denied"}


async def test_a_code_works_once(authorize, token, query_of):
    _, location, _ = await authorize()
    code = query_of(location)["code"]
    assert (await token(code=code))[0] == 200
    assert (await token(code=code))[1]["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"code_verifier": None}, 400, "invalid_grant"),
        ({"code_verifier": "w" * 64}, 400, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1/x"}, 400, "redirect_uri_mismatch"),
        ({"client_id": "other"}, 401, "invalid_client"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"code": "made-up"}, 400, "invalid_grant"),
    ],
)
async def test_the_exchange_is_strict(authorize, token, query_of, changes, status, error):
    _, location, _ = await authorize()
    got, answer = await token(**{"code": query_of(location)["code"]} | changes)
    assert (got, answer["error"]) == (status, error)


async def test_a_refresh_token_comes_at_the_first_consent_or_when_asked(connect):
    assert "refresh_token" in await connect()
    assert "refresh_token" not in await connect()
    assert "refresh_token" in await connect(prompt="consent")
    assert "refresh_token" not in await connect(prompt="consent", access_type="online")


async def test_earlier_scopes_are_included_when_asked(connect):
    await connect(scope=READ)
    assert (await connect(scope=SEND))["scope"] == SEND
    both = await connect(scope=SEND, include_granted_scopes="true")
    assert set(both["scope"].split()) == {SEND, READ}


async def test_scopes_can_be_denied_for_scripts(connect, control):
    await control("/google/consent", {"deny_scopes": [READ]})
    assert READ not in (await connect())["scope"].split()


async def test_userinfo_says_whose_token_it_is(connect, sandbox, session):
    answer = await connect()
    url = sandbox.settings.public_url + "/oauth2/v3/userinfo"
    headers = {"authorization": f"Bearer {answer['access_token']}"}
    async with session.get(url, headers=headers) as response:
        assert (await response.json())["email"] == "agent@example.com"
    async with session.get(url) as response:
        assert response.status == 401


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
async def test_revoking_ends_all_tokens_of_the_account(connect, sandbox, session, token, which):
    answer = await connect()
    url = sandbox.settings.public_url + "/revoke"
    async with session.post(url, data={"token": answer[which]}) as response:
        assert response.status == 200
    async with session.post(url, data={"token": answer[which]}) as response:
        assert (await response.json())["error"] == "invalid_token"
    refresh = {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"]}
    status, refused = await token(**refresh)
    assert (status, refused["error"]) == (400, "invalid_grant")
    headers = {"authorization": f"Bearer {answer['access_token']}"}
    profile = sandbox.settings.public_url + "/gmail/v1/users/me/profile"
    async with session.get(profile, headers=headers) as response:
        assert response.status == 401
    assert "refresh_token" in await connect()


async def test_google_auth_reports_a_dead_refresh_token(connect, control, sandbox):
    answer = await connect()
    await control("/google/revoke", {"email": "agent@example.com"})
    credentials = Credentials(
        None,
        refresh_token=answer["refresh_token"],
        token_uri=sandbox.settings.public_url + "/token",
        client_id=sandbox.settings.gmail_client_id,
        client_secret=sandbox.settings.gmail_client_secret.get_secret_value(),
    )
    request = google.auth.transport.requests.Request()
    with pytest.raises(RefreshError, match="invalid_grant"):
        await asyncio.to_thread(credentials.refresh, request)
    request.session.close()


async def test_an_access_token_lives_an_hour(gmail, control):
    run = gmail()
    await control("/clock", {"advance_seconds": 3_600})
    # google-api-python-client tries to refresh at a 401, which it cannot without a token.
    with pytest.raises(RefreshError):
        await run(lambda users: users.getProfile(userId="me"))


async def test_the_hundred_and_first_refresh_token_ends_the_first(sandbox):
    accounts = sandbox.google.accounts
    tokens = [accounts.new_refresh_token("a@b.c", (SEND,), "g") for _ in range(101)]
    with pytest.raises(Exception, match="invalid_grant"):
        accounts.check_refresh_token(tokens[0])
    assert accounts.check_refresh_token(tokens[1])["email"] == "a@b.c"
