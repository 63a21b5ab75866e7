"""Which limits a channel tells: where the provider itself is called, and where a stand-in is."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from parley_kit.adapter.pacing import PER_CONNECTION, PER_RECIPIENT, limit, pacing_limits
from parley_kit.adapter.settings import AdapterSettings

LIMITS = (
    limit("mails of a mailbox", PER_CONNECTION, 2_000, timedelta(days=1), burst=100),
    limit("posts", PER_RECIPIENT, 1, timedelta(seconds=1), kinds=["message", "card"]),
)


@pytest.mark.parametrize(
    ("mode", "is_own_address", "dormant"),
    [
        ("auto", True, [False, False]),
        ("auto", False, [True, True]),
        ("always", True, [False, False]),
        ("always", False, [False, False]),
        ("never", True, []),
        ("never", False, []),
    ],
)
def test_limits_sleep_where_a_stand_in_is_called_unless_told_otherwise(
    mode, is_own_address, dormant
):
    told = pacing_limits(mode, LIMITS, is_own_address=is_own_address)
    assert [each.is_dormant for each in told] == dormant
    assert not any(each.is_dormant for each in LIMITS), "the given ones stay as they are"


def test_a_limit_says_all_that_the_contract_asks_for():
    daily, posts = pacing_limits("auto", LIMITS, is_own_address=True)
    assert (daily.name, daily.scope, daily.count) == ("mails of a mailbox", PER_CONNECTION, 2_000)
    assert daily.period.ToTimedelta() == timedelta(days=1)
    assert (daily.burst, list(daily.delivery_kinds)) == (100, [])
    assert (posts.burst, list(posts.delivery_kinds)) == (1, ["message", "card"])


def test_the_mode_is_a_setting(monkeypatch):
    monkeypatch.delenv("PARLEY_PACING", raising=False)
    assert AdapterSettings(_env_file=None).pacing == "auto"
    monkeypatch.setenv("PARLEY_PACING", "never")
    assert AdapterSettings(_env_file=None).pacing == "never"
    monkeypatch.setenv("PARLEY_PACING", "sometimes")
    with pytest.raises(ValidationError, match="'auto', 'always' or 'never'"):
        AdapterSettings(_env_file=None)
