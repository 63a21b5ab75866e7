"""Messages arrive once, in order, on the channel that can reach the person."""

import json

import pytest


def texts_on_slack(world):
    return [json.dumps(e["body"]) for e in world.journal("chat.postMessage")]


def deliveries(world, message):
    return world.get(f"/api/messages/{message['id']}/deliveries")["deliveries"]


def settled(world, message, channel, seconds=60):
    def is_out(found):
        return any(d["channel"] == channel and d["state"] in ("sent", "delivered") for d in found)

    return world.until(lambda: deliveries(world, message), is_out, seconds)


def say(world, session, text, **headers):
    return world.post(
        f"/api/sessions/{session['id']}/messages", {"text": text}, {**world.agent, **headers}
    )


def test_the_route_falls_back_from_websocket_to_gmail_to_slack(world):
    user, session = world.person()
    by_mail = say(world, session, "nobody is connected")
    found = settled(world, by_mail, "gmail")
    assert "websocket: not connected" in found[-1]["explanation"]
    world.fault("gmail", "down", seconds=60)
    by_slack = say(world, session, "and the mail is down")
    found = settled(world, by_slack, "slack")
    assert any(d["channel"] == "gmail" and d["state"] == "dead" and d["attempts"] for d in found)
    assert any("mail is down" in text for text in texts_on_slack(world))
    world.clear_faults()
    with world.socket(user) as ws:
        by_socket = say(world, session, "now I am here")
        event = world.frame(
            ws, lambda f: f.get("kind") == "message.created" and f["data"]["id"] == by_socket["id"]
        )
        ws.send(json.dumps({"type": "ack", "session_id": session["id"], "seq": event["seq"]}))
        world.until(
            lambda: deliveries(world, by_socket),
            lambda found: (
                [(d["channel"], d["state"]) for d in found] == [("websocket", "delivered")]
            ),
        )


def test_an_idempotency_key_stores_once(world):
    _user, session = world.person()
    first = say(world, session, "once", **{"idempotency-key": "k1"})
    again = say(world, session, "once", **{"idempotency-key": "k1"})
    assert first["id"] == again["id"]
    other = world.http.post(
        f"/api/sessions/{session['id']}/messages",
        json={"text": "else"},
        headers={**world.agent, "idempotency-key": "k1"},
    )
    assert other.status_code == 409


@pytest.mark.timeout(240)
def test_a_killed_orchestrator_delivers_once_after_its_return(world):
    user, session = world.person()
    world.prefer(user, "slack")
    settled(world, say(world, session, "warm up"), "slack")
    world.fault("slack", "latency", seconds=2, count=1)
    message = say(world, session, "exactly once, please")
    world.suite.kill("orchestrator")
    world.suite.start(["orchestrator"])
    world.suite.wait_until_ready()
    settled(world, message, "slack", seconds=100)
    sent = [text for text in texts_on_slack(world) if "exactly once, please" in text]
    assert len(sent) == 1


def test_messages_of_one_conversation_keep_their_order(world):
    user, session = world.person()
    world.prefer(user, "slack")
    sent = [say(world, session, f"number {n:02}") for n in range(12)]
    settled(world, sent[-1], "slack")
    numbers = [
        text[text.index("number ") + 7 :][:2] for text in texts_on_slack(world) if "number " in text
    ]
    assert numbers == sorted(numbers)
    assert len(numbers) == 12


def test_a_reply_in_slack_lands_in_the_conversation(world):
    user, session = world.person()
    world.prefer(user, "slack")
    message = say(world, session, "how is the weather?")
    settled(world, message, "slack")
    entry = [e for e in world.journal("chat.postMessage") if "weather" in json.dumps(e["body"])][-1]
    answer = world.sandbox.post(
        "/slack/say",
        json={"user": "ann@example.com", "text": "sunny", "thread_ts": entry["result"]["ts"]},
    )
    assert answer.status_code == 200, answer.text
    found = world.until(
        lambda: world.get(f"/api/sessions/{session['id']}/messages")["messages"],
        lambda messages: any(m["text"] == "sunny" for m in messages),
    )
    assert found[-1]["author"]["kind"] == "user"
    assert found[-1]["channel"] == "slack"
