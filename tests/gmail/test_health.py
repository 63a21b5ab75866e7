"""CheckHealth: what it says, and how rarely it asks Google."""

import asyncio

from parley.channel.v1 import channel_pb2


async def health(suite):
    return await suite.stub.CheckHealth(channel_pb2.CheckHealthRequest())


async def test_a_channel_without_a_mailbox_says_how_to_connect_one(suite):
    state = await health(suite)
    assert state.status == "not_connected"
    assert "/api/channels/gmail/auth?shared=true" in state.detail


async def test_a_connected_channel_is_ok_and_asks_google_once(suite_slow):
    await suite_slow.connect()
    before = len(await suite_slow.calls("getProfile"))
    states = await asyncio.gather(*(health(suite_slow) for _ in range(10)))
    assert {state.status for state in states} == {"ok"}
    assert len(await suite_slow.calls("getProfile")) == before + 1
    assert [each.display_name for each in states[0].connections] == ["agent@example.com"]


async def test_a_mailbox_that_does_not_answer_takes_the_channel_down(suite_slow):
    await suite_slow.connect()
    await suite_slow.fault("down")
    state = await health(suite_slow)
    assert state.status == "down"
    assert "agent@example.com: Google did not answer" in state.detail


async def test_a_mailbox_that_google_asks_to_wait_takes_nobody_to_another_channel(suite_slow):
    await suite_slow.connect()
    await suite_slow.fault("rate_limit", call="getProfile")
    state = await health(suite_slow)
    assert state.status == "degraded"
    assert "Google answered 429" in state.detail


async def never_asked(_request):
    raise AssertionError


async def test_without_a_client_it_says_which_settings_to_set(suite_on):
    suite = await suite_on(never_asked, client_id="", client_secret="")
    state = await health(suite)
    assert state.status == "not_connected"
    assert "GMAIL_CLIENT_ID" in state.detail


async def test_a_dead_grant_shows_at_once(connected):
    await connected.control("POST", "/google/revoke", email="agent@example.com")
    state = await health(connected)
    assert state.status == "down"
    assert "connect the mailbox again" in state.detail


async def test_failing_polls_are_noted_on_the_connection(connected):
    await connected.fault("error", call="history.list", count=2)
    async with asyncio.timeout(30):
        while True:
            (connection,) = (await health(connected)).connections
            if connection.last_error:
                break
            await asyncio.sleep(0.05)
    assert connection.last_error == "backendError"
    assert connection.HasField("last_error_at")
