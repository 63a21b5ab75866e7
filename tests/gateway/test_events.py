"""The event log over HTTP: long poll and server-sent events, resumable, never past a stop."""

import asyncio
import json

import pytest
from tests.gateway.suite import AGENT, eventually

from parley.orchestrator.v1 import sessions_pb2

PATH = "/api/sessions/ses_1/events"
STREAM = AGENT | {"Accept": "text/event-stream"}


def append(parley, count=1):
    for _ in range(count):
        parley.orchestrator.log.append("ses_1", "message.created", {"text": "a\nb"})


async def test_events_after_a_seq_arrive_as_they_are(parley):
    append(parley, 5)
    answer = await parley.http.get(f"{PATH}?after=2&limit=2", headers=AGENT)
    events = answer.json()["events"]
    assert [event["seq"] for event in events] == [3, 4]
    assert events[0]["data"] == {"text": "a\nb"}
    assert events[0]["created_at"].endswith("Z")


async def test_a_long_poll_answers_when_something_happens(parley):
    poll = asyncio.create_task(parley.http.get(f"{PATH}?wait_seconds=30", headers=AGENT))
    await eventually(lambda: parley.orchestrator.calls["ListEvents"])
    append(parley)
    answer = await asyncio.wait_for(poll, 5)
    assert [event["seq"] for event in answer.json()["events"]] == [1]


async def test_a_long_poll_that_nothing_ends_answers_with_nothing(parley):
    answer = await parley.http.get(f"{PATH}?wait_seconds=0.2", headers=AGENT)
    assert (answer.status_code, answer.json()) == (200, {"events": [], "has_more": False})


async def test_a_question_is_waited_for(parley):
    request = parley.orchestrator.pose()
    path = f"/api/feedback-requests/{request.id}?wait_seconds=30"
    poll = asyncio.create_task(parley.http.get(path, headers=AGENT))
    await eventually(lambda: parley.orchestrator.calls["GetFeedbackRequest"])
    parley.orchestrator.decide(request, channel="slack")
    answer = (await asyncio.wait_for(poll, 5)).json()
    assert (answer["status"], answer["response"]["channel"]) == ("answered", "slack")


@pytest.mark.parametrize(
    "path", [f"{PATH}?wait_seconds=30", "/api/feedback-requests/fbr_1?wait_seconds=30"]
)
async def test_a_stop_ends_a_long_poll_with_how_things_stand(parley, path):
    parley.orchestrator.pose()
    poll = asyncio.create_task(parley.http.get(path, headers=AGENT))
    calls = parley.orchestrator.calls
    await eventually(lambda: calls["ListEvents"] + calls["GetFeedbackRequest"])
    parley.gateway.stopping.set()
    answer = await asyncio.wait_for(poll, 5)
    assert answer.status_code == 200


async def read_frames(stream, count):
    frames = []
    async for line in stream.aiter_lines():
        if line.startswith("data: "):
            frames[-1]["data"] = json.loads(line.removeprefix("data: "))
        elif line.startswith("id: "):
            frames.append({"id": line.removeprefix("id: ")})
        if len(frames) == count and "data" in frames[-1]:
            return frames
    return frames


async def test_a_stream_of_events_goes_on(parley):
    append(parley, 2)
    async with parley.http.stream("GET", PATH, headers=STREAM) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        reading = asyncio.create_task(read_frames(stream, 4))
        await asyncio.sleep(0.1)
        append(parley, 2)
        frames = await asyncio.wait_for(reading, 5)
    assert [frame["id"] for frame in frames] == ["1", "2", "3", "4"]
    assert [frame["data"]["seq"] for frame in frames] == [1, 2, 3, 4]


async def test_a_stream_resumes_after_the_last_id(parley):
    append(parley, 3)
    headers = STREAM | {"Last-Event-ID": "2"}
    async with parley.http.stream("GET", f"{PATH}?after=0", headers=headers) as stream:
        [frame] = await asyncio.wait_for(read_frames(stream, 1), 5)
    assert frame["id"] == "3"


async def test_typing_is_told_on_a_stream_without_an_id(parley):
    """An id would make the client resume from it."""
    append(parley, 1)
    parley.orchestrator.typists = [sessions_pb2.Typist(kind="user", id="usr_ann", name="Ann")]
    async with parley.http.stream("GET", PATH, headers=STREAM) as stream:
        text = ""
        async for chunk in stream.aiter_text():
            text += chunk
            if "typing" in text:
                break
    [event] = [block for block in text.split("\n\n") if "typing" in block]
    name, data = event.split("\n")
    assert name == "event: typing"
    assert json.loads(data.removeprefix("data: ")) == {
        "session_id": "ses_1",
        "user_id": "usr_ann",
        "name": "Ann",
        "kind": "user",
    }


async def test_a_page_says_whether_there_is_more(parley):
    append(parley, 3)
    pages = [
        (await parley.http.get(f"{PATH}?after={after}&limit=2", headers=AGENT)).json()
        for after in (0, 2)
    ]
    assert [(len(page["events"]), page["has_more"]) for page in pages] == [(2, True), (1, False)]


async def test_an_agent_says_that_it_types(parley):
    answer = await parley.http.post("/api/sessions/ses_1/typing", headers=AGENT)
    assert (answer.status_code, answer.content) == (204, b"")
    [noted] = parley.orchestrator.typing
    assert (noted.caller.agent_id, noted.session_id) == ("agt_1", "ses_1")


async def test_a_stream_of_a_foreign_session_does_not_open(parley):
    answer = await parley.http.get("/api/sessions/ses_9/events", headers=STREAM)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_id")


@pytest.mark.parametrize("last", ["x", "-1", "9" * 40])
async def test_a_bad_last_id_is_refused(parley, last):
    answer = await parley.http.get(PATH, headers=STREAM | {"Last-Event-ID": last})
    assert answer.status_code == 422


async def test_a_stop_ends_a_stream(parley):
    async with parley.http.stream("GET", PATH, headers=STREAM) as stream:
        parley.gateway.stopping.set()
        append(parley)
        lines = [line async for line in stream.aiter_lines()]
    assert any(line.startswith("data: ") for line in lines)
