"""The web chat in a real browser: signing in, reading, writing, choosing channels."""

import asyncio

import pytest
from playwright.async_api import expect
from tests.gateway.browser.conversation_log import ANN
from tests.gateway.browser.fake_gateway import TOKEN
from tests.gateway.suite import eventually

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
ME = {"kind": "user", **ANN}


async def test_signs_in_from_the_fragment_and_removes_it(open_page, gateway):
    page = await open_page(f"/#token={TOKEN}")
    await page.get_by_text("Connected", exact=True).wait_for()
    assert "token" not in page.url
    assert TOKEN not in await page.evaluate("JSON.stringify({...localStorage})")
    await page.reload()
    await expect(page.get_by_text("Ann Meyer")).to_be_visible()


async def test_asks_for_a_token_and_says_why_one_fails(open_page):
    page = await open_page("/")
    await page.get_by_label("User token").fill("wrong")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator("p[role=alert]")).to_contain_text("not valid any more")
    await page.get_by_label("User token").fill(TOKEN)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("Ann Meyer")).to_be_visible()


async def test_signing_out_forgets_drafts(chat, gateway):
    gateway.log.session("ses_1", "Release")
    page = await chat("ses_1")
    await page.get_by_label("Message", exact=True).fill("half a thought")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("User token")).to_be_visible()
    assert await page.evaluate("localStorage.getItem('parley.draft.ses_1')") is None


async def test_a_newcomer_sees_the_exact_commands(chat, gateway):
    page = await chat()
    await expect(page.get_by_text("Waiting for your first agent")).to_be_visible()
    command = page.locator(".copy-block code").first
    await expect(command).to_contain_text(f"curl -X POST {gateway.url}/api/sessions")
    await expect(command).to_contain_text(ANN["id"])


async def test_a_session_that_begins_later_appears_by_itself(chat, gateway):
    page = await chat()
    gateway.log.session("ses_1", "Release")
    gateway.log.say("ses_1", "Good morning")
    await expect(page.locator("[data-session=ses_1]")).to_contain_text("Good morning")


async def test_nothing_is_missed_while_a_new_session_is_looked_up(chat, gateway):
    page = await chat()
    listing = asyncio.Event()

    async def late(route):
        response = await route.fetch()  # the listing as it was before the second message
        await listing.wait()
        await route.fulfill(response=response)

    await page.route("**/api/sessions", late)
    gateway.log.session("ses_1", "Release")
    gateway.log.say("ses_1", "first")
    await page.wait_for_timeout(300)
    gateway.log.say("ses_1", "second")
    await page.wait_for_timeout(100)
    listing.set()
    await page.locator("[data-session=ses_1]").click()
    await expect(page.locator(".message .markdown")).to_have_text(["first", "second"])
    await eventually(lambda: 2 in [f["seq"] for f in gateway.frames if f["type"] == "ack"])


async def test_shows_history_and_live_messages_in_one_order(chat, gateway):
    gateway.log.session("ses_1", "Release")
    for number in range(3):
        gateway.log.say("ses_1", f"message {number}")
    gateway.log.say("ses_1", "from my phone", ME, "slack")
    page = await chat("ses_1")
    await expect(page.locator(".message .markdown")).to_have_count(4)
    gateway.log.say("ses_1", "a live one")
    await expect(page.locator(".message .markdown")).to_have_text(
        ["message 0", "message 1", "message 2", "from my phone", "a live one"]
    )
    await expect(page.locator(".mine .channel-badge")).to_have_text("Slack")
    await expect(page.locator("[role=status].spoken")).to_contain_text("Release agent: a live one")


async def test_acknowledges_what_it_shows(chat, gateway):
    gateway.log.session("ses_1", "Release")
    gateway.log.session("ses_2", "Other")
    page = await chat("ses_1")
    gateway.log.say("ses_1", "shown")
    gateway.log.say("ses_2", "not open")
    await expect(page.get_by_text("shown", exact=True).last).to_be_visible()
    await expect(page.locator("[data-session=ses_2] .count")).to_contain_text("1")
    await eventually(lambda: any(f["type"] == "ack" for f in gateway.frames))
    await page.wait_for_timeout(300)
    acked = [(f["session_id"], f["seq"]) for f in gateway.frames if f["type"] == "ack"]
    assert acked == [("ses_1", 1)]


async def test_acknowledges_nothing_that_comes_once_another_is_open(chat, gateway):
    gateway.log.session("ses_1", "Release")
    gateway.log.session("ses_2", "Other")
    page = await chat("ses_1")
    await page.wait_for_timeout(300)  # what opening it has to say is said
    await page.evaluate(
        "() => { const soon = setTimeout; setTimeout = (f, ms) => soon(f, ms > 50 ? 1500 : ms) }"
    )
    gateway.log.say("ses_1", "shown")
    await expect(page.get_by_text("shown", exact=True).last).to_be_visible()
    await page.locator("[data-session=ses_2]").click()
    gateway.log.say("ses_1", "too late")
    await page.wait_for_timeout(2_500)
    await expect(page.locator("[data-session=ses_1] .count")).to_contain_text("1")
    acked = [(f["session_id"], f["seq"]) for f in gateway.frames if f["type"] == "ack"]
    assert acked == [("ses_1", 1)]


async def test_sends_with_enter_and_shows_it_once(chat, gateway):
    gateway.log.session("ses_1", "Release")
    page = await chat("ses_1")
    area = page.get_by_label("Message", exact=True)
    await area.fill("first line")
    await area.press("Shift+Enter")
    await area.type("second line")
    await area.press("Enter")
    await expect(page.locator(".mine")).to_have_count(1)
    await expect(page.locator(".mine .tick")).to_contain_text("Stored")
    assert gateway.log.messages["ses_1"][0]["text"] == "first line\nsecond line"
    await expect(area).to_have_value("")


async def test_switches_the_channel_and_notes_it(chat, gateway):
    gateway.log.session("ses_1", "Release")
    page = await chat("ses_1")
    await page.locator(".channel-select").select_option("slack")
    await expect(page.get_by_text("You moved the conversation to Slack")).to_be_visible()
    await page.locator(".channel-select").select_option("")
    await expect(page.get_by_text("back to each person's own order")).to_be_visible()
    assert gateway.log.sessions["ses_1"].channel == ""


async def test_a_move_by_somebody_else_names_them(chat, gateway):
    gateway.log.session("ses_1", "Release")
    page = await chat("ses_1")
    by = {"kind": "agent", "id": "agt_1", "name": "Release agent"}
    data = {"channel": "gmail", "from": None, "by": by}
    gateway.log.append("ses_1", "channel.switched", data)
    await expect(page.locator(".note")).to_contain_text(
        "Release agent moved the conversation to Email"
    )
    await expect(page.locator(".channel-select")).to_have_value("gmail")


async def test_orders_channels_with_the_keyboard(chat, gateway):
    page = await chat()
    await page.get_by_role("button", name="Where to reach me").press("Enter")
    await page.get_by_role("button", name="Move Slack up").press("Enter")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Save").press("Enter")
    await expect(page.locator(".notice", has_text="Your choice is saved")).to_be_visible()
    assert gateway.preferences["channels"] == ["slack", "websocket", "gmail"]
    assert gateway.preferences["quiet_hours"] is None


async def test_quiet_hours_are_kept_and_shown_again(chat, gateway):
    page = await chat()
    await page.get_by_role("button", name="Where to reach me").click()
    await page.get_by_label("Quiet hours").check()
    await expect(page.get_by_text("those of Europe/Berlin")).to_be_visible()
    await page.get_by_label("From").fill("21:30")
    await page.get_by_label("To", exact=True).fill("06:45")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".notice", has_text="Your choice is saved")).to_be_visible()
    assert gateway.preferences["quiet_hours"] == {"start": "21:30", "end": "06:45"}
    await page.reload()
    await page.get_by_role("button", name="Where to reach me").click()
    await expect(page.get_by_label("From")).to_have_value("21:30")
    await page.get_by_label("Quiet hours").uncheck()
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".notice", has_text="Your choice is saved")).to_be_visible()
    assert gateway.preferences["quiet_hours"] is None


async def test_what_one_tab_read_is_read_in_the_other(chat, gateway):
    gateway.log.session("ses_1", "Release")
    gateway.log.session("ses_2", "Other")
    first, second = await chat("ses_2"), await chat("ses_2")
    gateway.log.say("ses_1", "news")
    for page in (first, second):
        await expect(page.locator("[data-session=ses_1] .count")).to_contain_text("1")
    await first.locator("[data-session=ses_1]").click()
    await expect(second.locator("[data-session=ses_1] .count")).to_have_count(0)


async def test_what_was_read_elsewhere_is_not_news_here(chat, gateway):
    gateway.log.session("ses_1", "Release").read_seq = 2
    for number in range(3):
        gateway.log.say("ses_1", f"message {number}")
    page = await chat(width=390, height=844)  # where no conversation opens by itself
    await expect(page.locator("[data-session=ses_1] .count")).to_contain_text("1")


async def test_who_is_there_is_shown(chat, gateway):
    bob = {"user_id": "usr_bob", "name": "Bob Stone", "is_present": False, "read_seq": 0}
    gateway.log.session("ses_1", "Release").others = [bob]
    page = await chat("ses_1")
    await expect(page.locator(".header-people")).to_have_text("Release agent, Bob Stone, you")
    for socket in gateway.sockets:
        await socket.send_json({"type": "presence", "user_id": "usr_bob", "is_present": True})
    await expect(page.locator(".header-people .dot")).to_have_attribute(
        "title", "Bob Stone is here"
    )


async def test_shows_who_is_typing_and_says_so_itself(chat, gateway):
    gateway.log.session("ses_1", "Release")
    page = await chat("ses_1")
    for socket in gateway.sockets:
        await socket.send_json(
            {"type": "typing", "session_id": "ses_1", "user_id": "usr_bob", "name": "Bob"}
        )
    await expect(page.get_by_text("Bob is typing…")).to_be_visible()
    await page.get_by_label("Message", exact=True).type("hello")
    await asyncio.sleep(0.2)
    assert [f["session_id"] for f in gateway.frames if f["type"] == "typing"] == ["ses_1"]


async def test_earlier_messages_have_their_ticks(chat, gateway):
    gateway.log.session("ses_1", "Release")
    message = gateway.log.say("ses_1", "hello")
    known = {"id": "dlv_1", "kind": "message", "channel": "slack", "state": "delivered"}
    more = {"session_id": "ses_1", "subject_id": message["id"], "explanation": ""}
    gateway.deliveries = [known | more]
    page = await chat("ses_1")
    await expect(page.locator(".ticks .tick")).to_contain_text("Slack: delivered")


async def test_the_chat_always_acts_as_the_person(chat, gateway):
    gateway.log.session("ses_1", "Release")
    await chat("ses_1")
    assert gateway.roles == {"user"}


async def test_delivery_ticks_follow_their_events(chat, gateway):
    gateway.log.session("ses_1", "Release")
    message = gateway.log.say("ses_1", "hello")
    page = await chat("ses_1")
    for state, words in (("sent", "sent"), ("dead", "could not be delivered")):
        delivery = {"id": "dlv_1", "kind": "message", "channel": "gmail", "state": state}
        more = {"user_id": ANN["id"], "subject_id": message["id"], "explanation": ""}
        gateway.log.append("ses_1", "delivery.updated", delivery | more)
        await expect(page.locator(".ticks .tick")).to_contain_text(f"Email: {words}")


async def test_the_demo_panel_asks_for_a_question(chat, gateway):
    gateway.demo = {"enabled": True, "sandbox_url": "http://127.0.0.1:9/"}
    page = await chat()
    await page.get_by_label("What the demo agent asks for").select_option("choice")
    await page.get_by_role("button", name="Ask me").click()
    await expect(page.locator(".notice", has_text="The demo agent asks you")).to_be_visible()
    assert gateway.asked_by_demo == ["choice"]


async def test_without_a_demo_there_is_no_panel(chat, gateway):
    page = await chat()
    assert ("GET", "demo") in gateway.calls
    await expect(page.locator(".demo")).to_be_hidden()


async def test_fits_a_phone_and_goes_back_and_forth(chat, gateway):
    gateway.log.session("ses_1", "Release")
    gateway.log.say("ses_1", "https://example.com/" + "long" * 60)
    page = await chat(width=390, height=844)
    await expect(page.locator(".thread")).to_be_hidden()
    await page.locator("[data-session=ses_1]").click()
    await expect(page.locator(".sidebar")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await page.go_back()
    await expect(page.locator("[data-session=ses_1]")).to_be_visible()


async def test_the_theme_follows_the_system_and_can_be_chosen(chat, gateway):
    page = await chat(color_scheme="dark")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.get_by_role("button", name="Use the light theme").click()
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")


async def test_older_messages_are_read_on_demand(chat, gateway):
    gateway.log.session("ses_1", "Release")
    for number in range(430):
        gateway.log.say("ses_1", f"message {number}")
    page = await chat("ses_1")
    await expect(page.locator(".message .markdown")).to_have_count(400)
    await page.get_by_role("button", name="Show earlier messages").click()
    await expect(page.locator(".message .markdown")).to_have_count(430)
    await expect(page.locator(".message .markdown").first).to_have_text("message 0")
    await expect(page.get_by_role("button", name="Show earlier messages")).to_be_hidden()
