"""Questions in the web chat that take a second look: comments, what is hard to undo, changed actions."""

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_comment(chat, log):
    request = log.ask("ses_1", "comment", "I sent the invoices. Anything to note?")
    page = await chat("ses_1")
    await page.get_by_label("Your comment").fill("The date was wrong.")
    await expect(page.get_by_role("button", name="Nothing to add")).to_be_disabled()
    await page.get_by_role("button", name="Send comment").click()
    await expect(page.locator(".outcome")).to_contain_text("Commented")
    await expect(page.locator(".outcome-quote")).to_have_text("The date was wrong.")
    assert request["response"]["value"] == "The date was wrong."


async def test_nothing_to_add(chat, log):
    request = log.ask("ses_1", "comment", "I sent the invoices. Anything to note?")
    page = await chat("ses_1")
    await page.get_by_role("button", name="Nothing to add").click()
    await expect(page.locator(".outcome")).to_contain_text("Seen, nothing to add")
    assert request["response"]["value"] == ""


async def test_what_is_hard_to_undo_is_asked_twice(chat, log):
    request = log.ask("ses_1", "approval", "Delete it?", dangerous=True, urgent=True)
    page = await chat("ses_1")
    top = page.locator(".card-top")
    await expect(top).to_contain_text("Hard to undo")
    await expect(top).to_contain_text("Urgent")
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("button", name="Go back")).to_be_focused()
    assert request["status"] == "pending"
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Approve")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Yes, approve").click()
    await expect(page.locator(".outcome")).to_contain_text("Approved")
    assert request["response"]["value"] == "approved"


async def test_rejecting_what_is_hard_to_undo_needs_no_second_step(chat, log):
    request = log.ask("ses_1", "approval", "Delete it?", dangerous=True)
    page = await chat("ses_1")
    await page.get_by_role("button", name="Reject").click()
    await expect(page.locator(".outcome")).to_contain_text("Rejected")
    assert request["response"]["value"] == "rejected"


FLAT = {"tool": "pay", "amount": 120.5, "currency": "EUR", "express": False, "note": None}


async def edited(chat, log):
    """A question about a payment, and the page on which its action is being changed."""
    request = log.ask("ses_1", "approval", "Pay it?", action=FLAT, allow_edit=True)
    page = await chat("ses_1")
    await page.get_by_role("button", name="Edit").click()
    return request, page


async def test_fields_of_an_action_are_changed_before_it_is_approved(chat, log):
    request, page = await edited(chat, log)
    await page.get_by_label("Amount").fill("much")
    await page.get_by_role("button", name="Approve with changes").click()
    await expect(page.get_by_text("Write a number, for example 12.")).to_be_visible()
    assert request["status"] == "pending"
    await page.get_by_label("Amount").fill("99")
    await page.get_by_label("Express").check()
    await page.get_by_role("button", name="Approve with changes").click()
    outcome = page.locator(".outcome")
    await expect(outcome).to_contain_text("Approved with changes")
    await expect(outcome.locator("del").first).to_have_text("120.5")
    await expect(outcome.locator("ins").first).to_have_text("99")
    await expect(outcome.locator("dt")).to_have_text(["Amount", "Express"])
    await expect(page.get_by_role("button", name="Edit")).to_have_count(0)
    assert request["response"]["edited_action"] == FLAT | {"amount": 99, "express": True}


async def test_an_edit_that_changes_nothing_is_none(chat, log, gateway):
    request, page = await edited(chat, log)
    await page.get_by_role("button", name="Approve with changes").click()
    await expect(page.locator(".outcome")).to_contain_text("Approved")
    [answer] = [frame for frame in gateway.frames if frame["type"] == "feedback.respond"]
    assert "edited_action" not in answer
    assert request["response"]["value"] == "approved"


async def test_discarded_changes_are_not_sent(chat, log):
    request, page = await edited(chat, log)
    await page.get_by_label("Amount").fill("1")
    await page.get_by_role("button", name="Discard changes").click()
    await page.get_by_role("button", name="Approve").click()
    await expect(page.locator(".outcome")).to_contain_text("Approved")
    assert request["response"]["edited_action"] is None


async def test_a_nested_action_is_changed_as_json(chat, log):
    action = {"tool": "mail", "to": ["ann@example.com"]}
    request = log.ask("ses_1", "approval", "Send?", action=action, allow_edit=True, dangerous=True)
    page = await chat("ses_1")
    await page.get_by_role("button", name="Edit").click()
    area = page.get_by_label("The action as JSON")
    await area.fill("{")
    await page.get_by_role("button", name="Approve with changes").click()
    await expect(page.get_by_text("This is not JSON yet")).to_be_visible()
    await area.fill('{"tool": "mail", "to": ["bob@example.com"]}')
    await page.get_by_role("button", name="Approve with changes").click()
    await expect(page.get_by_text("Approve it with your changes?")).to_be_visible()
    await page.get_by_role("button", name="Yes, approve").click()
    await expect(page.locator(".outcome-edit")).to_contain_text('["bob@example.com"]')
    assert request["response"]["edited_action"]["to"] == ["bob@example.com"]


async def test_a_number_that_a_browser_would_round_is_not_edited(chat, log):
    """It would come back as another account."""
    log.ask("ses_1", "approval", "Pay?", action={"account": 2**60 + 1}, allow_edit=True)
    page = await chat("ses_1")
    await expect(page.get_by_text("numbers too large to edit here")).to_be_visible()
    await expect(page.get_by_role("button", name="Edit")).to_have_count(0)
