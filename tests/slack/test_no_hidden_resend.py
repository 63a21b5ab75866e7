"""A server that reads a request and drops the line gets it exactly once."""

import asyncio
import contextlib
import json

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from parley.channel.v1 import channel_pb2, outcome_pb2, recipient_pb2
from parley_kit.adapter.connections import Tokens
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.adapter.service import migrations, open_storage
from parley_kit.sealing import KeyRing, Secret
from parley_kit.store import Database
from parley_slack.workspaces.clients import SlackClients, http_session
from parley_slack.workspaces.failures import failed_sending

OPENED = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 35\r\n\r\n"
    b'{"ok": true, "channel":{"id":"D1"}}'
)
BROKEN = {
    "dropped at once": b"",
    "dropped within the head": b"HTTP/1.1 200 OK\r\ncontent-le",
    "dropped within the body": b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{",
    "html": b"HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nno",
    "text": b"HTTP/1.1 500 Oh\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nno",
    "not json": b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{x",
}


@contextlib.asynccontextmanager
async def raw_server(answer):
    posts = []

    async def serve(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1])
                for line in head.lower().split(b"\r\n")
                if line.startswith(b"content-length")
            )
            posts.append(json.loads(await reader.readexactly(length)))
            writer.write(answer)
            await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], posts
    server.close()
    await server.wait_closed()


async def _post(port):
    async with http_session() as session:
        client = SlackClients(session, f"http://127.0.0.1:{port}/api/").client(Secret("xoxb-1"))
        try:
            await client.chat_postMessage(channel="D1", text="once")
        except Exception as error:  # noqa: BLE001  # whatever it is must have a class
            return failed_sending(error, "con_1")


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN.keys())
async def test_one_call_is_one_request_and_the_outcome_is_ambiguous(answer):
    async with raw_server(answer) as (port, posts):
        failure = await _post(port)
        await asyncio.sleep(0.2)
    assert [post["text"] for post in posts] == ["once"]
    assert isinstance(failure, DeliveryFailedError)
    assert failure.failure_class == outcome_pb2.FAILURE_CLASS_AMBIGUOUS
    assert failure.connection_id == "con_1"


async def test_the_default_client_would_have_sent_twice():
    """Guards the checker: with the SDK's own settings the same server hears it again."""
    async with raw_server(b"") as (port, posts), http_session() as session:
        url = f"http://127.0.0.1:{port}/api/"
        default = AsyncWebClient(token="xoxb-1", base_url=url, session=session)
        with contextlib.suppress(Exception):
            await default.chat_postMessage(channel="D1", text="once")
    assert len(posts) > 1


async def test_nobody_listening_means_surely_not_sent():
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    failure = await _post(port)
    assert failure.failure_class == outcome_pb2.FAILURE_CLASS_NOT_SENT


@contextlib.asynccontextmanager
async def slack_that_drops_posts():
    """Answers every method but ``chat.postMessage``, which it reads before it hangs up."""
    calls = []

    async def serve(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
                calls.append(head.split(b" ")[1].decode().partition("?")[0].split("/")[-1])
                if calls[-1] == "chat.postMessage":
                    break
                writer.write(OPENED)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", calls
    server.close()
    await server.wait_closed()


async def _install(settings):
    database = Database(settings.database_url)
    await migrations("slack").apply(database)
    await open_storage("slack", database, KeyRing(settings.keys)).connections.connect(
        account="/T1",
        display_name="Team",
        user_id="",
        tokens=Tokens(Secret("xoxb-1")),
        granted_scopes=(),
        state={"app_id": "A1", "bot_user_id": "U0"},
    )
    await database.close()


async def test_the_whole_service_sends_once_however_often_it_is_asked(tools, tmp_path):
    request = channel_pb2.SendMessageRequest(
        delivery_id="dlv_1",
        text="once",
        recipient=recipient_pb2.Recipient(user_id="usr_1", addresses={"slack_user_id": "U1"}),
    )
    async with slack_that_drops_posts() as (url, calls):
        settings = tools.settings(tmp_path, url)
        await _install(settings)
        async with tools.serving(settings) as (_, stub):
            outcomes = [(await stub.SendMessage(request)).outcome for _ in range(3)]
            await asyncio.sleep(0.2)
    assert calls == ["conversations.open", "chat.postMessage"]
    classes = {outcome.failure.failure_class for outcome in outcomes}
    assert classes == {outcome_pb2.FAILURE_CLASS_AMBIGUOUS}
