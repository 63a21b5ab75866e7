"""Connecting accounts: bound to the browser that began, and back to a friendly page."""

import pytest
from tests.gateway.suite import ADMIN, ANN

from parley_gateway import cookies

AUTH = "/api/channels/slack/auth"
CALLBACK = "/api/channels/slack/callback"
JSON = {"Accept": "application/json"}


async def test_the_operator_connects_a_workspace(parley):
    begun = await parley.http.get(f"{AUTH}?shared=true&login_hint=a%40x.org", headers=ADMIN)
    assert begun.status_code == 302
    assert begun.headers["location"] == "https://slack.example/oauth?x=1"
    cookie = begun.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/api/channels/slack" in cookie
    [started] = parley.channel.started
    assert (started.user_id, started.login_hint) == ("", "a@x.org")
    assert len(started.browser_binding) >= 22
    back = await parley.http.get(f"{CALLBACK}?state=good&code=c1&scope=a%20b", headers=JSON)
    assert back.json()["connection_id"] == "con_1"
    [completed] = parley.channel.completed
    assert dict(completed.parameters) == {"state": "good", "code": "c1", "scope": "a b"}
    assert completed.browser_binding == started.browser_binding


async def test_a_person_connects_their_own_account(parley):
    parley.http.cookies.set(cookies.USER, "token-usr_ann")
    begun = await parley.http.get(f"{AUTH}?user_id=usr_ann")
    assert begun.status_code == 302
    assert parley.channel.started[0].user_id == "usr_ann"


async def test_each_start_is_bound_to_a_value_of_its_own(parley):
    for _ in range(3):
        await parley.http.get(AUTH, headers=ADMIN)
    assert len({one.browser_binding for one in parley.channel.started}) == 3


@pytest.mark.parametrize("query", ["state=bad&code=x", "code=x", "error=access_denied&state=bad"])
async def test_a_bad_state_connects_nothing(parley, query):
    await parley.http.get(AUTH, headers=ADMIN)
    answer = await parley.http.get(f"{CALLBACK}?{query}", headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_state")


async def test_another_browser_cannot_complete(parley):
    await parley.http.get(AUTH, headers=ADMIN)
    parley.http.cookies.clear()
    answer = await parley.http.get(f"{CALLBACK}?state=good&code=x", headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_state")
    assert not parley.channel.completed


async def test_people_get_pages(parley):
    await parley.http.get(AUTH, headers=ADMIN)
    browser = {"Accept": "text/html,*/*"}
    refused = await parley.http.get(f"{CALLBACK}?state=bad", headers=browser)
    done = await parley.http.get(f"{CALLBACK}?state=good&code=x", headers=browser)
    assert (refused.status_code, done.status_code) == (403, 200)
    assert "Not connected" in refused.text
    assert "Slack is connected" in done.text
    for page in (refused, done):
        assert page.headers["content-type"].startswith("text/html")
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_starting_needs_a_role(parley):
    assert (await parley.http.get(AUTH)).status_code == 401
    assert (await parley.http.get(AUTH, headers=ANN)).status_code == 403
