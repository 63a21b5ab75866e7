"""Messages and cards through the real service into the sandbox."""

import asyncio

from parley.channel.v1 import channel_pb2, outcome_pb2, recipient_pb2


async def test_a_message_arrives_once_with_its_mark(suite):
    outcome = await suite.send("Hello **Ann**")
    assert outcome.sent.provider_ref == outcome.sent.thread_ref
    (posted,) = await suite.journal("chat.postMessage")
    body = posted["body"]
    assert body["metadata"]["event_payload"] == {"delivery_id": outcome.delivery_id}
    assert body["blocks"][1]["text"]["text"] == "Hello *Ann*"
    assert body["unfurl_links"] in (False, "0", "false", "False")
    assert body["text"] == "Hello *Ann*"
