import json

import pytest
from playwright.async_api import async_playwright
from scripts.find_tools import find_chromium

CHROMIUM = find_chromium()
CARD = [
    {"type": "header", "text": {"type": "plain_text", "text": "Deploy to production?"}},
    {
        "type": "markdown",
        "text": "All **214 tests** pass.\n\n- one\n- two\n\n<img src=x onerror=1>",
    },
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "text": {"type": "plain_text", "text": "Approve"},
                "value": "fbr_1:approved",
                "action_id": "approve",
            },
            {
                "type": "button",
                "text": {"type": "plain_text", "text": "Reject"},
                "value": "fbr_1:rejected",
                "action_id": "reject",
            },
        ],
    },
]
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Why?"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "reason"},
        }
    ],
}


async def test_the_state_is_sent_only_when_it_has_changed(sandbox, session, bot, ann):
    url = sandbox.settings.public_url + "/page/state?person=ann@example.com"
    async with session.get(url) as response:
        tag = response.headers["etag"]
        assert (await response.json())["slack"]["messages"] == []
    async with session.get(url, headers={"if-none-match": tag}) as response:
        assert response.status == 304
    await bot.chat_postMessage(channel=ann.dm, text="x")
    async with session.get(url, headers={"if-none-match": tag}) as response:
        assert (await response.json())["slack"]["messages"][0]["text"] == "x"


async def test_a_mailbox_without_a_slack_user_is_shown_too(control):
    status, state = await control("/page/state?person=agent@example.com")
    assert status == 200
    assert state["slack"] is None
    assert state["gmail"]["email"] == "agent@example.com"


async def test_the_page_runs_no_foreign_script(sandbox, session):
    async with session.get(sandbox.settings.public_url + "/") as response:
        assert "default-src 'self'" in response.headers["content-security-policy"]
        assert "object-src 'none'" in response.headers["content-security-policy"]


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
class TestInABrowser:
    def note(self, error: object) -> None:
        self.problems.append(error)

    @pytest.fixture
    async def page(self, sandbox):
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
            )
            page = await browser.new_page()
            self.problems: list[object] = []
            page.on("pageerror", self.note)
            await page.goto(sandbox.settings.public_url)
            yield page
            await browser.close()
        assert self.problems == []

    async def test_a_person_approves_and_rejects_in_slack(self, page, bot, ann, receiver):
        async def answer(request):
            if request.path.endswith("/interactions"):
                payload = receiver.interactions()[-1]
                if payload["type"] == "block_actions" and "reject" in str(payload["actions"]):
                    await bot.views_open(trigger_id=payload["trigger_id"], view=MODAL)

        receiver.answer = answer
        await bot.chat_postMessage(channel=ann.dm, text="card", blocks=CARD)
        await page.click("text=Approve")
        await receiver.until("/slack/interactions")
        assert receiver.interactions()[0]["actions"][0]["value"] == "fbr_1:approved"
        assert await page.locator(".markdown b").inner_text() == "214 tests"
        assert await page.locator(".markdown img").count() == 0
        await page.click("text=Reject")
        await page.fill(".dialog input", "Not today")
        await page.click(".dialog .primary")
        await receiver.until("/slack/interactions", 3)
        values = receiver.interactions()[2]["view"]["state"]["values"]
        assert values["why"]["reason"]["value"] == "Not today"
        await page.wait_for_selector(".dialog", state="detached")

    async def test_a_person_writes_to_the_app(self, page, bot, ann, receiver):
        await page.fill("#say", "hello there")
        await page.keyboard.press("Enter")
        await receiver.until("/slack/events")
        assert json.loads(receiver.requests[0].body)["event"]["text"] == "hello there"
        await page.wait_for_selector(".msg:has-text('hello there')")

    async def test_a_person_answers_a_mail(self, page, control, sandbox):
        mail = {"from": "agent@example.com", "to": "ann@example.com", "subject": "Deploy?"}
        await control("/gmail/compose", mail | {"text": "Say approve."})
        await page.click(".row:has-text('Deploy?')")
        await page.fill("#reply", "Approve")
        await page.click(".reply .send")
        await page.wait_for_selector(".mail:has-text('to agent@example.com'), .mail >> nth=1")
        (reply,) = sandbox.google.mailbox("agent@example.com").thread(
            next(iter(sandbox.google.mailbox("agent@example.com").messages))
        )[1:]
        assert reply.mail.text().startswith("Approve")

    async def test_a_fault_is_switched_on_and_off(self, page, sandbox):
        await page.click(".preset:has-text('Slack down')")
        await page.wait_for_selector(".preset.on")
        assert [f.kind for f in sandbox.faults.active(0.0)] == ["down"]
        await page.click(".preset.on")
        await page.wait_for_selector(".preset.on", state="detached")
        assert sandbox.faults.active(0.0) == []

    async def test_another_person_sees_another_mailbox(self, page, control):
        mail = {"from": "agent@example.com", "to": "bob@example.com", "subject": "For Bob"}
        await control("/gmail/compose", mail | {"text": "x"})
        assert await page.locator(".row").count() == 0
        await page.click("text=Bob Example")
        await page.wait_for_selector(".row:has-text('For Bob')")
