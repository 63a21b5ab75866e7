import time

import aiohttp
import pytest
from googleapiclient.errors import HttpError
from slack_sdk.errors import SlackApiError

from parley_sandbox.faults import InvalidFaultError, choose, read_fault


async def journal(control, query=""):
    return (await control("/journal" + query))[1]


class TestSlack:
    async def test_a_rate_limit_says_when_to_come_back(self, bot, ann, control):
        await control(
            "/faults", {"channel": "slack", "kind": "rate_limit", "seconds": 7, "count": 1}
        )
        with pytest.raises(SlackApiError) as caught:
            await bot.chat_postMessage(channel=ann.dm, text="x")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "7"
        assert caught.value.response["error"] == "ratelimited"
        assert (await bot.chat_postMessage(channel=ann.dm, text="x"))["ok"]

    async def test_an_error_does_nothing(self, bot, ann, control):
        await control("/faults", {"channel": "slack", "kind": "error", "count": 1})
        with pytest.raises(SlackApiError) as caught:
            await bot.chat_postMessage(channel=ann.dm, text="x")
        assert caught.value.response.status_code == 503
        assert (await bot.conversations_history(channel=ann.dm))["messages"] == []
        assert await journal(control, "?call=chat.postMessage") == []
        refused = await journal(control, "?call=chat.postMessage&refused=1")
        assert [e["outcome"] for e in refused] == ["fault:error"]

    async def test_a_dropped_answer_was_accepted(self, bot, ann, control):
        await control("/faults", {"channel": "slack", "kind": "drop_after_accept", "count": 1})
        await bot.conversations_history(channel=ann.dm)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await bot.chat_postMessage(channel=ann.dm, text="x")
        assert len((await bot.conversations_history(channel=ann.dm))["messages"]) == 1
        entries = await journal(control, "?call=chat.postMessage")
        assert [e["outcome"] for e in entries] == ["dropped"]

    async def test_down_does_nothing_and_answers_nothing(self, bot, ann, control):
        await control("/faults", {"channel": "slack", "kind": "down"})
        with pytest.raises(aiohttp.ClientError):
            await bot.chat_postMessage(channel=ann.dm, text="x")
        assert (await control("/healthz"))[0] == 200
        await control("/faults", method="DELETE")
        assert (await bot.conversations_history(channel=ann.dm))["messages"] == []

    async def test_latency_delays(self, bot, ann, control):
        await control(
            "/faults", {"channel": "slack", "kind": "latency", "seconds": 0.3, "count": 1}
        )
        began = time.monotonic()
        await bot.chat_postMessage(channel=ann.dm, text="x")
        assert time.monotonic() - began >= 0.3

    async def test_a_fault_can_name_its_call(self, bot, ann, control):
        fault = {"channel": "slack", "kind": "error", "call": "chat.update", "count": 1}
        await control("/faults", fault)
        sent = await bot.chat_postMessage(channel=ann.dm, text="x")
        with pytest.raises(SlackApiError):
            await bot.chat_update(channel=ann.dm, ts=sent["ts"], text="y")

    async def test_time_ends_a_fault(self, bot, ann, control):
        await control("/faults", {"channel": "slack", "kind": "down", "seconds": 30})
        await control("/clock", {"advance_seconds": 31})
        assert (await bot.chat_postMessage(channel=ann.dm, text="x"))["ok"]
        assert (await control("/faults"))[1] == []

    async def test_the_other_channel_is_not_hit(self, bot, ann, control):
        await control("/faults", {"channel": "gmail", "kind": "down"})
        assert (await bot.chat_postMessage(channel=ann.dm, text="x"))["ok"]


class TestGmail:
    async def test_a_rate_limit_names_the_time_in_its_message(self, gmail, control):
        await control("/faults", {"channel": "gmail", "kind": "rate_limit", "seconds": 60})
        with pytest.raises(HttpError) as caught:
            await gmail()(lambda users: users.getProfile(userId="me"))
        assert caught.value.status_code == 429
        assert "Retry after 2" in caught.value.reason
        assert "retry-after" not in caught.value.resp
        assert caught.value.error_details[0]["reason"] == "rateLimitExceeded"

    async def test_an_error_is_a_backend_error(self, gmail, control):
        fault = {"channel": "google", "kind": "error", "status": 500, "count": 1}
        await control("/faults", fault)
        with pytest.raises(HttpError) as caught:
            await gmail()(lambda users: users.getProfile(userId="me"))
        assert caught.value.status_code == 500
        assert caught.value.error_details[0]["reason"] == "backendError"

    @pytest.mark.parametrize(
        ("fault", "status", "reason"),
        [
            ({"kind": "rate_limit", "status": 403}, 403, "userRateLimitExceeded"),
            ({"kind": "error", "reason": "dailyLimitExceeded"}, 403, "dailyLimitExceeded"),
            ({"kind": "error", "reason": "domainPolicy"}, 403, "domainPolicy"),
            (
                {"kind": "error", "reason": "insufficientPermissions"},
                403,
                "insufficientPermissions",
            ),
        ],
    )
    async def test_a_refusal_can_be_named_by_its_reason(
        self, gmail, control, fault, status, reason
    ):
        await control("/faults", {"channel": "gmail", "count": 1, **fault})
        with pytest.raises(HttpError) as caught:
            await gmail()(lambda users: users.getProfile(userId="me"))
        assert caught.value.status_code == status
        assert caught.value.error_details[0]["reason"] == reason


class TestQuota:
    @pytest.fixture
    def overrides(self):
        return {"sandbox_gmail_units_per_minute": 5}

    async def test_a_mailbox_that_spent_its_units_is_told_when_to_come_again(self, gmail, control):
        run = gmail()
        for _ in range(5):
            await run(lambda users: users.getProfile(userId="me"))
        with pytest.raises(HttpError) as caught:
            await run(lambda users: users.getProfile(userId="me"))
        assert caught.value.status_code == 403
        assert caught.value.error_details[0]["reason"] == "userRateLimitExceeded"
        assert "User-rate limit exceeded.  Retry after 2" in caught.value.reason
        await control("/clock", {"advance_seconds": 61})
        await run(lambda users: users.getProfile(userId="me"))

    async def test_each_mailbox_has_its_own(self, gmail):
        for email in ("ann@example.com", "bob@example.com"):
            run = gmail(email)
            for _ in range(5):
                await run(lambda users: users.getProfile(userId="me"))


@pytest.mark.parametrize(
    "body",
    [
        {"channel": "fax", "kind": "down"},
        {"channel": "slack", "kind": "explode"},
        {"channel": "slack", "kind": "down", "count": 0},
        {"channel": "slack", "kind": "down", "count": "many"},
        {"channel": "slack", "kind": "down", "seconds": -1},
        {"channel": "slack", "kind": "down", "probability": 2},
        {"channel": "slack", "kind": "down", "count": True},
        {"channel": "slack", "kind": "error", "status": 404},
        {},
    ],
)
async def test_a_fault_that_makes_no_sense_is_refused(control, body):
    status, answer = await control("/faults", body)
    assert status == 400
    assert answer["error"]
    assert (await control("/faults"))[1] == []


def test_a_fault_is_an_object():
    with pytest.raises(InvalidFaultError):
        read_fault([], 1, 0.0)


@pytest.mark.parametrize(("chance", "hits"), [(0.0, 1), (0.29, 1), (0.3, 0), (0.99, 0)])
def test_probability_is_compared_with_one_draw(chance, hits):
    fault = read_fault({"channel": "slack", "kind": "down", "probability": 0.3}, 1, 0.0)
    found = choose([fault], "slack", "chat.update", writes=True, now=0.0, chance=chance)
    assert len(found) == hits


async def test_one_fault_is_removed(control):
    _, first = await control("/faults", {"channel": "slack", "kind": "down"})
    await control("/faults", {"channel": "gmail", "kind": "down"})
    _, left = await control(f"/faults/{first['id']}", method="DELETE")
    assert [f["channel"] for f in left] == ["gmail"]
    assert (await control(f"/faults/{first['id']}", method="DELETE"))[0] == 404
