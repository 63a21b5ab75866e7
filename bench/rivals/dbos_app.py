"""DBOS on PostgreSQL: a durable workflow with one step for each message."""

import asyncio
import os
import sys

import aiohttp
from dbos import DBOS, DBOSConfig
from slack_sdk.web.async_client import AsyncWebClient

AT_ONCE = 64
clients = {}
config: DBOSConfig = {
    "name": "bench",
    "system_database_url": os.environ["BENCH_POSTGRES"],
    "run_admin_server": False,
    "log_level": "ERROR",
}
DBOS(config=config)


@DBOS.step()
async def call(text):
    await clients["slack"].chat_postMessage(channel="D0", text=text, unfurl_links=False)


@DBOS.workflow()
async def post(text):
    await call(text)


async def produce(count):
    """One process asks and works, which is DBOS at its fastest: no queue in between."""
    async with aiohttp.ClientSession() as session:
        clients["slack"] = AsyncWebClient(
            token="xoxb-bench",
            base_url=os.environ["BENCH_SLACK"],
            session=session,
            retry_handlers=[],
        )
        numbers = iter(range(count))

        async def work():
            for _ in numbers:
                handle = await DBOS.start_workflow_async(post, "x" * 200)
                await handle.get_result()

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))


if __name__ == "__main__":
    DBOS.launch()
    asyncio.run(produce(int(sys.argv[1])))
    DBOS.destroy()
