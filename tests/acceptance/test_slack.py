"""Slack from end to end: what people press and write there, with whatever else goes wrong."""

import json

import pytest
from tests.acceptance.slack_person import SlackPerson, answers, post_all


@pytest.fixture
def kim(world):
    return SlackPerson(world)


def decided(world, request):
    return world.request(request, wait_seconds=60)


def test_a_click_while_the_orchestrator_is_down_counts_when_it_returns(world, kim):
    request, _ = kim.ask()
    world.suite.kill("orchestrator")
    try:
        clicked = kim.click(request=request["id"], value="approved")
        assert clicked["status"] == 200  # persisted, then acknowledged
    finally:
        world.suite.start(["orchestrator"])
    world.suite.wait_until_ready()
    assert decided(world, request)["response"]["value"] == "approved"
    world.suite.wait_until_connected()


def test_a_click_before_slack_has_confirmed_the_card_counts(world, kim):
    """Slack took the card, but its answer is lost; nobody knows yet whom the e-mail address found."""
    world.fault("slack", "drop_after_accept", call="chat.postMessage", count=1)
    request = world.ask(kim.session, delivery="route")
    card = world.until(
        lambda: [m for m in kim.messages() if request["id"] in json.dumps(m)] or None, bool
    )[0]
    assert post_all(world, [kim.pressed("Approve", card)]) == [200]
    assert decided(world, request)["response"]["value"] == "approved"
    kim.message_with("*Approved* by")


def test_one_click_a_hundred_times_is_one_decision(world, kim):
    request, card = kim.ask()
    body = kim.pressed("Approve", card)
    assert set(post_all(world, [body] * 100)) == {200}
    assert decided(world, request)["status"] == "answered"
    kim.message_with("*Approved* by")
    assert len(answers(world, request)) == 1


def test_of_eight_racers_one_decides_and_the_others_are_told(world, kim):
    racers = [kim, *(SlackPerson(world, name=f"Racer {n}") for n in range(7))]
    body = {"user_ids": [racer.user["id"] for racer in racers], "title": "Race"}
    session = world.post("/api/sessions", body)
    request = world.ask(session, delivery="route")
    world.until(
        lambda: world.request(request)["cards"],
        lambda cards: [card["state"] for card in cards].count("sent") == len(racers),
    )
    presses = [
        racer.pressed(label, racer.card(request))
        for racer, label in zip(racers, ["Approve", "Reject"] * 4, strict=True)
    ]
    assert set(post_all(world, presses)) == {200}
    winner = decided(world, request)["response"]
    kept = world.until(lambda: answers(world, request), lambda found: len(found) == len(racers))
    assert [a["user_id"] for a in kept if a["is_accepted"]] == [winner["user_id"]]
    assert len({a["user_id"] for a in kept}) == len(racers)
    verb = {"approved": "Approved", "rejected": "Rejected"}[winner["value"]]
    for racer in racers:
        resolved = racer.message_with(f"*{verb}* by")
        assert '"button"' not in json.dumps(resolved)


def _set(*path_and_value):
    *path, name, value = path_and_value

    def change(payload):
        for key in path:
            payload = payload[key]
        payload[name] = value

    return change


FOREIGN = {
    "team": _set("team", "id", "T0OTHER"),
    "team of the user": _set("user", "team_id", "T0OTHER"),
    "app": _set("api_app_id", "A0OTHER"),
    "user": _set("user", "id", "U0NOBODY"),
    "channel": _set("container", "channel_id", "D0OTHER"),
    "ts": _set("container", "message_ts", "1700000000.000001"),
}


@pytest.mark.parametrize("change", FOREIGN.values(), ids=FOREIGN.keys())
def test_what_is_foreign_is_refused_and_kept_for_audit(world, kim, change):
    request, card = kim.ask()
    assert post_all(world, [kim.pressed("Approve", card, change)]) == [200]
    (kept,) = world.until(lambda: answers(world, request), bool)
    assert not kept["is_accepted"]
    assert kept["refusal"]
    assert world.request(request)["status"] == "pending"
    assert '"button"' in json.dumps(kim.card(request))
    assert kim.click(request=request["id"], value="approved")["status"] == 200
    assert decided(world, request)["status"] == "answered"  # guards the checker


def test_a_bystander_is_told_why_their_click_does_not_count(world, kim):
    request, card = kim.ask()
    bystander = SlackPerson(world, name="Bystander")
    body = kim.pressed("Approve", card, _set("user", "id", bystander.slack_id))
    assert post_all(world, [body]) == [200]
    note = bystander.message_with("does not count")
    assert "asked" in note["text"]
    assert world.request(request)["status"] == "pending"
    assert [a["is_accepted"] for a in answers(world, request)] == [False]


def test_the_home_shows_and_decides_what_was_asked_elsewhere(world):
    kim = SlackPerson(world, channels=("gmail", "slack"))
    kim.open_home()
    kim.home_with("Nothing waits for you")
    request = world.ask(kim.session, prompt="Rotate the keys?", delivery="route")
    world.cards_out(request, ("gmail",))
    home = kim.home_with("Rotate the keys?")
    kim.click(ts=home["id"], value="Approve")
    response = decided(world, request)["response"]
    assert (response["value"], response["channel"]) == ("approved", "slack")
    kim.home_with("Decided lately")
    other = world.ask(kim.session, prompt="And the locks?", delivery="route")
    kim.home_with("And the locks?")
    token = {"authorization": f"Bearer {world.token(kim.user)}"}
    path = f"/api/feedback-requests/{other['id']}/responses"
    world.post(path, {"value": "rejected"}, token)
    kim.home_with("Nothing waits for you")


def test_the_home_moves_a_person_to_another_channel(world):
    kim = SlackPerson(world, channels=("slack", "gmail"))
    kim.open_home()
    home = kim.home_with("parley.prefer")
    kim.click(ts=home["id"], action_id="parley.prefer", value="gmail")
    world.until(
        lambda: world.get(f"/api/users/{kim.user['id']}/preferences")["channels"],
        lambda channels: channels[0] == "gmail",
    )


def test_a_text_that_may_belong_to_two_conversations_is_asked_about(world, kim):
    other = kim.another_session("Budget 2027")
    for session in (kim.session, other):
        message = world.post(f"/api/sessions/{session['id']}/messages", {"text": "News"})
        world.until(
            lambda m=message: world.get(f"/api/messages/{m['id']}/deliveries")["deliveries"],
            lambda found: [d["state"] for d in found] == ["sent"],
        )
    kim.say("Is it done?")
    question = kim.message_with("Which conversation")
    kim.click(ts=question["ts"], value="Budget 2027")
    world.until(
        lambda: world.get(f"/api/sessions/{other['id']}/messages")["messages"],
        lambda found: found[-1]["text"] == "Is it done?",
    )
    assert '"button"' not in json.dumps(kim.message_with("Passed on to"))
    first = world.get(f"/api/sessions/{kim.session['id']}/messages")["messages"]
    assert [m["text"] for m in first] == ["News"]


def test_an_action_is_changed_before_it_is_approved(world, kim):
    action = {"service": "shop", "replicas": 3}
    request, _ = kim.ask(action=action, allow_edit=True)
    kim.click(request=request["id"], value="Edit and approve")
    kim.submit(replicas="5")
    response = decided(world, request)["response"]
    assert response["value"] == "approved"
    assert response["edited_action"] == {"service": "shop", "replicas": 5}
    assert "5" in json.dumps(kim.message_with("*Approved* by"))


def test_a_remark_may_be_nothing_to_add(world, kim):
    request, _ = kim.ask(kind="comment", prompt="Read this")
    kim.click(request=request["id"], value="Nothing to add")
    assert decided(world, request)["response"]["value"] == ""


def test_a_card_that_could_not_be_updated_is_updated_later(world, kim):
    request, _ = kim.ask()
    world.fault("slack", "down")
    world.post(f"/api/feedback-requests/{request['id']}/cancel", {})
    assert '"button"' in json.dumps(kim.card(request))
    world.clear_faults()
    resolved = kim.message_with("Withdrawn")
    assert '"button"' not in json.dumps(resolved)
