"""A line that breaks: drafts stay, nothing is lost, repeated or sent twice."""

import pytest
from playwright.async_api import expect
from tests.gateway.suite import eventually

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_draft_survives_a_lost_line_and_a_reload(chat, gateway):
    gateway.log.session("ses_1", "Release")
    page = await chat("ses_1")
    area = page.get_by_label("Message", exact=True)
    await area.fill("keep me")
    gateway.is_accepting = False
    await gateway.drop_sockets()
    await expect(page.get_by_text("waits in this browser")).to_be_visible()
    gateway.is_accepting = True
    await page.reload()
    await expect(area).to_have_value("keep me")


async def test_what_is_said_without_a_line_waits_and_is_stored_once_in_order(chat, gateway):
    gateway.log.session("ses_1", "Release")
    page = await chat("ses_1")
    gateway.is_accepting = False
    await gateway.drop_sockets()
    await page.get_by_text("Retry in").wait_for()
    area = page.get_by_label("Message", exact=True)
    for text in ("one", "two"):
        await area.fill(text)
        await area.press("Enter")
    await expect(page.locator(".mine[data-state=unconfirmed]")).to_have_count(2)
    assert gateway.log.messages["ses_1"] == []
    gateway.is_accepting = True
    await expect(page.locator(".mine .tick")).to_have_count(2)
    assert [m["text"] for m in gateway.log.messages["ses_1"]] == ["one", "two"]


async def test_what_waits_to_be_said_survives_a_reload(chat, gateway):
    gateway.log.session("ses_1", "Release")
    page = await chat("ses_1")
    gateway.is_accepting = False
    await gateway.drop_sockets()
    await page.get_by_text("Retry in").wait_for()
    area = page.get_by_label("Message", exact=True)
    await area.fill("said in a tunnel")
    await area.press("Enter")
    await page.locator(".mine[data-state=unconfirmed]").wait_for()
    gateway.is_accepting = True
    await page.reload()
    await expect(page.locator(".mine .tick")).to_contain_text("Stored")
    assert [m["text"] for m in gateway.log.messages["ses_1"]] == ["said in a tunnel"]
    kept = "Object.keys(localStorage).filter(key => key.startsWith('parley.outgoing'))"
    assert await page.evaluate(kept) == []


async def test_what_one_person_left_to_be_said_is_not_said_as_another(chat, gateway):
    gateway.log.session("ses_1", "Release")
    page = await chat("ses_1")
    item = '{"key": "k1", "text": "not hers", "created_at": "2026-11-23T09:00:00Z"}'
    await page.evaluate(f"localStorage.setItem('parley.outgoing.usr_bob.ses_1.k1', '{item}')")
    await page.reload()
    await page.get_by_text("Connected", exact=True).wait_for()
    await page.wait_for_timeout(300)
    assert gateway.log.messages["ses_1"] == []


async def test_discarding_what_waits_forgets_it(chat, gateway):
    gateway.log.session("ses_1", "Release")
    page = await chat("ses_1")
    gateway.is_accepting = False
    await gateway.drop_sockets()
    await page.get_by_text("Retry in").wait_for()
    area = page.get_by_label("Message", exact=True)
    await area.fill("better not")
    await area.press("Enter")
    await page.get_by_role("button", name="Discard").click()
    await expect(page.locator(".mine")).to_have_count(0)
    gateway.is_accepting = True
    await page.get_by_text("Connected", exact=True).wait_for()
    assert gateway.log.messages["ses_1"] == []


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
    await expect(page.get_by_text("Waits for the line")).to_be_visible()
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
    await expect(page.get_by_text("Waits for the line")).to_be_visible()
    assert len(gateway.log.messages["ses_1"]) == 1
    gateway.cut_after.clear()
    gateway.is_accepting = True
    await expect(page.get_by_text("Waits for the line")).to_have_count(0)
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

    def acks():
        return [frame["seq"] for frame in gateway.frames if frame["type"] == "ack"]

    await eventually(lambda: 150 in acks())
    assert acks()[-1] == 150
    assert len(acks()) < 20
