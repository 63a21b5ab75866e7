"""The web chat in a real browser in front of the whole running suite."""

import json
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import expect, sync_playwright
from tests.gateway.browser.conftest import FLAGS, chromium_path

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
expect.set_options(timeout=30_000)  # a machine may be slow, and busy with others
DESKTOP, PHONE = {"width": 1200, "height": 820}, {"width": 390, "height": 844}
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def tab(world, browser):
    """Opens a tab with a person signed in by their link; each in a browser of its own."""
    contexts, troubles = [], []

    def opened(user, session=None, **options):
        contexts.append(browser.new_context(**{"viewport": DESKTOP, **options}))
        page = contexts[-1].new_page()
        page.set_default_timeout(45_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{world.suite.url}/#token={world.token(user)}")
        page.get_by_text("Connected", exact=True).wait_for()
        if session is not None:
            page.locator(f"[data-session={session['id']}]").click()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def ann(world):
    return world.person()


def say(page, text):
    area = page.get_by_label("Message", exact=True)
    area.fill(text)
    area.press("Enter")


def messages(world, session):
    found = world.get(f"/api/sessions/{session['id']}/messages")["messages"]
    return [(each["author"]["kind"], each["channel"], each["text"]) for each in found]


def test_words_go_both_ways(world, tab, ann):
    user, session = ann
    page = tab(user, session)
    say(page, "Good **morning**")
    expect(page.locator(".mine .tick").first).to_contain_text("Stored")
    world.until(
        lambda: messages(world, session),
        lambda found: ("user", "websocket", "Good **morning**") in found,
    )
    reply = world.post(f"/api/sessions/{session['id']}/messages", {"text": "Good morning, Ann."})
    expect(page.locator(".theirs .markdown")).to_have_text("Good morning, Ann.")
    [delivery] = world.until(
        lambda: world.get(f"/api/messages/{reply['id']}/deliveries")["deliveries"],
        lambda found: found[0]["state"] == "delivered",
    )
    assert [each["outcome"] for each in delivery["attempts"]] == ["sent"]
    expect(page.locator(".theirs .tick")).to_contain_text("Web chat: delivered")


def test_the_agent_is_seen_typing_and_hears_the_person(world, tab, ann):
    user, session = ann
    page = tab(user, session)
    path = f"/api/sessions/{session['id']}"
    world.http.post(f"{path}/typing", headers=world.agent).raise_for_status()
    expect(page.get_by_text("Deploy agent is typing…")).to_be_visible()
    stream = world.agent | {"accept": "text/event-stream"}
    with world.http.stream("GET", f"{path}/events?after=999", headers=stream) as events:
        lines = events.iter_lines()
        next(lines)
        page.get_by_label("Message", exact=True).type("hm")
        heard = next(line for line in lines if line.startswith("event: "))
        assert heard == "event: typing"
        told = json.loads(next(lines).removeprefix("data: "))
    assert (told["user_id"], told["kind"]) == (user["id"], "user")


KINDS = {
    "approval": {"action": {"tool": "deploy", "version": "1.0"}, "dangerous": True},
    "choice": {"options": [{"value": "a", "label": "Take A"}, {"value": "b", "label": "Take B"}]},
    "text": {},
    "comment": {},
    "form": {
        "schema": {
            "type": "object",
            "properties": {"people": {"type": "integer", "title": "People", "minimum": 1}},
            "required": ["people"],
        }
    },
}


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


def test_what_one_tab_does_the_other_shows(world, tab, ann):
    user, session = ann
    _other, another = user, world.post("/api/sessions", {"user_ids": [user["id"]], "title": "B"})
    first, second = tab(user, session), tab(user, session)
    world.post(f"/api/sessions/{another['id']}/messages", {"text": "news"})
    badge = second.locator(f"[data-session={another['id']}] .count")
    expect(badge).to_contain_text("1")
    first.locator(f"[data-session={another['id']}]").click()
    expect(badge).to_have_count(0)
    first.locator(f"[data-session={session['id']}]").click()
    first.get_by_label("Message", exact=True).fill("a draft of this tab alone")
    first.locator(".channel-select").select_option("gmail")
    expect(second.locator(".channel-select")).to_have_value("gmail")
    expect(second.locator(".note")).to_contain_text("You moved the conversation to Email")
    expect(second.get_by_label("Message", exact=True)).to_have_value("")


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


def test_the_page_recovers_from_a_killed_gateway(world, tab, ann):
    user, session = ann
    page = tab(user, session)
    path = f"/api/sessions/{session['id']}/messages"
    world.post(path, {"text": "before"})
    expect(page.locator(".theirs .markdown")).to_have_text("before")
    world.suite.kill("gateway")
    page.get_by_text("Retry in").wait_for()
    say(page, "said while nobody answered")
    area = page.get_by_label("Message", exact=True)
    area.fill("half a thought")
    expect(page.locator(".mine[data-state=unconfirmed]")).to_have_count(1)
    expect(page.locator(".theirs .markdown")).to_have_text("before")
    world.suite.start(["gateway"])
    world.suite.wait_until_ready()
    world.post(path, {"text": "after"})
    expect(page.locator(".mine .tick")).to_contain_text("Stored", timeout=40_000)
    expect(page.locator(".theirs .markdown")).to_have_text(["before", "after"])
    expect(area).to_have_value("half a thought")
    said = [text for kind, _channel, text in messages(world, session) if kind == "user"]
    assert said == ["said while nobody answered"]


def slack_texts(world, session_words):
    posts = world.journal("chat.postMessage")
    return [json.dumps(each) for each in posts if session_words in json.dumps(each)]


def test_moving_to_slack_begins_there_with_a_recap_and_back_by_plain_words(world, tab, ann):
    user, session = ann
    page = tab(user, session)
    mark = session["title"]
    world.post(f"/api/sessions/{session['id']}/messages", {"text": f"Shall I deploy {mark}?"})
    say(page, f"After lunch, for {mark}")
    expect(page.locator(".mine .tick").first).to_contain_text("Stored")
    page.locator(".channel-select").select_option("slack")
    expect(page.locator(".note")).to_contain_text("You moved the conversation to Slack")
    world.until(
        lambda: slack_texts(world, f"After lunch, for {mark}"), lambda found: len(found) == 1
    )
    [recap] = slack_texts(world, f"After lunch, for {mark}")
    assert "You continue this conversation here" in recap
    assert f"Shall I deploy {mark}?" in recap
    world.post(f"/api/sessions/{session['id']}/messages", {"text": f"Lunch of {mark} is over."})
    world.until(lambda: slack_texts(world, f"Lunch of {mark} is over."), bool)
    thread = world.until(
        lambda: world.get(f"/api/sessions/{session['id']}")["channel_uses"],
        lambda uses: any(use["channel"] == "slack" and use["thread_ref"] for use in uses),
    )
    assert {use["channel"] for use in thread} == {"websocket", "slack"}
    posted = [e for e in world.journal("chat.postMessage") if f"Lunch of {mark}" in json.dumps(e)][
        -1
    ]
    body = posted.get("body") or posted.get("arguments") or posted
    say_body = {"user": "ann@example.com", "text": "reply in the web chat instead"}
    say_body["thread_ts"] = body.get("thread_ts") or posted.get("ts")
    answer = world.sandbox.post("/slack/say", json=say_body)
    assert answer.status_code == 200, answer.text
    expect(page.locator(".note").last).to_contain_text("moved the conversation to Web chat")
    expect(page.locator(".mine", has_text="reply in the web chat instead")).to_contain_text("Slack")


def test_it_fits_a_phone(world, tab, ann):
    user, session = ann
    page = tab(user, viewport=PHONE, has_touch=True, is_mobile=True)
    world.ask(session, action={"tool": "deploy", "note": "x" * 200}, delivery="route")
    page.locator(f"[data-session={session['id']}]").click()
    page.get_by_role("button", name="Approve").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Back to conversations").click()
    expect(page.locator(f"[data-session={session['id']}]")).to_be_visible()


def findings(page):
    """What axe finds serious, as readable lines."""
    page.evaluate(AXE)
    report = page.evaluate("() => window.axe.run()")
    assert report["passes"], "axe looked at nothing"
    return [
        f"{each['id']} ({each['impact']}): {each['help']}: {node['html'][:200]}"
        for each in report["violations"]
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_chat(world, tab, ann, scheme):
    user, session = ann
    page = tab(user, session, color_scheme=scheme)
    for kind, more in KINDS.items():
        world.ask(session, kind=kind, delivery="route", **more)
    say(page, "Hello **there**")
    page.locator(".card").nth(len(KINDS) - 1).wait_for()
    assert findings(page) == []
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Go back").wait_for()
    assert findings(page) == []
    page.get_by_role("button", name="Where to reach me").click()
    page.get_by_label("Quiet hours").check()
    assert findings(page) == []


@pytest.mark.parametrize("view", ["channels", "requests", "deliveries", "agents"])
def test_axe_finds_nothing_serious_in_the_console(world, browser, ann, view):
    _user, session = ann
    world.cards_out(world.ask(session, dangerous=True, urgent=True))
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.goto(f"{world.suite.url}/console#/{view}")
    assert findings(page) == []
    page.get_by_label("Admin key").fill(world.suite.secrets.admin_key)
    page.get_by_role("button", name="Open the console").click()
    page.get_by_text("Live", exact=True).wait_for()
    page.locator(".panel").first.wait_for()
    assert findings(page) == []
    context.close()


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_axe_finds_nothing_serious_before_signing_in(world, browser, path):
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.goto(world.suite.url + path)
    page.locator("h1").first.wait_for()
    assert findings(page) == []
    context.close()


def test_axe_would_find_something(browser):
    """The checker itself: an image without words, grey on grey, a nameless button."""
    context = browser.new_context()
    page = context.new_page()
    page.set_content("<main><img src='x'><button></button><p style='color:#999'>x</p></main>")
    assert len(findings(page)) >= 3
    context.close()
