"""Credentials: who they make the caller, and which do not hold."""

from datetime import timedelta

import pytest
from tests.gateway.suite import ADMIN, ADMIN_KEY, AGENT, ANN, suite

from parley_gateway import cookies
from parley_kit.clock import utc_now

OWN_PAGE = {"X-Parley-CSRF": "1", "Sec-Fetch-Site": "same-origin"}
TOKEN = {"token": "token-usr_ann"}


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Basic YTpi",
        "Bearer wrong",
        "bearer admin-key-for-test",
        "Bearer admin-key-for-testsx",
        "Bearer " + "x" * 5000,
        "Bearer t\u00f6ken".encode("latin-1"),
        "Bearer token-",
    ],
)
async def test_a_credential_does_not_hold(parley, header):
    parley.orchestrator.revoked.add("")
    headers = {} if header is None else {"Authorization": header}
    answer = await parley.http.get("/api/sessions", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_credential")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_without_an_admin_key_nobody_is_admin():
    async with suite(admin_key="") as parley:
        answer = await parley.http.get("/api/agents", headers={"Authorization": "Bearer x"})
        assert answer.status_code == 401
        body = {"key": ""}
        opened = await parley.http.post("/api/console-session", headers=OWN_PAGE, json=body)
        assert opened.status_code == 422


async def test_the_hot_path_does_not_ask_who_calls_each_time(parley):
    for _ in range(20):
        await parley.http.post("/api/sessions/ses_1/messages", headers=AGENT, json={"text": "x"})
    assert parley.orchestrator.calls["AuthenticateAgent"] == 1


async def test_an_expired_token_is_not_remembered_beyond_its_end(parley):
    parley.orchestrator.expires_in = timedelta(milliseconds=400)
    assert (await parley.http.get("/api/sessions", headers=ANN)).status_code == 200
    parley.orchestrator.revoked.add("usr_ann")  # no more from the orchestrator from now on
    statuses = []
    while 401 not in statuses and len(statuses) < 1000:
        statuses.append((await parley.http.get("/api/sessions", headers=ANN)).status_code)
    assert statuses[-1] == 401
    assert len(statuses) > 1


async def test_a_revoked_token_stops_at_once(parley):
    assert (await parley.http.get("/api/sessions", headers=ANN)).status_code == 200
    await parley.http.post("/api/users/usr_ann/tokens/revoke", headers=ADMIN)
    assert (await parley.http.get("/api/sessions", headers=ANN)).status_code == 401


async def test_forged_proxy_and_user_headers_have_no_effect(parley):
    forged = {"X-User-ID": "usr_bob", "X-Forwarded-For": "10.0.0.1", "X-Forwarded-User": "admin"}
    assert (await parley.http.get("/api/sessions", headers=forged)).status_code == 401
    answer = await parley.http.get("/api/users/usr_bob", headers=ANN | forged)
    assert answer.status_code == 404


async def test_a_person_signs_in_by_cookie_and_out(parley):
    signed_in = await parley.http.post("/api/browser-session", headers=OWN_PAGE, json=TOKEN)
    assert signed_in.json() == {"user": {"id": "usr_ann", "name": "Ann"}}
    cookie = signed_in.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert (await parley.http.get("/api/browser-session")).json()["user"]["id"] == "usr_ann"
    assert (await parley.http.get("/api/sessions")).status_code == 200
    await parley.http.delete("/api/browser-session", headers=OWN_PAGE)
    assert (await parley.http.get("/api/browser-session")).status_code == 401


async def test_cookies_are_for_https_where_people_come_by_https():
    async with suite(public_url="https://parley.example") as parley:
        own = OWN_PAGE | {"Origin": "https://parley.example"}
        answer = await parley.http.post("/api/browser-session", headers=own, json=TOKEN)
        assert "; secure" in answer.headers["set-cookie"].lower()
        assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize("token", ["key-agt_1", ADMIN_KEY, "wrong"])
async def test_only_a_user_token_signs_a_person_in(parley, token):
    answer = await parley.http.post("/api/browser-session", headers=OWN_PAGE, json={"token": token})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


FOREIGN_PAGES = [
    {},
    {"X-Parley-CSRF": "1"},
    {"Sec-Fetch-Site": "same-origin"},
    {"X-Parley-CSRF": "1", "Sec-Fetch-Site": "cross-site"},
    {"X-Parley-CSRF": "1", "Sec-Fetch-Site": "same-site"},
    {"X-Parley-CSRF": "1", "Origin": "https://evil.example"},
    {"X-Parley-CSRF": "1", "Origin": "null"},
    {"X-Parley-CSRF": "1", "Origin": "http://127.0.0.1:8000.evil.example"},
    {"X-Parley-CSRF": "1", "Origin": "http://evil.example", "Host": "evil.example"},
    {"X-Parley-CSRF": "1", "Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
]


@pytest.mark.parametrize("headers", FOREIGN_PAGES)
async def test_a_cookie_changes_nothing_from_a_foreign_page(parley, headers):
    request = parley.orchestrator.pose()
    parley.http.cookies.set(cookies.USER, "token-usr_ann")
    path = f"/api/feedback-requests/{request.id}/responses"
    answer = await parley.http.post(path, headers=headers, json={"value": "approved"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert not parley.orchestrator.answers
    signed = await parley.http.post("/api/browser-session", headers=headers, json=TOKEN)
    assert signed.status_code == 403


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", None])
async def test_a_cookie_answers_from_our_own_page(parley, origin):
    request = parley.orchestrator.pose()
    parley.http.cookies.set(cookies.USER, "token-usr_ann")
    headers = OWN_PAGE | ({"Origin": origin} if origin else {})
    path = f"/api/feedback-requests/{request.id}/responses"
    answer = await parley.http.post(path, headers=headers, json={"value": "approved"})
    assert answer.status_code == 200


async def test_the_operator_signs_in_and_the_cookie_does_not_hold_the_key(parley):
    body = {"key": ADMIN_KEY}
    opened = await parley.http.post("/api/console-session", headers=OWN_PAGE, json=body)
    assert opened.status_code == 200
    assert ADMIN_KEY not in opened.headers["set-cookie"]
    assert (await parley.http.get("/api/agents")).status_code == 200
    assert (await parley.http.get("/api/console-session")).json()["role"] == "admin"
    await parley.http.delete("/api/console-session", headers=OWN_PAGE)
    assert (await parley.http.get("/api/agents")).status_code == 401


async def test_of_two_cookies_the_page_says_which(parley):
    parley.http.cookies.set(cookies.USER, "token-usr_bob")
    body = {"key": ADMIN_KEY}
    await parley.http.post("/api/console-session", headers=OWN_PAGE, json=body)
    as_admin = await parley.http.get("/api/sessions")
    as_user = await parley.http.get("/api/sessions", headers={"X-Parley-As": "user"})
    assert len(as_admin.json()["sessions"]) == 1
    assert as_user.json()["sessions"] == []


async def test_with_two_cookies_the_person_answers_as_themself(parley):
    request = parley.orchestrator.pose()
    parley.http.cookies.set(cookies.USER, "token-usr_ann")
    await parley.http.post("/api/console-session", headers=OWN_PAGE, json={"key": ADMIN_KEY})
    path = f"/api/feedback-requests/{request.id}/responses"
    answer = await parley.http.post(path, headers=OWN_PAGE, json={"value": "approved"})
    assert answer.status_code == 200
    assert parley.orchestrator.answers[0].caller.user_id == "usr_ann"


def forged_values(parley):
    keys, secret = parley.gateway.keys, parley.gateway.settings.admin_secret
    good = cookies.console_value(keys, secret, utc_now() + timedelta(hours=1))
    seconds, _, signature = good.partition(".")
    return [
        cookies.console_value(keys, secret, utc_now() - timedelta(seconds=1)),
        f"{int(seconds) + 1}.{signature}",
        f"{seconds}.{signature[:-1]}",
        f"x.{signature}",
        "",
        ".",
        good + "0",
    ]


async def test_a_forged_console_cookie_does_not_hold(parley):
    for value in forged_values(parley):
        headers = {"Cookie": f"{cookies.CONSOLE}={value}"}
        answer = await parley.http.get("/api/agents", headers=headers)
        assert answer.status_code == 401, value
