"""What a thief of the database or the logs finds: nothing (threat table, row 24)."""

import asyncio
import sqlite3

import pytest

from parley_kit.adapter.connections import UnreadableTokensError
from parley_kit.adapter.service import open_storage
from parley_kit.sealing import KeyRing
from parley_kit.store import Database

CANARIES = ("xoxb-", "xoxe-", "sandbox-slack-secret", "sandbox-slack-signing-secret", "k" * 40)
BODIES = ("canary-message", "canary-prompt", "canary-comment")


async def _live_a_little(suite):
    await suite.connect()
    await suite.send("canary-message")
    card = suite.card(prompt="canary-prompt")
    await suite.ask(card)
    await suite.control("/slack/click", request=card.request_id, value="Reject with comment")
    await suite.control("/slack/submit", inputs={"text": "canary-comment"})
    await suite.control("/faults", channel="slack", kind="error", count=1)
    await suite.send("canary-message")
    await suite.webhook("events", b"canary-message")
    await suite.webhook("events", b"canary-message", secret="wrong")
    suite.sandbox.slack.grants.uninstall()
    await suite.send("canary-message")
    await asyncio.sleep(0.1)


@pytest.mark.parametrize("level", ["debug", "info"])
async def test_logs_hold_neither_secrets_nor_messages(suite_with, level):
    rotating = {"sandbox_slack_rotation": True}
    async with suite_with(sandbox=rotating, is_process=True, log_level=level) as suite:
        await _live_a_little(suite)
    written = "".join(suite.service.lines)
    assert "a workspace must be connected again" in written  # guards the checker
    for canary in (*CANARIES, *BODIES):
        assert canary not in written


async def test_the_database_and_its_journal_hold_no_secret(suite_with, sqlite_file):
    async with suite_with(sandbox={"sandbox_slack_rotation": True}) as suite:
        await _live_a_little(suite)
        raw = b"".join(path.read_bytes() for path in sqlite_file.parent.glob("slack.db*"))
    assert b"Parley Sandbox" in raw  # guards the checker
    for canary in CANARIES:
        assert canary.encode() not in raw


async def test_a_sealed_token_opens_only_in_its_own_row_and_field(suite, sqlite_file):
    with sqlite3.connect(sqlite_file) as database:
        database.execute("UPDATE slack_connections SET sealed_refresh_token = sealed_access_token")
    database.close()
    opened = Database(suite.settings.database_url)
    connections = open_storage("slack", opened, KeyRing(suite.settings.keys)).connections
    (account,) = await connections.all()
    with pytest.raises(UnreadableTokensError):
        await connections.tokens(account.connection_id)
    await opened.close()
