"""How fast mails may go: what Gmail allows, and that it allows what is told."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from parley.channel.v1 import channel_pb2
from parley_gmail.pacing import RESERVED_UNITS, UNITS_A_MAIL, UNITS_A_MINUTE, limits_of
from parley_gmail.settings import GmailSettings
from parley_sandbox.server import running
from parley_sandbox.settings import Settings as SandboxSettings


def told(**more):
    return limits_of(GmailSettings(_env_file=None, **more))


def test_googles_limits_are_held_where_google_is_called():
    minute, day = told()
    assert not minute.is_dormant
    assert not day.is_dormant
    assert minute.scope == day.scope == channel_pb2.PACING_SCOPE_CONNECTION
    assert list(minute.delivery_kinds) == [], "every mail costs the same"


def test_before_a_stand_in_they_sleep():
    assert all(each.is_dormant for each in told(api_url="http://127.0.0.1:8080"))
    assert told(api_url="http://127.0.0.1:8080", pacing="never") == []


def test_no_minute_can_cost_more_units_than_a_mailbox_has():
    minute, _ = told()
    assert minute.period.ToTimedelta() == timedelta(minutes=1)
    most = (minute.count + minute.burst) * UNITS_A_MAIL
    assert most + RESERVED_UNITS <= UNITS_A_MINUTE
    assert most + UNITS_A_MAIL + RESERVED_UNITS > UNITS_A_MINUTE, "nothing is given away"


@pytest.mark.parametrize("daily", [4, 500, 2000, 10_000])
def test_no_day_can_bring_more_mails_than_the_account_may_send(daily):
    _, day = told(daily_messages=daily)
    assert day.period.ToTimedelta() == timedelta(days=1)
    assert day.count + day.burst == daily
    assert day.burst >= 1


def test_a_day_without_mails_is_refused():
    with pytest.raises(ValidationError, match="greater than or equal to 4"):
        told(daily_messages=0)


@pytest.fixture
async def metered(suite_at):
    """A Google that counts units as the real one does; time stands still between the mails."""
    settings = SandboxSettings(sandbox_port=0, sandbox_gmail_units_per_minute=UNITS_A_MINUTE)
    async with running(settings) as sandbox, suite_at(sandbox.settings.public_url) as suite:
        suite.sandbox = sandbox
        await suite.connect()
        yield suite


async def test_a_minutes_mails_pass_a_meter_that_then_refuses(metered):
    minute, _ = told()
    for number in range(minute.count + minute.burst):
        assert (await metered.send(delivery_id=f"dlv_{number}")).HasField("sent")
    outcomes = [await metered.send() for _ in range(20)]
    refused = [each.failure for each in outcomes if each.HasField("failure")]
    assert refused, "the meter does measure"
    assert {each.code for each in refused} == {"userRateLimitExceeded"}
    assert all(0 < each.retry_after.seconds <= 60 for each in refused)
