import pytest

SCOPES = "chat:write,im:write"
pytestmark = pytest.mark.filterwarnings(
    # slack_sdk 3.47 still builds aiohttp.BasicAuth, which aiohttp 3.14 deprecates.
    "ignore:BasicAuth is deprecated:DeprecationWarning"
)


@pytest.fixture
def authorize(sandbox, session):
    async def ask(accept="*/*", **changes):
        settings = sandbox.settings
        query = {
            "client_id": settings.slack_client_id,
            "scope": SCOPES,
            "state": "a b&c",
            "redirect_uri": settings.slack_callback,
        }
        url = settings.public_url + "/oauth/v2/authorize"
        params = {k: v for k, v in (query | changes).items() if v is not None}
        async with session.get(
            url, params=params, headers={"accept": accept}, allow_redirects=False
        ) as response:
            return response.status, response.headers.get("location"), await response.text()

    return ask


@pytest.fixture
def exchange(sandbox, session):
    async def call(code, **changes):
        settings = sandbox.settings
        given = {
            "client_id": settings.slack_client_id,
            "client_secret": settings.slack_client_secret.get_secret_value(),
            "code": code,
            "redirect_uri": settings.slack_callback,
        }
        url = settings.public_url + "/api/oauth.v2.access"
        async with session.post(url, data=given | changes) as response:
            return await response.json()

    return call


async def test_a_script_is_redirected_with_code_and_state(authorize, query_of, sandbox):
    status, location, _ = await authorize()
    assert status == 302
    assert location.startswith(sandbox.settings.slack_callback + "?")
    assert query_of(location)["state"] == "a b&c"


async def test_a_browser_sees_what_is_asked_for(authorize):
    status, _, page = await authorize(accept="text/html")
    assert status == 200
    assert "chat:write" in page
    assert "Allow" in page


async def test_the_consent_page_escapes_what_it_shows(authorize):
    status, _, page = await authorize(accept="text/html", scope="<script>alert(1)</script>")
    assert status == 400
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "other"},
        {"redirect_uri": "http://evil.test/callback"},
        {"scope": "chat:write,made:up"},
        {"scope": None},
        {"team": "T0OTHER"},
    ],
)
async def test_a_bad_request_shows_a_page_and_never_redirects(authorize, changes):
    status, location, _ = await authorize(**changes)
    assert status == 400
    assert location is None


async def test_slack_sdk_exchanges_the_code(authorize, query_of, slack, sandbox):
    _, location, _ = await authorize()
    settings = sandbox.settings
    answer = await slack(token="none").oauth_v2_access(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        code=query_of(location)["code"],
        redirect_uri=settings.slack_callback,
    )
    assert answer["scope"] == SCOPES
    assert answer["team"]["id"] == sandbox.slack.grants.team_id
    who = await slack(token=answer["access_token"]).auth_test()
    assert who["user_id"] == answer["bot_user_id"]


async def test_a_code_works_once(authorize, query_of, exchange):
    _, location, _ = await authorize()
    code = query_of(location)["code"]
    assert (await exchange(code))["ok"]
    assert (await exchange(code))["error"] == "invalid_code"


async def test_a_code_lives_ten_minutes(authorize, query_of, exchange, control):
    _, location, _ = await authorize()
    await control("/clock", {"advance_seconds": 601})
    assert (await exchange(query_of(location)["code"]))["error"] == "invalid_code"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "other"}, "invalid_client_id"),
        ({"client_secret": "wrong"}, "bad_client_secret"),
        ({"redirect_uri": "http://127.0.0.1/other"}, "bad_redirect_uri"),
        ({"grant_type": "password"}, "invalid_grant_type"),
    ],
)
async def test_the_exchange_is_strict(authorize, query_of, exchange, changes, error):
    _, location, _ = await authorize()
    answer = await exchange(query_of(location)["code"], **changes)
    assert answer["error"] == error


async def test_an_uninstalled_app_has_dead_tokens(bot, slack, control, receiver):
    await control("/slack/uninstall", {})
    assert {e["event"]["type"] for e in receiver.events()} == {"app_uninstalled", "tokens_revoked"}
    with pytest.raises(Exception, match="token_revoked"):
        await bot.auth_test()


async def test_auth_revoke_ends_the_token(bot):
    assert (await bot.auth_revoke())["revoked"] is True
    with pytest.raises(Exception, match="token_revoked"):
        await bot.auth_test()


class TestRotation:
    @pytest.fixture
    def overrides(self):
        return {"sandbox_slack_rotation": True}

    async def test_a_token_expires_and_its_refresh_token_works_once(
        self, authorize, query_of, exchange, slack, control
    ):
        _, location, _ = await authorize()
        first = await exchange(query_of(location)["code"])
        assert first["expires_in"] == 43_200
        await control("/clock", {"advance_seconds": 43_201})
        with pytest.raises(Exception, match="token_expired"):
            await slack(token=first["access_token"]).auth_test()
        renewal = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        second = await exchange("", **renewal)
        assert (await slack(token=second["access_token"]).auth_test())["ok"]
        assert (await exchange("", **renewal))["error"] == "invalid_refresh_token"
