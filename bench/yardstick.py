"""What every throughput is compared with: one bare slack_sdk loop over a shared session."""

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

AT_ONCE = 64
TEXT = "x" * 200


@dataclass(frozen=True)
class Bare:
    per_s: float
    cpu_us: float


def bare_loop(provider, seconds=2.0):
    """Posts for some seconds on asyncio's own loop, as a script would."""
    return asyncio.run(_posting(provider.url, seconds))


def bare_pace(provider, posts, pause_seconds):
    """Seconds from a call until Slack answered, one post at a time with pauses: nobody is warm."""
    return asyncio.run(_pacing(provider.url, posts, pause_seconds))


async def _pacing(url, posts, pause_seconds):
    took = []
    async with _client(url) as client:
        for _ in range(posts):
            await asyncio.sleep(pause_seconds)
            began = time.monotonic()
            await client.chat_postMessage(channel="D0", text=TEXT, unfurl_links=False)
            took.append(time.monotonic() - began)
    return took


async def _posting(url, seconds):
    async with _client(url) as client:
        await _post_until(client, time.monotonic() + 0.2)
        began, cpu = time.monotonic(), time.process_time()
        posted = await _post_until(client, began + seconds)
        used, took = time.process_time() - cpu, time.monotonic() - began
    return Bare(posted / took, used / posted * 1e6)


@asynccontextmanager
async def _client(url):
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token="xoxb-bench", base_url=f"{url}/api/", session=session, retry_handlers=[]
        )


async def _post_until(client, deadline):
    posted = 0

    async def work():
        nonlocal posted
        while time.monotonic() < deadline:
            await client.chat_postMessage(channel="D0", text=TEXT, unfurl_links=False)
            posted += 1

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return posted
