"""The operator's console in a real browser."""

from datetime import timedelta

import pytest
from playwright.async_api import expect
from tests.gateway.browser.samples import delivery

from parley_kit.clock import rfc3339, utc_now

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
NONE = "\N{EN DASH}"


async def test_a_wrong_key_stays_outside(open_page):
    page = await open_page("/console")
    await page.get_by_label("Admin key").fill("wrong")
    await page.get_by_role("button", name="Open the console").click()
    await expect(page.locator("p[role=alert]")).to_contain_text("not the admin key")
    await expect(page.get_by_text("Live", exact=True)).to_have_count(0)


async def test_signing_out_ends_the_session(console):
    page = await console()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("Admin key")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Admin key")).to_be_visible()


async def test_channels_show_health_and_follow_it(console, gateway):
    page = await console()
    slack = page.locator(".channel").nth(2)
    await expect(slack).to_contain_text("Healthy")
    gateway.channels[2] |= {"status": "down", "detail": "Slack answers 503", "queue_depth": 7}
    await expect(slack).to_contain_text("Slack answers 503")
    await expect(slack.locator(".plot-value").last).to_have_text("7")
    label = await slack.locator("svg.plot").last.get_attribute("aria-label")
    assert label == "Queue: now 7, between 0 and 7 in the last minutes"
    await expect(slack.locator(".plot-line")).to_have_count(4)
    await expect(slack.locator(".plot-value").first).to_have_text("3")


async def test_without_attempts_no_rate_is_claimed(console, gateway):
    gateway.channels[1] |= {"attempts": 0, "latency_p50_ms": 0.0, "latency_p99_ms": 0.0}
    page = await console()
    mail = page.locator(".channel").nth(1)
    await expect(mail.locator(".plot-value")).to_have_text(["3", NONE, NONE, "0"])
    await expect(mail.locator(".facts")).to_contain_text(f"p99{NONE}")


async def test_links_lead_to_the_providers(console, gateway):
    gateway.channels[1]["connections"].append(
        gateway.channels[1]["connections"][0] | {"connection_id": "con_2", "user_id": "usr_ann"}
    )
    page = await console()
    links = [await a.get_attribute("href") for a in await page.locator(".connections a").all()]
    shared = "/api/channels/gmail/auth?shared=true"
    slack = "/api/channels/slack/auth"
    own = "/api/channels/gmail/auth?user_id=usr_ann"
    assert links == [shared, own, shared, slack, slack]


async def test_a_token_is_refreshed(console, gateway):
    page = await console()
    await page.get_by_role("button", name="Refresh slack of Example").click()
    await expect(
        page.locator(".notice", has_text="The token of slack of Example is fresh.")
    ).to_be_visible()
    assert ("POST", "channels/slack/refresh") in gateway.calls


async def test_an_open_breaker_says_how_long(console, gateway):
    until = rfc3339(utc_now() + timedelta(seconds=90))
    gateway.channels[2] |= {"breaker": "open", "breaker_until": until}
    connection = gateway.channels[2]["connections"][0]
    connection |= {"breaker": "half_open", "attempts": 20, "success_rate": 0.5, "queue_depth": 4}
    connection |= {"latency_p50_ms": 41.2}
    page = await console()
    slack = page.locator(".channel").nth(2)
    await expect(slack.locator(".facts")).to_contain_text("open for 1 min")
    await expect(slack.locator(".connection-row")).to_contain_text("half open")
    await expect(slack.locator(".connection-facts")).to_have_text(
        "4 waiting · 20 sent lately, 50 % well, 41 ms"
    )


async def test_pacing_says_what_holds_and_how_near_it_is(console, gateway):
    soon = rfc3339(utc_now() + timedelta(seconds=50))
    limit = {"scope": "recipient", "count": 1, "period_seconds": 1.0, "burst": 3}
    gateway.channels[2]["pacing"] = [
        limit | {"name": "posts to a conversation", "is_active": True, "next_at": soon},
        limit | {"name": "calls", "scope": "connection", "is_active": True, "next_at": None},
        limit | {"name": "unknown", "burst": 1, "is_active": False, "next_at": None},
        limit | {"name": "retry time", "count": 0, "is_active": False, "next_at": None},
    ]
    page = await console()
    rows = page.locator(".channel").nth(2).locator(".pacing li")
    await expect(rows.nth(0)).to_contain_text("1 a second for a person, 3 at once")
    await expect(rows.nth(0)).to_contain_text("next in")
    await expect(rows.nth(1)).to_contain_text("free")
    await expect(rows.nth(2)).to_contain_text("asleep")
    await expect(rows).to_have_count(3)


async def test_disconnecting_asks_first(console, gateway):
    page = await console()
    await page.get_by_role("button", name="Disconnect slack of Example").click()
    await page.get_by_role("button", name="Keep it").click()
    assert not [call for call in gateway.calls if call[0] == "DELETE"]
    await page.get_by_role("button", name="Disconnect slack of Example").click()
    await page.get_by_role("button", name="Disconnect", exact=True).click()
    await expect(page.get_by_text("Nothing is connected yet.")).to_be_visible()
    assert ("DELETE", "channels/slack/connections/con_slack") in gateway.calls


async def test_requests_appear_and_go(console, gateway):
    gateway.log.session("ses_1", "Release")
    page = await console("requests")
    await expect(page.get_by_text("Nothing waits")).to_be_visible()
    request = gateway.log.ask("ses_1", "approval", "Deploy **1.4.0**?")
    await expect(page.locator(".request")).to_contain_text("Deploy 1.4.0?")
    await expect(page.locator(".tabs .count").nth(1)).to_have_text("1")
    gateway.log.answer(request["id"], "approved", "slack", "Ann Meyer")
    await expect(page.locator(".request")).to_have_count(0)


async def test_the_deliveries_of_one_message(console, gateway):
    gateway.deliveries = [delivery(1, "dead"), delivery(2, "sent", subject_id="msg_2")]
    page = await console("deliveries")
    await expect(page.locator(".delivery")).to_have_count(2)
    await page.get_by_label("Of").fill("msg_2")
    await page.keyboard.press("Enter")
    await expect(page.locator(".delivery")).to_have_count(1)
    await page.get_by_label("Of").fill("msg_9")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Nothing was handed to a channel for msg_9")).to_be_visible()
    await expect(page.locator(".trouble")).to_be_hidden()


async def test_a_dead_delivery_shows_its_attempts_and_is_retried(console, gateway):
    gateway.deliveries = [delivery(1, "dead"), delivery(2, "delivered")]
    page = await console("deliveries")
    await expect(page.locator(".delivery")).to_have_count(2)
    await page.get_by_label("State").select_option("dead")
    await expect(page.locator(".delivery")).to_have_count(1)
    await page.get_by_text("1 attempt").click()
    for words in ("not sent", "rate_limited", "1000 ms", "retry at 09:00:04"):
        await expect(page.locator(".timeline")).to_contain_text(words)
    await page.get_by_role("button", name="Retry dlv_1").click()
    await expect(page.get_by_text("None is in this state")).to_be_visible()
    assert gateway.deliveries[0]["state"] == "queued"


async def test_an_opened_timeline_stays_open_through_news(console, gateway):
    gateway.deliveries = [delivery(1, "parked")]
    page = await console("deliveries")
    await page.get_by_text("1 attempt").click()
    gateway.deliveries[0] |= {"explanation": "Quiet hours until 07:00"}
    await expect(page.get_by_text("Quiet hours until 07:00")).to_be_visible()
    await expect(page.locator(".timeline")).to_be_visible()


async def test_a_new_agents_key_is_shown_once(console, gateway):
    gateway.log.session("ses_1", "Release")
    page = await console("agents")
    await page.get_by_label("Name").fill("Release agent")
    await page.get_by_role("button", name="Create agent").click()
    await expect(page.locator(".secrets")).to_contain_text("pk_shown_once")
    await expect(page.locator(".agent")).to_contain_text("Release agent")
    await page.get_by_role("button", name="I have copied them").click()
    await page.reload()
    await expect(page.locator(".agent")).to_contain_text("Release agent")
    assert "pk_shown_once" not in await page.content()


async def test_says_when_what_it_shows_is_old(console, gateway):
    page = await console()
    await page.route("**/api/channels", lambda route: route.abort())
    await expect(page.locator(".trouble")).to_contain_text("What you see is from")
    await expect(page.locator(".poll")).to_contain_text("again in")
    await page.unroute("**/api/channels")
    await expect(page.locator(".trouble")).to_be_hidden(timeout=10_000)


async def test_fits_a_phone(console, gateway):
    gateway.deliveries = [delivery(1, "dead")]
    page = await console("deliveries", width=390, height=844)
    await page.locator(".delivery").wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
