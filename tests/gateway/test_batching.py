"""The micro-batcher: what arrives meanwhile goes out together, in order, in bounded calls."""

import asyncio

import pytest
from tests.gateway.suite import AGENT, eventually

from parley.orchestrator.v1 import messages_pb2
from parley_gateway.batching import MAX_BYTES, MAX_MESSAGES, MessageBatcher
from parley_kit.errors import UnavailableError


def message(text="x"):
    return messages_pb2.SendMessageRequest(session_id="ses_1", text=text)


class Line:
    """An orchestrator that answers when it is let."""

    def __init__(self):
        self.calls = []
        self.free = asyncio.Event()
        self.running = self.most_running = 0
        self.raises = None

    async def send(self, request):
        self.calls.append([one.text for one in request.messages])
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await self.free.wait()
        self.running -= 1
        if self.raises:
            raise self.raises
        results = [
            messages_pb2.SendMessageResult(message=messages_pb2.Message(text=one.text))
            for one in request.messages
        ]
        return messages_pb2.SendMessagesResponse(results=results)


@pytest.fixture
def line():
    return Line()


async def submit_all(batcher, groups):
    tasks = [asyncio.create_task(batcher.submit(group)) for group in groups]
    await asyncio.sleep(0)
    return tasks


async def test_one_goes_at_once_and_the_rest_together(line):
    batcher = MessageBatcher(line.send)
    tasks = await submit_all(batcher, [[message(str(n))] for n in range(50)])
    await eventually(lambda: line.calls)
    later = await submit_all(batcher, [[message("later")]])
    line.free.set()
    results = await asyncio.gather(*tasks, *later)
    assert [result[0].message.text for result in results] == [*map(str, range(50)), "later"]
    assert len(line.calls) == 2
    assert line.most_running == 1


async def test_calls_are_bounded_in_count(line):
    batcher = MessageBatcher(line.send)
    line.free.set()
    tasks = await submit_all(batcher, [[message(str(n))] * 100 for n in range(12)])
    results = await asyncio.gather(*tasks)
    assert max(map(len, line.calls)) == MAX_MESSAGES
    assert [len(result) for result in results] == [100] * 12


async def test_calls_are_bounded_in_size(line):
    batcher = MessageBatcher(line.send)
    line.free.set()
    big = "x" * (MAX_BYTES // 4)
    await asyncio.gather(*await submit_all(batcher, [[message(big)] for _ in range(8)]))
    assert max(sum(map(len, call)) for call in line.calls) <= MAX_BYTES
    assert len(line.calls) >= 2


async def test_a_failed_call_fails_its_own_messages_only(line):
    batcher = MessageBatcher(line.send)
    [first] = await submit_all(batcher, [[message("first")]])
    await eventually(lambda: line.calls)
    line.raises = UnavailableError("gone")
    line.free.set()
    with pytest.raises(UnavailableError):
        await first
    line.raises = None
    [result] = await batcher.submit([message("second")])
    assert result.message.text == "second"


async def test_a_client_that_goes_away_takes_nobody_along(line):
    batcher = MessageBatcher(line.send)
    gone, stays = await submit_all(batcher, [[message("gone")], [message("stays")]])
    await eventually(lambda: line.calls)
    gone.cancel()
    line.free.set()
    [result] = await stays
    assert result.message.text == "stays"


async def test_results_that_do_not_fit_are_given_to_nobody():
    async def short(_request):
        return messages_pb2.SendMessagesResponse()

    with pytest.raises(RuntimeError, match="0 results came for 1"):
        await MessageBatcher(short).submit([message()])


async def test_requests_at_once_share_calls_and_keep_their_answers(parley):
    parley.orchestrator.hold.clear()

    async def post(number):
        path = "/api/sessions/ses_1/messages"
        answer = await parley.http.post(path, headers=AGENT, json={"text": str(number)})
        return answer.json()["text"]

    posts = [asyncio.create_task(post(number)) for number in range(60)]
    await eventually(lambda: parley.orchestrator.batches)
    await asyncio.sleep(0.3)
    parley.orchestrator.hold.set()
    assert await asyncio.gather(*posts) == [str(number) for number in range(60)]
    assert sum(parley.orchestrator.batches) == 60
    assert len(parley.orchestrator.batches) < 10
