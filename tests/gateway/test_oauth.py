"""Connecting accounts: bound to the browser that began, and back to a friendly page."""

import html
import re

import pytest
from tests.gateway.suite import ADMIN, ANN

from parley.channel.v1 import authorization_pb2
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


BROWSER = {"Accept": "text/html,*/*"}


async def test_a_missing_box_is_explained_instead_of_called_connected(parley):
    parley.channel.connection = authorization_pb2.Connection(
        connection_id="con_1",
        display_name="ann@example.com",
        user_id="usr_ann",
        status=authorization_pb2.CONNECTION_STATUS_RECONNECT_NEEDED,
        detail="Not allowed on Google's page: “View your messages”. Tick every box.",
    )
    await parley.http.get(AUTH, headers=ADMIN)
    page = await parley.http.get(f"{CALLBACK}?state=good&code=x", headers=BROWSER)
    assert "ann@example.com cannot be used yet" in page.text
    assert "Tick every box." in page.text
    assert "is connected" not in page.text
    assert 'href="/api/channels/slack/auth?user_id=usr_ann"' in page.text


async def test_a_link_from_elsewhere_leads_on_although_the_browser_hides_the_sign_in(parley):
    first = await parley.http.get(f"{AUTH}?user_id=usr_ann", headers=BROWSER)
    assert first.status_code == 401
    again = html.unescape(re.search(r'href="(/api[^"]+)"', first.text).group(1))
    assert again == f"{AUTH}?user_id=usr_ann&again=1"
    second = await parley.http.get(again, headers=BROWSER)
    assert second.status_code == 401
    assert "Sign in first" in second.text
    parley.http.cookies.set(cookies.USER, "token-usr_ann")
    assert (await parley.http.get(again, headers=BROWSER)).status_code == 302


async def test_a_person_sees_on_a_page_why_it_does_not_begin(parley):
    parley.http.cookies.set(cookies.USER, "token-usr_ann")
    page = await parley.http.get(f"{AUTH}?user_id=usr_bob", headers=BROWSER)
    assert page.status_code == 403
    assert "only their own account" in page.text
    assert page.headers["content-type"].startswith("text/html")
