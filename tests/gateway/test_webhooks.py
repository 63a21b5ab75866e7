"""Providers' webhooks arrive at the channel as they were sent."""

import httpx
import pytest
from tests.gateway.suite import gateway_settings, running

from parley.channel.v1 import webhook_pb2


@pytest.mark.parametrize("endpoint", ["events", "interactions", "webhook"])
async def test_a_webhook_is_passed_on_raw(parley, endpoint):
    body = bytes(range(256)) + b"&payload=%7B%22a%22%3A1%7D"
    headers = [
        (b"X-Slack-Signature", "v0=\u00e4bc".encode("latin-1")),
        (b"X-Twice", b"1"),
        (b"X-Twice", b"2"),
        (b"Content-Type", b"application/x-www-form-urlencoded"),
    ]
    path = f"/api/channels/slack/{endpoint}?a=1&b=%20x"
    answer = await parley.http.post(path, headers=headers, content=body)
    [heard] = parley.channel.webhooks
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert (heard.endpoint, heard.body, heard.query) == (endpoint, body, "a=1&b=%20x")
    found = [(one.name, one.value) for one in heard.headers]
    assert ("x-slack-signature", "v0=\u00e4bc") in found
    assert [value for name, value in found if name == "x-twice"] == ["1", "2"]


async def test_the_channels_answer_is_the_answer(parley):
    parley.channel.answer = webhook_pb2.HandleWebhookResponse(
        status=401,
        headers=[webhook_pb2.HttpHeader(name="content-type", value="text/plain")],
        body=b"bad signature",
    )
    answer = await parley.http.post("/api/channels/slack/events", content=b"{}")
    assert (answer.status_code, answer.text) == (401, "bad signature")
    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_unknown_channels_endpoints_and_sizes_are_refused(parley):
    fax = await parley.http.post("/api/channels/fax/events", content=b"x")
    other = await parley.http.post("/api/channels/slack/other", content=b"x")
    large = await parley.http.post("/api/channels/slack/events", content=b"x" * 1_048_577)
    assert (fax.status_code, other.status_code, large.status_code) == (404, 404, 413)
    assert not parley.channel.webhooks


async def test_a_channel_that_is_down_is_503_so_that_the_provider_sends_again():
    async with (
        running(gateway_settings(1, 1)) as (_gateway, url),
        httpx.AsyncClient(base_url=url) as http,
    ):
        answer = await http.post("/api/channels/slack/events", content=b"{}")
        ready = await http.get("/readyz")
        alive = await http.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["service"] == "slack"
    assert "127.0.0.1" not in answer.text
    assert (ready.status_code, alive.status_code) == (503, 200)
