"""The WebSocket: who may connect, frames and their answers, resume without gap or repeat."""

import asyncio
import json
from contextlib import suppress
from datetime import timedelta

import pytest
from tests.gateway.suite import ADMIN, eventually, suite
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from parley.orchestrator.v1 import stream_pb2, users_pb2
from parley_gateway import cookies


async def said(socket, **frame):
    await socket.send(json.dumps(frame))


async def heard(socket):
    return json.loads(await asyncio.wait_for(socket.recv(), 5))


async def greeted(socket, resume=None):
    await said(socket, type="hello", resume=resume or {})
    return await heard(socket)


async def events(socket, count):
    return [await heard(socket) for _ in range(count)]


async def close_code(socket):
    try:
        while True:
            await asyncio.wait_for(socket.recv(), 8)
    except ConnectionClosed as closed:
        return closed.rcvd.code


async def asked(socket, **frame):
    await said(socket, **frame)
    return await heard(socket)


def append(parley, count=1, kind="message.created"):
    for _ in range(count):
        parley.orchestrator.log.append("ses_1", kind, {"n": 1})


@pytest.fixture
async def ann(parley):
    """Ann's socket, greeted, and known to the orchestrator."""
    async with parley.socket() as socket:
        await greeted(socket)
        await eventually(lambda: parley.orchestrator.heard[-1:] != [] and present(parley))
        yield socket


def present(parley):
    return any("usr_ann" in one.present_user_ids for one in parley.orchestrator.heard)


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


async def test_live_events_arrive_in_order(parley, ann):
    append(parley, 50)
    frames = await events(ann, 50)
    assert [frame["seq"] for frame in frames] == list(range(1, 51))
    assert frames[0]["type"] == "event"
    assert frames[0]["data"] == {"n": 1}
    assert frames[0]["session_id"] == "ses_1"


async def test_resume_replays_what_was_missed_and_goes_on(parley):
    append(parley, 450)
    async with parley.socket() as socket:
        await greeted(socket, {"ses_1": 20})
        append(parley, 50)
        seqs = [frame["seq"] for frame in await events(socket, 480)]
    assert seqs == list(range(21, 501))


async def test_without_resume_nothing_is_replayed(parley):
    append(parley, 5)
    async with parley.socket() as socket:
        await greeted(socket)
        await eventually(lambda: present(parley))
        append(parley)
        assert (await heard(socket))["seq"] == 6


async def test_events_during_the_greeting_come_once(parley):
    append(parley, 10)

    async def busy():
        for _ in range(200):
            append(parley)
            await asyncio.sleep(0.001)

    writing = asyncio.create_task(busy())
    async with parley.socket() as socket:
        await greeted(socket, {"ses_1": 0})
        seqs = [frame["seq"] for frame in await events(socket, 210)]
    await writing
    assert seqs == list(range(1, 211))


async def test_a_gap_in_the_stream_is_filled_from_the_log(parley, ann):
    append(parley)
    parley.orchestrator.log.is_telling = False
    append(parley, 5)
    parley.orchestrator.log.is_telling = True
    append(parley)
    assert [frame["seq"] for frame in await events(ann, 7)] == [1, 2, 3, 4, 5, 6, 7]


async def test_repeated_news_is_not_repeated(parley, ann):
    append(parley, 2)
    [first, second] = parley.orchestrator.log.events["ses_1"]
    for event in (first, second, first):
        parley.orchestrator._tell(event, ["usr_ann"])
    append(parley)
    assert [frame["seq"] for frame in await events(ann, 3)] == [1, 2, 3]


async def test_what_nobody_told_is_found_soon_after_the_greeting(parley):
    parley.orchestrator.log.is_telling = False
    async with parley.socket() as socket:
        await greeted(socket)
        append(parley)
        assert (await heard(socket))["seq"] == 1


async def test_a_session_that_begins_later_is_told_from_its_start(parley, ann):
    log = parley.orchestrator.log
    log.begin("ses_2", "agt_1", ["usr_ann"])
    log.is_telling = False
    log.append("ses_2", "session.created", {})
    log.is_telling = True
    log.append("ses_2", "message.created", {})
    frames = await events(ann, 2)
    assert [(frame["session_id"], frame["seq"]) for frame in frames] == [("ses_2", 1), ("ses_2", 2)]


async def test_a_broken_stream_comes_back_and_nothing_is_lost(parley, ann):
    append(parley)
    assert (await heard(ann))["seq"] == 1
    await said(ann, type="ack", session_id="ses_1", seq=1)
    await eventually(lambda: any(one.acknowledgements for one in parley.orchestrator.heard))
    parley.orchestrator.heard.clear()
    await parley.orchestrator.publish(None)
    await eventually(lambda: not parley.orchestrator.streams)
    append(parley, 3)
    assert [frame["seq"] for frame in await events(ann, 3)] == [2, 3, 4]
    await eventually(lambda: present(parley))
    [again] = parley.orchestrator.heard[0].acknowledgements
    assert (again.user_id, again.session_id, again.seq) == ("usr_ann", "ses_1", 1)


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
    assert (typing.user_id, typing.name, typing.session_id) == ("usr_ann", "Ann", "ses_1")
    typing.user_id, typing.name = "usr_bob", "Bob"
    news = stream_pb2.ConnectResponse(
        typing=[stream_pb2.UserTyping(typing=typing, user_ids=["usr_ann"])]
    )
    await parley.orchestrator.publish(news)
    assert await heard(ann) == {
        "type": "typing",
        "session_id": "ses_1",
        "user_id": "usr_bob",
        "name": "Bob",
    }


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


async def test_presence_follows_the_first_and_the_last_socket(parley):
    heard_frames = parley.orchestrator.heard
    async with parley.socket() as first, parley.socket() as second:
        await greeted(first)
        await greeted(second)
        await eventually(lambda: present(parley))
        await first.close()
        await asked(second, type="ping")
        assert not any(one.absent_user_ids for one in heard_frames)
    await eventually(lambda: any("usr_ann" in one.absent_user_ids for one in heard_frames))


async def test_a_client_that_does_not_read_is_dropped_and_others_are_not(parley, ann):
    big = {"text": "x" * 20_000}
    async with parley.socket(max_queue=1, close_timeout=0.1) as slow:
        await greeted(slow)
        await eventually(lambda: len(parley.gateway.hub._lines["usr_ann"]) == 2)
        slow.transport.pause_reading()
        for seq in range(1, 1801):
            parley.orchestrator.log.append("ses_1", "message.created", big)
            assert (await heard(ann))["seq"] == seq
        await eventually(lambda: len(parley.gateway.hub._lines.get("usr_ann", ())) <= 1, 15)


async def test_a_stop_tells_clients_to_come_back():
    async with suite() as parley:
        socket = await parley.socket()
        await greeted(socket)
        closing = asyncio.create_task(close_code(socket))
    assert await closing == 1012
