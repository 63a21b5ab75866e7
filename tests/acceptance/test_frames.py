"""Every kind of frame that the running suite sends, held to the AsyncAPI document it serves."""

import itertools
import json

import pytest

KINDS = {
    "welcome",
    "ok",
    "error",
    "pong",
    "typing.others",
    "read",
    "presence",
    "event.session.created",
    "event.message.created",
    "event.delivery.updated",
    "event.feedback.requested",
    "event.feedback.reminded",
    "event.feedback.resolved",
    "event.channel.switched",
    "event.preferences.updated",
}


class Talk:
    """One person's socket whose frames are checked both ways."""

    def __init__(self, world, ws):
        self.world, self.ws = world, ws
        self._numbers = itertools.count(1)

    def ask(self, **frame):
        """Sends a request, and answers its `ok` or `error`."""
        number = next(self._numbers)
        self.tell(id=number, **frame)
        return self.world.frame(self.ws, lambda f: f.get("id") == number)

    def tell(self, **frame):
        self.world.frames.sent(frame)
        self.ws.send(json.dumps(frame))

    def until(self, wanted, /, **values):
        def is_it(frame):
            found = frame if frame["type"] != "event" else frame | frame["data"]
            name = frame["kind"] if frame["type"] == "event" else frame["type"]
            return name == wanted and all(found.get(key) == each for key, each in values.items())

        return self.world.frame(self.ws, is_it)


@pytest.fixture
def pair(world):
    ann, _session = world.person()
    bob = world.post("/api/users", {"name": "Bob", "email": "bob@example.com"})
    for person in (ann, bob):
        world.prefer(person, "websocket", "gmail", "slack")
    return ann, bob


def test_all_frames_are_as_described(world, pair):
    ann, bob = pair
    with world.socket(ann) as first:
        talk = Talk(world, first)
        session = world.post("/api/sessions", {"user_ids": [ann["id"], bob["id"]], "title": "Two"})
        talk.until("session.created", session_id=session["id"])
        with world.socket(bob) as second:
            other = Talk(world, second)
            talk.until("presence", user_id=bob["id"], is_present=True)
            path = f"/api/sessions/{session['id']}"
            message = world.post(f"{path}/messages", {"text": "Hello"})
            event = talk.until("message.created", id=message["id"])
            talk.tell(type="ack", session_id=session["id"], seq=event["seq"])
            talk.until("delivery.updated", state="delivered")
            talk.until("read", user_id=ann["id"])
            other.tell(type="typing", session_id=session["id"])
            talk.until("typing", user_id=bob["id"], kind="user")
            assert world.http.post(f"{path}/typing", headers=world.agent).status_code == 204
            talk.until("typing", kind="agent")
            assert talk.ask(type="message.send", session_id=session["id"], text="Hi")["data"]["id"]
        talk.until("presence", user_id=bob["id"], is_present=False)
        request = world.ask(session, delivery="route", reminders=[1])
        talk.until("feedback.requested", id=request["id"])
        talk.until("feedback.reminded", request_id=request["id"])
        answer = {"type": "feedback.respond", "request_id": request["id"], "value": "approved"}
        assert talk.ask(**answer)["data"]["status"] == "answered"
        assert talk.ask(**answer)["code"] == "already_decided"
        switch = {"type": "channel.switch", "session_id": session["id"]}
        assert talk.ask(**switch, channel="slack")["data"]["channel"] == "slack"
        quiet = {"start": "22:00", "end": "07:00"}
        preferences = {"type": "preferences.update", "channels": ["slack"], "quiet_hours": quiet}
        talk.ask(**preferences)
        talk.tell(type="ping")
        talk.until("pong")
    with world.socket(ann, {session["id"]: 0}) as again:
        seqs = []
        while len(seqs) < event["seq"]:
            seqs.append(world.frame(again, lambda f: f["type"] == "event" and f["seq"])["seq"])
        world.frame(again, lambda f: f.get("kind") == "feedback.resolved")
        world.frame(again, lambda f: f.get("kind") == "channel.switched")
        world.frame(again, lambda f: f.get("kind") == "preferences.updated")
    assert world.frames.seen >= KINDS
