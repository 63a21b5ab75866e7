"""The WebSocket's events: in order, resumed without gap or repeat, never held up by one client."""

import asyncio

from tests.gateway.socket_talk import (
    append,
    asked,
    close_code,
    events,
    greeted,
    heard,
    present,
    said,
)
from tests.gateway.suite import eventually, suite

from parley.orchestrator.v1 import stream_pb2
from parley_gateway.websocket.backlog import MAX_WAITING_CHARACTERS


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


async def test_a_client_that_does_not_read_is_dropped_and_others_are_not(parley, ann, monkeypatch):
    monkeypatch.setattr("parley_gateway.websocket.line.STALLED_SECONDS", 0.5)
    big = {"text": "x" * 20_000}
    async with parley.socket(max_queue=1, close_timeout=0.1) as slow:
        await greeted(slow)
        await eventually(lambda: len(parley.gateway.hub._lines["usr_ann"]) == 2)
        slow.transport.pause_reading()
        lines = set(parley.gateway.hub._lines["usr_ann"])
        for seq in range(1, 601):
            parley.orchestrator.log.append("ses_1", "message.created", big)
            assert (await heard(ann))["seq"] == seq
        stuck = max(lines, key=lambda line: len(line._backlog._items))
        assert stuck._backlog._characters <= MAX_WAITING_CHARACTERS + 20_200
        assert len(stuck._backlog._items) < 60, "what the log has need not wait in memory"
        await asyncio.sleep(0.6)
        append(parley)
        assert (await heard(ann))["seq"] == 601
        await eventually(lambda: len(parley.gateway.hub._lines.get("usr_ann", ())) <= 1, 15)


async def test_a_burst_that_overflows_the_buffer_loses_nothing(parley, ann):
    """Faster than one turn of the loop: no client is to blame, and none is closed."""
    parley.orchestrator.log.is_telling = False
    append(parley, 2_500)
    events_ = parley.orchestrator.log.events["ses_1"]
    news = [stream_pb2.UserEvent(event=event, user_ids=["usr_ann"]) for event in events_]
    parley.gateway.hub.dispatch(stream_pb2.ConnectResponse(events=news))
    assert [frame["seq"] for frame in await events(ann, 2_500)] == list(range(1, 2_501))
    parley.orchestrator.log.is_telling = True
    append(parley)
    assert (await heard(ann))["seq"] == 2_501


async def test_a_stream_that_left_news_out_has_them_read_from_the_log(parley, ann):
    parley.orchestrator.log.is_telling = False
    append(parley, 3)
    await parley.orchestrator.publish(stream_pb2.ConnectResponse(is_incomplete=True))
    assert [frame["seq"] for frame in await events(ann, 3)] == [1, 2, 3]


async def test_a_client_whose_answers_pile_up_is_closed(parley, ann):
    [line] = parley.gateway.hub._lines["usr_ann"]
    for _ in range(1_002):
        line.offer("x")
    assert await close_code(ann) == 1013


async def test_a_peer_that_answers_no_heartbeat_is_dropped(parley, monkeypatch):
    """Its cable was pulled: no close, no reset, and nobody at the other end."""
    protocol = "parley_gateway.serving._Socket"
    monkeypatch.setattr(f"{protocol}.start_keepalive", _fast_keepalive)
    monkeypatch.setattr("parley_gateway.serving.CLOSE_SECONDS", 0.1)
    async with parley.socket(max_queue=1, close_timeout=0.1) as gone:
        await greeted(gone)
        await eventually(lambda: present(parley))
        gone.transport.pause_reading()
        await eventually(lambda: any(one.absent_user_ids for one in parley.orchestrator.heard))


def _fast_keepalive(self):
    self.ping_interval = self.ping_timeout = 0.2
    self.schedule_ping()


async def test_a_stop_tells_clients_to_come_back():
    async with suite() as parley:
        socket = await parley.socket()
        await greeted(socket)
        closing = asyncio.create_task(close_code(socket))
    assert await closing == 1012
