"""A real Chromium, and a gateway that runs next to it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from scripts.find_tools import find_chromium
from tests.gateway.browser.conversation_log import ConversationLog
from tests.gateway.browser.fake_gateway import ADMIN_KEY, TOKEN, FakeGateway

from parley_kit.clock import utc_now

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
expect.set_options(timeout=20_000)  # a busy machine is no defect
OpenPage = Callable[..., Awaitable[Page]]


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_ready.set()


def chromium_path() -> str:
    found = find_chromium()
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def gateway() -> AsyncIterator[FakeGateway]:
    """A fake gateway on a free port; its address is `gateway.url`."""
    fake = FakeGateway(ConversationLog(utc_now()))
    config = uvicorn.Config(
        fake.app(),
        host="127.0.0.1",
        port=0,
        log_level="error",
        ws="websockets-sansio",
        lifespan="off",
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve())
    await asyncio.wait_for(server.is_ready.wait(), 10)
    fake.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield fake
    await fake.drop_sockets()
    server.should_exit = True
    server.force_exit = True
    await running


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests; each page has a context, and so a person, of its own."""
    path = chromium_path()
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        await launched.close()


@pytest.fixture
def troubles() -> Iterator[list[str]]:
    """What went wrong in the page: script errors and violations of its policy. Must stay empty."""
    found: list[str] = []
    yield found
    assert found == []


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(
    browser: Browser, gateway: FakeGateway, troubles: list[str]
) -> AsyncIterator[OpenPage]:
    """Opens a page of the gateway in a browser of its own: `await open_page("/", width=390)`."""

    contexts: list[BrowserContext] = []

    async def opened(path: str = "/", **context: Any) -> Page:
        width, height = context.pop("width", 1200), context.pop("height", 820)
        contexts.append(
            await browser.new_context(viewport={"width": width, "height": height}, **context)
        )
        page = await contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))

        def note(message: Any) -> None:
            if "Content Security Policy" in message.text:
                troubles.append(message.text)

        page.on("console", note)
        await page.goto(gateway.url + path)
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert gateway.refused == []


@pytest_asyncio.fixture(loop_scope="session")
async def chat(open_page: OpenPage, gateway: FakeGateway) -> OpenPage:
    """Opens the chat as a signed-in person: `await chat("ses_1")`."""

    async def opened(session_id: str | None = None, **context: Any) -> Page:
        page = await open_page(f"/#token={TOKEN}", **context)
        await page.get_by_text("Connected", exact=True).wait_for()
        if session_id is not None:
            await page.locator(f"[data-session={session_id}]").click()
        return page

    return opened


@pytest.fixture
def console(open_page: OpenPage) -> OpenPage:
    """Opens a view of the console as the operator: `await console("requests")`."""

    async def opened(view: str = "channels", **context: Any) -> Page:
        page = await open_page(f"/console#/{view}", **context)
        await page.get_by_label("Admin key").fill(ADMIN_KEY)
        await page.get_by_role("button", name="Open the console").click()
        await page.get_by_text("Live", exact=True).wait_for()
        return page

    return opened


@pytest.fixture
def log(gateway: FakeGateway) -> ConversationLog:
    """The log of the gateway's one conversation, `ses_1`."""
    gateway.log.session("ses_1", "Release")
    return gateway.log
