"""The same events and clicks over a connection that the app opens."""

import asyncio
import json
import sqlite3


async def _connected(suite):
    async with asyncio.timeout(30):
        while not suite.sandbox.slack.sockets.is_connected:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_clicks_messages_and_modals_come_over_the_socket(suite_with):
    async with suite_with(app_token="xapp-sandbox", signing_secret="") as suite:
        await _connected(suite)
        await suite.connect()
        card = suite.card()
        await suite.ask(card)
        status, answer = await suite.control(
            "/slack/click", request=card.request_id, value="approve"
        )
        assert (status, answer["status"]) == (200, 200)
        await suite.control("/slack/say", user="ann@example.com", text="hello")
        items = await suite.orchestrator.heard(2)
        assert json.loads(items[0].answer.value_json) == "approved"
        assert items[1].text.text == "hello"
        other = suite.card()
        await suite.ask(other)
        _, opened = await suite.control(
            "/slack/click", request=other.request_id, value="Reject with comment"
        )
        assert opened["view"]
        _, refused = await suite.control("/slack/submit", inputs={"text": "\u200b"})
        assert refused["errors"]
        await suite.control("/slack/submit", inputs={"text": "because"})
        items = await suite.orchestrator.heard(3)
        assert items[2].answer.comment == "because"
        assert suite.bridge.seen == []


async def test_what_cannot_be_stored_is_not_acknowledged(suite_with, sqlite_file):
    async with suite_with(app_token="xapp-sandbox") as suite:
        await _connected(suite)
        await suite.connect()
        await suite.send()
        with sqlite3.connect(sqlite_file) as database:
            database.execute("ALTER TABLE slack_inbox RENAME TO away")
        database.close()
        _, receipt = await suite.control("/slack/say", user="ann@example.com", text="lost?")
        assert receipt["status"] is None
