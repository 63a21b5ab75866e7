"""One question on three channels, one answer, and every card says so."""

import json
import re
import threading


def resolved_cards(world, request):
    """The request, once every card that went out says how it ended."""
    return world.until(
        lambda: world.request(request),
        lambda r: all(
            c["update_state"] == "sent" for c in r["cards"] if c["channel"] != "websocket"
        ),
    )


def test_a_slack_click_decides_and_all_cards_follow(world):
    user, session = world.person()
    with world.socket(user) as ws:
        request = world.ask(session)
        shown = world.frame(ws, lambda f: f.get("kind") == "feedback.requested")
        assert shown["data"]["id"] == request["id"]
        world.cards_out(request)
        answers = {}
        poll = threading.Thread(
            target=lambda: answers.update(world.request(request, wait_seconds=60))
        )
        poll.start()
        assert world.click(request, "approved").status_code == 200
        poll.join()
        assert answers["status"] == "answered", answers
        ended = world.frame(ws, lambda f: f.get("kind") == "feedback.resolved")
    assert answers["response"]["value"] == "approved"
    assert answers["response"]["channel"] == "slack"
    assert answers["response"]["assurance"] == "slack"
    assert answers["response"]["user_id"] == user["id"]
    assert ended["data"]["response"]["channel"] == "slack"
    resolved_cards(world, request)
    updates = [
        e for e in world.journal("chat.update") if "approved" in json.dumps(e["body"]).lower()
    ]
    assert updates
    assert '"button"' not in json.dumps(updates[-1]["body"])
    assert world.click(request, "rejected").status_code in (404, 409)


def test_an_email_reply_decides(world):
    _user, session = world.person()
    request = world.ask(session)
    world.cards_out(request)
    world.reply(session["title"], "Approve\n\nLooks good to me.")
    answered = world.request(request, wait_seconds=60)
    assert answered["status"] == "answered", answered
    assert answered["response"]["value"] == "approved"
    assert answered["response"]["channel"] == "gmail"
    assert answered["response"]["assurance"] == "reply"
    resolved_cards(world, request)


def test_the_page_in_the_mail_decides_and_only_by_a_gesture(world):
    _user, session = world.person()
    request = world.ask(session, action={"service": "shop", "version": "1.0"})
    world.cards_out(request)
    mail = json.dumps(world.mail_about(session))
    link = re.search(re.escape(world.suite.url) + r"/f/[a-z2-7]+", mail)[0]
    page = world.http.get(link)
    assert page.status_code == 200
    assert "Deploy 1.0?" in page.text
    assert world.request(request)["status"] == "pending"
    fields = dict(re.findall(r'name="(\w+)"\s+value="([^"]*)"', page.text))
    origin = {"origin": world.suite.url, "sec-fetch-site": "same-origin"}
    done = world.http.post(link, data={**fields, "value": "rejected"}, headers=origin)
    assert done.status_code in (200, 303), done.text
    answered = world.request(request, wait_seconds=60)
    assert answered["response"]["value"] == "rejected"
    assert answered["response"]["assurance"] == "link"
    assert answered["response"]["channel"] == "gmail"


def test_a_websocket_answer_decides(world):
    user, session = world.person()
    with world.socket(user) as ws:
        request = world.ask(session)
        world.cards_out(request)
        answer = {"type": "feedback.respond", "id": 7, "request_id": request["id"]}
        ws.send(json.dumps({**answer, "value": "approved", "comment": "go"}))
        assert world.frame(ws, lambda f: f.get("id") == 7)["type"] == "ok"
    answered = world.request(request, wait_seconds=60)
    assert answered["response"]["channel"] == "websocket"
    assert answered["response"]["assurance"] == "session"
    assert answered["response"]["comment"] == "go"
    resolved_cards(world, request)


def test_two_answers_at_once_have_one_winner_and_the_loser_is_told(world):
    user, session = world.person()
    token = {"authorization": f"Bearer {world.token(user)}"}
    request = world.ask(session)
    world.cards_out(request)
    path = f"/api/feedback-requests/{request['id']}/responses"
    results = []

    def answer(value):
        results.append(world.http.post(path, json={"value": value}, headers=token))

    racers = [threading.Thread(target=answer, args=(v,)) for v in ("approved", "rejected") * 4]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(r.status_code for r in results) == [200] + [409] * 7
    loser = next(r.json() for r in results if r.status_code == 409)
    assert loser["code"] == "already_decided"
    assert loser["response"]["value"] == world.request(request)["response"]["value"]


def test_an_agent_cannot_answer_its_own_request(world):
    _user, session = world.person()
    request = world.ask(session)
    path = f"/api/feedback-requests/{request['id']}/responses"
    for headers in (world.agent, world.admin):
        assert world.http.post(path, json={"value": "approved"}, headers=headers).status_code == 403
    assert world.request(request)["status"] == "pending"


def test_a_cancelled_request_leaves_no_live_card(world):
    _user, session = world.person()
    request = world.ask(session)
    world.cards_out(request)
    world.post(f"/api/feedback-requests/{request['id']}/cancel", {})
    resolved_cards(world, request)
    assert world.click(request, "approved").status_code in (404, 409)


def test_an_expired_request_says_so(world):
    _user, session = world.person()
    request = world.ask(session, expires_in_seconds=1)
    assert world.request(request, wait_seconds=60)["status"] == "expired"
