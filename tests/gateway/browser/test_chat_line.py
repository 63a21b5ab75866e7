"""A line that breaks: drafts stay, nothing is lost, repeated or sent twice."""

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_draft_survives_a_lost_line_and_a_reload(chat, gateway):
    gateway.log.session("ses_1", "Release")
    page = await chat("ses_1")
    area = page.get_by_label("Message", exact=True)
    await area.fill("keep me")
    gateway.is_accepting = False
    await gateway.drop_sockets()
    await expect(page.get_by_text("Your draft is kept")).to_be_visible()
    await expect(page.get_by_role("button", name="Send")).to_be_disabled()
    gateway.is_accepting = True
    await page.reload()
    await expect(area).to_have_value("keep me")


async def test_resumes_without_gap_or_repeat(chat, gateway):
    gateway.log.session("ses_1", "Release")
    gateway.log.say("ses_1", "before")
    page = await chat("ses_1")
    await expect(page.locator(".message .markdown")).to_have_text(["before"])
    gateway.is_accepting = False
    await gateway.drop_sockets()
    await page.get_by_text("Retry in").wait_for()
    gateway.log.say("ses_1", "meanwhile 1")
    gateway.log.say("ses_1", "meanwhile 2")
    gateway.is_accepting = True
    await expect(page.locator(".message .markdown")).to_have_text(
        ["before", "meanwhile 1", "meanwhile 2"]
    )
    hellos = [frame for frame in gateway.frames if frame["type"] == "hello"]
    assert hellos[0]["resume"] == {}
    assert hellos[-1]["resume"] == {"ses_1": 1}


async def test_a_gap_in_the_events_is_read_again(chat, gateway):
    gateway.log.session("ses_1", "Release")
    gateway.log.say("ses_1", "one")
    page = await chat("ses_1")
    await expect(page.locator(".message .markdown")).to_have_text(["one"])
    sockets, gateway.sockets = gateway.sockets, set()
    gateway.log.say("ses_1", "lost on the way")
    gateway.sockets = sockets
    gateway.log.say("ses_1", "three")
    await expect(page.locator(".message .markdown")).to_have_text(
        ["one", "lost on the way", "three"]
    )


async def test_a_message_that_got_lost_is_sent_again_when_the_line_is_back(chat, gateway):
    gateway.log.session("ses_1", "Release")
    page = await chat("ses_1")
    gateway.swallowed.add("message.send")
    await page.get_by_label("Message", exact=True).fill("did it arrive?")
    await page.get_by_role("button", name="Send").click()
    await page.locator(".mine[data-state=sending]").wait_for()
    gateway.is_accepting = False
    await gateway.drop_sockets()
    await expect(page.get_by_text("Not confirmed yet")).to_be_visible()
    assert gateway.log.messages["ses_1"] == []
    gateway.swallowed.clear()
    gateway.is_accepting = True
    await expect(page.locator(".mine .tick")).to_contain_text("Stored")
    assert [m["text"] for m in gateway.log.messages["ses_1"]] == ["did it arrive?"]


async def test_a_message_that_was_stored_but_not_confirmed_is_stored_once(chat, gateway):
    gateway.log.session("ses_1", "Release")
    page = await chat("ses_1")
    gateway.cut_after.add("message.send")
    gateway.is_accepting = False
    await page.get_by_label("Message", exact=True).fill("it did arrive")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_text("Not confirmed yet")).to_be_visible()
    assert len(gateway.log.messages["ses_1"]) == 1
    gateway.cut_after.clear()
    gateway.is_accepting = True
    await expect(page.get_by_text("Not confirmed yet")).to_have_count(0)
    await expect(page.locator(".mine .bubble")).to_have_count(1)
    assert len(gateway.log.messages["ses_1"]) == 1


async def test_a_session_that_ended_elsewhere_asks_to_sign_in(chat, gateway):
    page = await chat()
    await page.context.clear_cookies()
    await gateway.drop_sockets()
    await expect(page.get_by_text("Your sign-in has ended")).to_be_visible()


async def test_acknowledges_a_long_replay_in_few_frames(chat, gateway):
    gateway.log.session("ses_1", "Release")
    page = await chat("ses_1")
    gateway.is_accepting = False
    await gateway.drop_sockets()
    await page.get_by_text("Retry in").wait_for()
    for number in range(150):
        gateway.log.say("ses_1", f"message {number}")
    gateway.is_accepting = True
    await expect(page.locator(".message .markdown")).to_have_count(150)
    await page.wait_for_timeout(300)
    acks = [frame["seq"] for frame in gateway.frames if frame["type"] == "ack"]
    assert acks[-1] == 150
    assert len(acks) < 20
