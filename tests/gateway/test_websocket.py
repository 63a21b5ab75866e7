"""The WebSocket: who may connect, and frames with their answers."""

import json
from contextlib import suppress
from datetime import timedelta

import pytest
from tests.gateway.socket_talk import append, asked, close_code, greeted, heard, said
from tests.gateway.suite import ADMIN, eventually
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from parley.orchestrator.v1 import stream_pb2, users_pb2
from parley_gateway import cookies


async def test_welcome_names_the_user_and_the_sessions(parley):
    append(parley)
    async with parley.socket() as socket:
        assert socket.subprotocol == "parley.v1"
        welcome = await greeted(socket)
    assert welcome["type"] == "welcome"
    assert welcome["user"] == {"id": "usr_ann", "name": "Ann"}
    assert welcome["heartbeat_seconds"] == 25
    [session] = welcome["sessions"]
    assert (session["id"], session["last_seq"], session["channel"]) == ("ses_1", 1, None)


async def test_the_page_connects_by_its_cookie(parley):
    headers = {"Cookie": f"{cookies.USER}=token-usr_ann", "Origin": "http://127.0.0.1:8000"}
    async with parley.socket(None, additional_headers=headers) as socket:
        assert (await greeted(socket))["type"] == "welcome"


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        (None, {}, 401),
        ("wrong", {}, 401),
        ("key-agt_1", {}, 401),
        ("token-usr_ann", {"Origin": "null"}, 403),
        ("token-usr_ann", {"Origin": "https://evil.example"}, 403),
        ("token-usr_ann", {"Origin": "http://127.0.0.1:8000.evil.example"}, 403),
        ("token-usr_ann", {"Origin": "http://evil127.0.0.1:8000"}, 403),
        ("token-usr_ann", {"Origin": "http://evil.example", "Host": "evil.example"}, 403),
        (None, {"Cookie": f"{cookies.USER}=token-usr_ann", "Origin": "https://evil.example"}, 403),
    ],
)
async def test_a_connection_is_refused_before_the_upgrade(parley, token, headers, status):
    with pytest.raises(InvalidStatus) as refused:
        async with parley.socket(token, additional_headers=headers):
            pass
    assert refused.value.response.status_code == status


async def test_a_token_in_the_url_does_not_count(parley):
    url = parley.url.replace("http", "ws") + "/ws?token=token-usr_ann&access_token=token-usr_ann"
    with pytest.raises(InvalidStatus):
        async with connect(url):
            pass


async def test_a_message_is_said(parley, ann):
    answer = await asked(ann, type="message.send", id=7, session_id="ses_1", text="Hi")
    frames = sorted([answer, await heard(ann)], key=lambda frame: frame["type"])
    event, ok = frames
    assert (ok["type"], ok["id"], ok["data"]["text"]) == ("ok", 7, "Hi")
    assert event["kind"] == "message.created"
    assert parley.orchestrator.said[0].caller.user_id == "usr_ann"


async def test_a_question_is_answered_once(parley, ann):
    request = parley.orchestrator.pose()
    frame = {"type": "feedback.respond", "request_id": request.id, "value": "approved"}
    ok = await asked(ann, **frame, id="a", comment="fine")
    late = await asked(ann, **frame, id="b")
    assert (ok["type"], ok["id"], ok["data"]["status"]) == ("ok", "a", "answered")
    assert parley.orchestrator.answers[0].channel == "websocket"
    assert (late["type"], late["id"], late["code"]) == ("error", "b", "already_decided")
    assert late["response"]["value"] == "approved"
    assert late["message"]


async def test_switch_preferences_ping_and_ack(parley, ann):
    quiet = users_pb2.QuietHours(start="22:00", end="07:00")
    parley.orchestrator.preferences["usr_ann"] = users_pb2.Preferences(quiet_hours=quiet)
    order = ["slack", "gmail"]
    kept = await asked(ann, type="preferences.update", id=1, channels=order)
    assert kept["data"] == {"channels": order, "quiet_hours": {"start": "22:00", "end": "07:00"}}
    other = {"start": "23:00", "end": "06:00"}
    kept = await asked(ann, type="preferences.update", id=1, channels=order, quiet_hours=other)
    assert kept["data"] == {"channels": order, "quiet_hours": other}
    kept = await asked(ann, type="preferences.update", id=1, channels=order, quiet_hours=None)
    assert kept["data"] == {"channels": order, "quiet_hours": None}
    assert (await asked(ann, type="ping"))["type"] == "pong"
    frames = [
        await asked(ann, type="channel.switch", id=2, session_id="ses_1", channel="slack"),
        await heard(ann),
    ]
    assert {frame["type"] for frame in frames} == {"ok", "event"}
    acked = await asked(ann, type="ack", id=3, session_id="ses_1", seq=1)
    assert acked == {"type": "ok", "id": 3, "data": {"seq": 1}}
    await eventually(lambda: any(one.acknowledgements for one in parley.orchestrator.heard))


async def test_typing_goes_to_the_orchestrator_and_comes_from_it(parley, ann):
    await said(ann, type="typing", session_id="ses_1")
    await eventually(lambda: any(one.typing for one in parley.orchestrator.heard))
    [typing] = next(one.typing for one in parley.orchestrator.heard if one.typing)
    assert (typing.user_id, typing.session_id) == ("usr_ann", "ses_1")
    typing.user_id, typing.name, typing.kind = "agt_1", "Bot", "agent"
    news = stream_pb2.ConnectResponse(
        typing=[stream_pb2.UserTyping(typing=typing, user_ids=["usr_ann"])]
    )
    await parley.orchestrator.publish(news)
    assert await heard(ann) == {
        "type": "typing",
        "session_id": "ses_1",
        "user_id": "agt_1",
        "name": "Bot",
        "kind": "agent",
    }


async def test_reading_and_presence_of_others_arrive(parley, ann):
    read = stream_pb2.Acknowledgement(user_id="usr_bob", session_id="ses_1", seq=7)
    reads = [stream_pb2.UserRead(read=read, user_ids=["usr_ann", "usr_bob"])]
    came = stream_pb2.UserPresence(user_id="usr_bob", is_present=True, user_ids=["usr_ann"])
    await parley.orchestrator.publish(stream_pb2.ConnectResponse(reads=reads, presence=[came]))
    assert await heard(ann) == {
        "type": "read",
        "session_id": "ses_1",
        "user_id": "usr_bob",
        "seq": 7,
    }
    assert await heard(ann) == {"type": "presence", "user_id": "usr_bob", "is_present": True}


async def test_channel_health_arrives_without_the_operators_connections(parley, ann):
    health = json.dumps({"channel": "slack", "status": "down", "connections": [{"id": 1}]})
    await parley.orchestrator.publish(
        stream_pb2.ConnectResponse(channel_health_json=[health.encode()])
    )
    frame = await heard(ann)
    assert (frame["kind"], frame["session_id"], frame["seq"]) == ("channel.health", None, None)
    assert frame["data"] == {"channel": "slack", "status": "down"}


BAD_FRAMES = [
    ("{", "invalid_json", None),
    ("", "invalid_json", None),
    ("[]", "invalid_field", None),
    ('"hello"', "invalid_field", None),
    ("{}", "unknown_type", None),
    ('{"type": "launch", "id": 4}', "unknown_type", 4),
    ('{"type": "message.send", "id": 5}', "invalid_field", 5),
    ('{"type": "message.send", "id": 5, "session_id": "ses_1", "text": ""}', "invalid_field", 5),
    ('{"type": "message.send", "id": 5, "session_id": "ses_9", "text": "x"}', "unknown_id", 5),
    ('{"type": "ping", "colour": "red"}', "invalid_field", None),
    ('{"type": "ack", "id": 6, "session_id": "ses_1", "seq": 99}', "invalid_field", 6),
    ('{"type": "ack", "id": 6, "session_id": "ses_9", "seq": 1}', "unknown_id", 6),
    ('{"type": "ack", "id": 6, "session_id": "ses_1", "seq": -1}', "invalid_field", 6),
    ('{"type": "typing", "session_id": "ses_9"}', "unknown_id", None),
    ('{"type": "hello", "id": 7}', "wrong_state", 7),
    ('{"type": "feedback.respond", "id": 8, "request_id": "fbr_9", "value": 1}', "unknown_id", 8),
    ('{"type": "ping", "id": {"a": 1}}', "invalid_field", None),
]


@pytest.mark.parametrize(("text", "code", "frame_id"), BAD_FRAMES)
async def test_a_bad_frame_is_answered_and_the_line_stays(ann, text, code, frame_id):
    await ann.send(text)
    error = await heard(ann)
    assert (error["type"], error["code"], error.get("id")) == ("error", code, frame_id)
    assert error["message"]
    assert (await asked(ann, type="ping"))["type"] == "pong"


async def test_bytes_are_answered_and_hello_comes_first(parley):
    async with parley.socket() as socket:
        await socket.send(b"\x00\x01")
        assert (await heard(socket))["code"] == "invalid_json"
        answer = await asked(socket, type="message.send", id=1, session_id="ses_1", text="x")
        assert (answer["code"], answer["id"]) == ("hello_first", 1)
    assert not parley.orchestrator.said


async def test_resume_of_a_foreign_session_tells_nothing(parley):
    log = parley.orchestrator.log
    log.begin("ses_2", "agt_1", ["usr_bob"])
    log.append("ses_2", "message.created", {"secret": 1})
    async with parley.socket() as socket:
        welcome = await greeted(socket, {"ses_2": 0})
        assert [session["id"] for session in welcome["sessions"]] == ["ses_1"]
        assert (await heard(socket))["code"] == "unknown_id"
        refused = await asked(socket, type="ack", id=1, session_id="ses_2", seq=0)
        assert refused["code"] == "unknown_id"
        log.append("ses_2", "message.created", {"secret": 2})
        assert (await asked(socket, type="ping"))["type"] == "pong"


async def test_a_frame_over_64_kib_closes(parley, ann):
    await ann.send("x" * (64 * 1024 + 1))
    assert await close_code(ann) == 1009


async def test_a_flood_of_frames_closes(parley, ann):
    with suppress(ConnectionClosed):
        for _ in range(3000):
            await ann.send('{"type": "ping"}')
    assert await close_code(ann) == 1008


async def test_an_expired_token_closes(parley):
    parley.orchestrator.expires_in = timedelta(seconds=0.5)
    async with parley.socket() as socket:
        await greeted(socket)
        assert await close_code(socket) == 4401


async def test_a_revoked_token_closes(parley, ann):
    await parley.http.post("/api/users/usr_ann/tokens/revoke", headers=ADMIN)
    assert await close_code(ann) == 4401
    with pytest.raises(InvalidStatus):
        async with parley.socket():
            pass
