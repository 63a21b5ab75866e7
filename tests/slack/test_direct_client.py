"""The shorter way of calling Slack means the same as the SDK's own, also where Slack fails."""

import contextlib

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from parley_kit.sealing import Secret
from parley_slack.workspaces.clients import SlackClients, http_session
from parley_slack.workspaces.failures import failed_sending

JSON, HTML = "application/json", "text/html"
ANSWERS = {
    "accepted": (200, JSON, b'{"ok": true, "channel": "D1", "ts": "1.2"}', {}),
    "refused": (200, JSON, b'{"ok": false, "error": "channel_not_found"}', {}),
    "token": (200, JSON, b'{"ok": false, "error": "invalid_auth"}', {}),
    "too many": (429, JSON, b'{"ok": false, "error": "ratelimited"}', {"Retry-After": "7"}),
    "too many without a body": (429, JSON, b"", {"Retry-After": "9"}),
    "page": (503, HTML, b"<h1>Slack is down</h1>", {}),
    "half": (200, JSON, b'{"ok": tr', {}),
}


@contextlib.asynccontextmanager
async def slack_that_answers(status, kind, body, headers):
    seen = []

    async def serve(request):
        seen.append((request.path, dict(request.headers), await request.json()))
        return web.Response(status=status, content_type=kind, body=body, headers=headers)

    app = web.Application()
    app.router.add_post("/api/{method}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/", seen
    await runner.cleanup()


async def called(client):
    """What the call answered, or what its failure means."""
    try:
        answer = await client.chat_postMessage(channel="D1", text="café <&>", blocks=[{"a": 1}])
    except SlackApiError as error:
        failure = failed_sending(error, "con_1")
        return failure.failure_class, failure.code, failure.retry_after
    return answer.data


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
async def test_both_ways_ask_the_same_and_conclude_the_same(answer):
    async with slack_that_answers(*answer) as (url, seen), http_session() as session:
        ours = SlackClients(session, url).client(Secret("xoxb-1"))
        sdk = AsyncWebClient(token="xoxb-1", base_url=url, session=session, retry_handlers=[])
        assert await called(ours) == await called(sdk)
    (path, headers, body), (sdk_path, sdk_headers, sdk_body) = seen
    assert (path, body) == (sdk_path, sdk_body)
    kept = "Authorization", "Content-Type", "User-Agent"
    assert {name: headers[name] for name in kept} == {name: sdk_headers[name] for name in kept}
