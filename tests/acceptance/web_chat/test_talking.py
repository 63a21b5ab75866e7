"""The web chat in a real browser in front of the whole running suite."""

import json

import pytest
from playwright.sync_api import expect
from tests.acceptance.web_chat.talking import messages, say

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
