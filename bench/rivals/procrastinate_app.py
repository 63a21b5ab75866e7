"""procrastinate on PostgreSQL: one asynchronous worker, jobs deferred in batches."""

import asyncio
import os
import sys

import aiohttp
from procrastinate import App, PsycopgConnector
from slack_sdk.web.async_client import AsyncWebClient

AT_ONCE = 64
BATCH = 100
app = App(connector=PsycopgConnector(conninfo=os.environ["BENCH_POSTGRES"], min_size=4, max_size=8))
clients = {}


@app.task(name="post")
async def post(text):
    await clients["slack"].chat_postMessage(channel="D0", text=text, unfurl_links=False)


async def work():
    async with app.open_async(), aiohttp.ClientSession() as session:
        clients["slack"] = AsyncWebClient(
            token="xoxb-bench",
            base_url=os.environ["BENCH_SLACK"],
            session=session,
            retry_handlers=[],
        )
        await app.run_worker_async(
            concurrency=AT_ONCE, fetch_job_polling_interval=0.1, delete_jobs="successful"
        )


async def produce(count):
    async with app.open_async():
        for _ in range(0, count, BATCH):
            await post.batch_defer_async(*({"text": "x" * 200} for _ in range(BATCH)))


async def prepare():
    async with app.open_async():
        await app.schema_manager.apply_schema_async()


if __name__ == "__main__":
    steps = {"prepare": prepare, "work": work}
    asyncio.run(steps[sys.argv[1]]() if sys.argv[1] in steps else produce(int(sys.argv[1])))
