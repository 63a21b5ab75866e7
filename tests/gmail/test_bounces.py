"""What silence, delays and bounces say of a mail."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio

import pytest

SOON = {"delivered_after_seconds": 0.3}


@pytest.fixture
async def suite(sandbox, suite_at, monkeypatch):
    monkeypatch.setattr("parley_gmail.receiving.arrivals._SHORTEST_PAUSE_SECONDS", 0.05)
    async with suite_at(sandbox.settings.public_url, **SOON) as suite:
        suite.sandbox = sandbox
        await suite.connect()
        yield suite


async def reports(suite, count=1):
    items = await suite.orchestrator.wait_for(count)
    assert all(item.HasField("report") for item in items)
    return [(item.report.delivery_id, item.report.state, item.report.code) for item in items]


async def bounced(suite, kind):
    await suite.control("POST", "/gmail/bounce", to_message="dlv_x", kind=kind)


async def test_a_mail_of_which_no_bounce_comes_counts_as_delivered_once(suite):
    await suite.send(delivery_id="dlv_x")
    assert await reports(suite) == [("dlv_x", "delivered", "")]
    await suite.pause(0.6)
    assert len(suite.orchestrator.items) == 1


@pytest.mark.parametrize(
    ("kind", "state", "code"),
    [
        ("hard", "bounced_hard", "5.1.1"),
        ("soft", "bounced_soft", "4.2.2"),
        ("gave_up", "bounced_hard", "4.4.1"),
    ],
)
async def test_a_mail_that_comes_back_is_reported_and_never_counts_as_delivered(
    suite, kind, state, code
):
    await suite.send(delivery_id="dlv_x")
    await bounced(suite, kind)
    assert await reports(suite) == [("dlv_x", state, code)]
    await suite.pause(0.6)
    assert len(suite.orchestrator.items) == 1


async def test_a_bounce_that_comes_late_is_told_after_all(suite):
    await suite.send(delivery_id="dlv_x")
    await reports(suite)
    await bounced(suite, "hard")
    assert (await reports(suite, 2))[1] == ("dlv_x", "bounced_hard", "5.1.1")


async def test_silence_says_nothing_while_the_mailbox_cannot_be_read(suite):
    await suite.fault("error", call="history.list")
    await suite.send(delivery_id="dlv_x")
    await suite.pause(0.8)
    assert suite.orchestrator.items == {}
    await suite.control("DELETE", "/faults")
    assert await reports(suite) == [("dlv_x", "delivered", "")]


async def test_a_bounce_is_never_answered_and_never_text(suite):
    before = len(await suite.calls("drafts.send"))
    await suite.send(delivery_id="dlv_x")
    for kind in ("soft", "hard", "gave_up"):
        await bounced(suite, kind)
    async with asyncio.timeout(30):
        while len(suite.orchestrator.items) < 3:
            await asyncio.sleep(0.02)
    assert not [i for i in suite.orchestrator.items.values() if i.HasField("text")]
    assert len(await suite.calls("drafts.send")) == before + 1
