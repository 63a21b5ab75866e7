"""taskiq with a Redis stream: asynchronous workers, one shared session each."""

import asyncio
import os
import sys

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from taskiq import TaskiqEvents
from taskiq_redis import RedisStreamBroker

broker = RedisStreamBroker(os.environ["BENCH_REDIS"])


@broker.on_event(TaskiqEvents.WORKER_STARTUP)
async def open_session(state):
    state.session = aiohttp.ClientSession()
    broker.client = AsyncWebClient(
        token="xoxb-bench",
        base_url=os.environ["BENCH_SLACK"],
        session=state.session,
        retry_handlers=[],
    )


@broker.on_event(TaskiqEvents.WORKER_SHUTDOWN)
async def close_session(state):
    await state.session.close()


@broker.task(task_name="post")
async def post(text):
    await broker.client.chat_postMessage(channel="D0", text=text, unfurl_links=False)


async def produce(count):
    await broker.startup()
    numbers = iter(range(count))

    async def work():
        for _ in numbers:
            await post.kiq("x" * 200)

    await asyncio.gather(*(work() for _ in range(32)))
    await broker.shutdown()


if __name__ == "__main__":
    asyncio.run(produce(int(sys.argv[1])))
