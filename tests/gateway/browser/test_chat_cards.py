"""Questions in the web chat: every kind, every end, and answers that come too late."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from parley_kit.clock import rfc3339

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


SCHEMA = {
    "type": "object",
    "required": ["cost_centre", "amount"],
    "properties": {
        "cost_centre": {"type": "string", "pattern": "^\\d{4}$", "description": "Four digits"},
        "amount": {"type": "integer", "minimum": 1, "maximum": 5000},
        "share": {"type": "number"},
        "category": {"enum": ["travel", "meals"]},
        "urgent": {"type": "boolean", "title": "Pay today"},
    },
}


@pytest.mark.parametrize(
    ("button", "value", "shown"),
    [("Approve", "approved", "Approved"), ("Reject", "rejected", "Rejected")],
)
async def test_an_approval_with_its_action_and_a_comment(chat, log, button, value, shown):
    action = {"tool": "deploy", "rollback": {"maxErrorRate": 0.01}, "waves": ["3 %", "100 %"]}
    request = log.ask("ses_1", "approval", "Deploy **1.4.0**?", action=action)
    page = await chat("ses_1")
    card = page.locator(".card")
    await expect(card.locator(".record").first).to_contain_text("Max error rate")
    await expect(card.locator("pre")).to_contain_text('"maxErrorRate": 0.01')
    await card.get_by_text("Add a comment").click()
    await card.get_by_label("Comment").fill("mind the error rate")
    await card.get_by_role("button", name=button).click()
    await expect(card.locator(".outcome")).to_contain_text(shown)
    await expect(card.locator(".outcome")).to_contain_text("mind the error rate")
    assert request["response"]["value"] == value
    assert request["response"]["comment"] == "mind the error rate"


async def test_a_choice_shows_the_label_of_its_value(chat, log):
    options = [{"value": "pay", "label": "Pay it"}, {"value": "hold", "label": "Hold it"}]
    request = log.ask("ses_1", "choice", "What now?", options=options)
    page = await chat("ses_1")
    await page.get_by_role("button", name="Hold it").click()
    await expect(page.locator(".outcome")).to_contain_text("Hold it")
    assert request["response"]["value"] == "hold"


async def test_a_long_choice_is_a_menu_that_is_confirmed(chat, log):
    options = [{"value": f"v{n}", "label": f"Option {n}"} for n in range(30)]
    request = log.ask("ses_1", "choice", "Which?", options=options)
    page = await chat("ses_1")
    await page.get_by_label("Options").select_option(label="Option 17")
    assert request["status"] == "pending"
    await page.get_by_role("button", name="Answer", exact=True).click()
    await expect(page.locator(".outcome")).to_contain_text("Option 17")
    assert request["response"]["value"] == "v17"


async def test_a_text(chat, log):
    request = log.ask("ses_1", "text", "What shall I write?")
    page = await chat("ses_1")
    await page.get_by_role("textbox", name="Your answer").fill("Dear supplier,\nno.")
    await page.get_by_role("button", name="Send answer").click()
    await expect(page.locator(".outcome-quote")).to_have_text("Dear supplier,\nno.")
    assert request["response"]["value"] == "Dear supplier,\nno."


async def test_a_form_says_what_is_wrong_and_sends_typed_values(chat, log):
    request = log.ask("ses_1", "form", "Where to?", schema=SCHEMA)
    page = await chat("ses_1")
    await page.get_by_label("Cost centre").fill("12")
    await page.get_by_label("Amount").fill("9000")
    await page.get_by_role("button", name="Send answer").click()
    await expect(page.get_by_text("does not have the form described")).to_be_visible()
    await expect(page.get_by_text("Write 5000 or less.")).to_be_visible()
    await expect(page.get_by_label("Cost centre")).to_be_focused()
    await page.get_by_label("Cost centre").fill("4711")
    await page.get_by_label("Amount").fill("120")
    await page.get_by_label("Share").fill("0.5")
    await page.get_by_label("Category").select_option(label="meals")
    await page.get_by_label("Pay today").check()
    await page.get_by_role("button", name="Send answer").click()
    await expect(page.locator(".outcome")).to_contain_text("4711")
    await expect(page.locator(".outcome")).to_contain_text("Pay todayYes")
    assert request["response"]["value"] == {
        "cost_centre": "4711",
        "amount": 120,
        "share": 0.5,
        "category": "meals",
        "urgent": True,
    }


async def test_an_answer_on_another_channel_ends_the_card(chat, log):
    request = log.ask("ses_1", "approval", "Deploy?")
    page = await chat("ses_1")
    await page.get_by_role("button", name="Approve").wait_for()
    log.answer(request["id"], "rejected", "slack", "Bob Stone", "not on a Friday")
    outcome = page.locator(".outcome")
    for words in ("Rejected", "Bob Stone", "Slack", "not on a Friday"):
        await expect(outcome).to_contain_text(words)
    await expect(page.get_by_role("button", name="Approve")).to_have_count(0)


async def test_a_late_answer_is_told_who_won(chat, log, gateway):
    request = log.ask("ses_1", "approval", "Deploy?")
    page = await chat("ses_1")
    await page.get_by_role("button", name="Approve").wait_for()
    sockets, gateway.sockets = gateway.sockets, set()
    log.answer(request["id"], "rejected", "gmail", "Bob Stone")
    gateway.sockets = sockets
    await page.get_by_role("button", name="Approve").click()
    await expect(page.locator(".card")).to_contain_text("a moment too late")
    await expect(page.locator(".outcome")).to_contain_text("Bob Stone")
    assert request["response"]["value"] == "rejected"


async def test_an_answer_is_bound_to_what_the_card_showed(chat, log, gateway):
    request = log.ask("ses_1", "approval", "Deploy?")
    page = await chat("ses_1")
    await page.get_by_role("button", name="Approve").click()
    await expect(page.locator(".outcome")).to_contain_text("Approved")
    [answer] = [frame for frame in gateway.frames if frame["type"] == "feedback.respond"]
    assert answer["digest"] == request["digest"]


async def test_a_half_given_answer_survives_news_about_the_card(chat, log):
    request = log.ask("ses_1", "text", "What shall I write?")
    page = await chat("ses_1")
    area = page.get_by_role("textbox", name="Your answer")
    await area.fill("half an ans")
    delivery = {"id": "dlv_gmail", "kind": "card", "channel": "gmail", "state": "dead"}
    more = {"user_id": "usr_ann", "subject_id": request["id"], "explanation": "bounced"}
    log.append("ses_1", "delivery.updated", delivery | more)
    await expect(page.locator(".card-cards")).to_contain_text("Email: could not be delivered")
    await expect(area).to_have_value("half an ans")
    await expect(area).to_be_focused()


@pytest.mark.parametrize(
    ("status", "words"), [("expired", "Nobody answered in time"), ("cancelled", "withdrew")]
)
async def test_other_ends(chat, log, status, words):
    request = log.ask("ses_1", "approval", "Deploy?")
    page = await chat("ses_1")
    await page.get_by_role("button", name="Approve").wait_for()
    log.end(request["id"], status)
    await expect(page.locator(".outcome")).to_contain_text(words)


async def test_the_expiry_is_a_live_clock(chat, log):
    log.ask("ses_1", "approval", "Deploy?", expires_at=rfc3339(log.now + timedelta(minutes=5)))
    page = await chat("ses_1")
    clock = page.locator(".expiry")
    await expect(clock).to_contain_text("min")
    before = await clock.inner_text()
    await expect(clock).not_to_have_text(before)


async def test_a_question_for_others_cannot_be_answered(chat, log):
    log.ask("ses_1", "approval", "Deploy?", respondents=["usr_bob"])
    page = await chat("ses_1")
    await expect(page.locator(".card")).to_contain_text("Others were asked")
    await expect(page.get_by_role("button", name="Approve")).to_have_count(0)


async def test_one_of_two_approvals_waits_for_the_other(chat, log, gateway):
    log.ask(
        "ses_1", "approval", "Deploy?", required_approvals=2, respondents=["usr_ann", "usr_bob"]
    )
    gateway.log.answer = lambda *_: True  # recorded, not yet decided
    page = await chat("ses_1")
    await page.get_by_role("button", name="Approve").click()
    await expect(page.locator(".card")).to_contain_text("Your answer is recorded")


async def test_an_answer_whose_confirmation_was_lost_can_be_given_again(chat, log, gateway):
    request = log.ask("ses_1", "approval", "Deploy?")
    page = await chat("ses_1")
    gateway.swallowed.add("feedback.respond")
    await page.get_by_role("button", name="Approve").click()
    await page.wait_for_function("document.querySelector('.answer-fields').disabled")
    gateway.is_accepting = False
    await gateway.drop_sockets()
    await expect(page.get_by_text("only one answer counts")).to_be_visible()
    await page.get_by_text("Retry in").wait_for()
    gateway.swallowed.clear()
    gateway.is_accepting = True
    await page.get_by_text("Connected", exact=True).wait_for()
    await page.get_by_role("button", name="Approve").click()
    await expect(page.locator(".outcome")).to_contain_text("Approved")
    assert request["response"]["value"] == "approved"


async def test_a_reminder_is_seen_and_heard(chat, log):
    request = log.ask("ses_1", "approval", "Deploy?")
    page = await chat("ses_1")
    await page.get_by_role("button", name="Approve").wait_for()
    told = {"request_id": request["id"], "user_ids": ["usr_ann"]}
    log.append("ses_1", "feedback.reminded", told)
    await expect(page.locator(".card-top")).to_contain_text("Reminded")
    await expect(page.locator("[role=status].spoken")).to_contain_text("Reminder: Deploy?")


async def test_who_is_acted_for_does_not_answer(chat, log):
    log.ask("ses_1", "approval", "Deploy?", on_behalf_of="usr_ann")
    page = await chat("ses_1")
    await expect(page.locator(".card")).to_contain_text("on your behalf")
    await expect(page.get_by_role("button", name="Approve")).to_have_count(0)


@pytest.mark.parametrize(
    ("assurance", "words"),
    [("link", "by personal link"), ("reply", "verified reply"), ("slack", "verified Slack click")],
)
async def test_how_sure_it_is_who_answered_is_shown(chat, log, assurance, words):
    request = log.ask("ses_1", "approval", "Deploy?")
    page = await chat("ses_1")
    await page.get_by_role("button", name="Approve").wait_for()
    log.answer(request["id"], "approved", "gmail", "Bob Stone")
    request["response"]["assurance"] = assurance
    await page.reload()
    await expect(page.locator(".outcome-sure")).to_have_text(words)
