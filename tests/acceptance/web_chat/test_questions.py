"""Questions in the web chat: every kind, races, and answers that come by another channel."""

import pytest
from playwright.sync_api import expect
from tests.acceptance.web_chat.talking import KINDS

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def answer_approval(page):
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Yes, approve").click()


def answer_text(page):
    page.get_by_role("textbox", name="Your answer").fill("Dear all")
    page.get_by_role("button", name="Send answer").click()


def answer_form(page):
    page.get_by_label("People").fill("4")
    page.get_by_role("button", name="Send answer").click()


ANSWERS = {
    "approval": (answer_approval, "approved"),
    "choice": (lambda page: page.get_by_role("button", name="Take B").click(), "b"),
    "text": (answer_text, "Dear all"),
    "comment": (lambda page: page.get_by_role("button", name="Nothing to add").click(), ""),
    "form": (answer_form, {"people": 4}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_is_answered(world, tab, ann, kind):
    user, session = ann
    page = tab(user, session)
    request = world.ask(session, kind=kind, delivery="route", **KINDS[kind])
    act, value = ANSWERS[kind]
    act(page)
    expect(page.locator(".outcome-by")).to_contain_text("You")
    expect(page.locator(".outcome-sure")).to_have_text("signed in")
    response = world.request(request, wait_seconds=60)["response"]
    assert (response["value"], response["channel"]) == (value, "websocket")
    assert response["assurance"] == "session"


def test_an_edited_action_is_what_is_approved(world, tab, ann):
    user, session = ann
    page = tab(user, session)
    action = {"tool": "pay", "amount": 120, "to": "Example Ltd"}
    request = world.ask(session, delivery="route", action=action, allow_edit=True)
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Amount").fill("100")
    page.get_by_role("button", name="Approve with changes").click()
    expect(page.locator(".outcome-edit")).to_contain_text("Amount120 100")
    response = world.request(request, wait_seconds=60)["response"]
    assert response["edited_action"] == action | {"amount": 100}
    assert response["digest"] != request["digest"]


def test_two_tabs_race_and_show_one_decision(world, tab, ann):
    user, session = ann
    first, second = tab(user, session), tab(user, session)
    for number in range(4):
        request = world.ask(session, prompt=f"Deploy {number}?", delivery="route")
        card = f"#card-{request['id']}"
        for page in (first, second):
            page.locator(card).get_by_role("button", name="Approve").wait_for()
        press = "([card, label]) => [...document.querySelectorAll(`${card} button`)]"
        press += ".find((one) => one.textContent === label)?.click()"  # gone if decided
        first.evaluate(press, [card, "Approve"])
        second.evaluate(press, [card, "Reject"])
        decided = world.request(request, wait_seconds=60)["response"]["value"]
        words = {"approved": "Approved", "rejected": "Rejected"}[decided]
        for page in (first, second):
            expect(page.locator(f"{card} .outcome-head strong")).to_have_text(words)
        answers = world.get(f"/api/feedback-requests/{request['id']}/answers")["answers"]
        assert [each["is_accepted"] for each in answers].count(True) == 1


def test_an_answer_by_mail_lands_in_the_conversation(world, tab, ann):
    user, session = ann
    page = tab(user, session)
    request = world.ask(session, kind="text", prompt="What shall the note say?")
    world.cards_out(request)
    world.reply("What shall the note say?", "The search is faster.")
    outcome = page.locator(".outcome")
    for words in ("Answered", "Email", "verified reply", "The search is faster."):
        expect(outcome).to_contain_text(words)
    mine = page.locator(".message.mine")
    expect(mine).to_contain_text("The search is faster.")
    expect(mine.locator(".channel-badge")).to_have_text("Email")


def test_a_slack_click_ends_the_card_and_a_late_answer_is_told_kindly(world, tab, ann):
    user, session = ann
    page = tab(user, session)
    request = world.ask(session)
    world.cards_out(request)
    page.get_by_role("button", name="Approve").wait_for()
    assert world.click(request, "rejected").status_code == 200
    world.request(request, wait_seconds=60)
    expect(page.locator(".outcome")).to_contain_text("Rejected")
    expect(page.locator(".outcome-sure")).to_have_text("verified Slack click")
    late = {"authorization": f"Bearer {world.token(user)}"}
    path = f"/api/feedback-requests/{request['id']}/responses"
    refused = world.http.post(path, json={"value": "approved"}, headers=late)
    assert refused.status_code == 409
    assert "slack" in refused.json()["detail"].lower()
