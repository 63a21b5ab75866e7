"""What the accounts' state makes of the channel."""

import pytest

from parley_kit.adapter.connections import CONNECTED, RECONNECT_NEEDED, REVOKED, Account
from parley_kit.adapter.health import Trouble, judged
from parley_kit.clock import utc_now

NOW = utc_now()


def account(name, status=CONNECTED, detail=""):
    nothing = dict.fromkeys(
        ("token_expires_at", "cursor", "last_received_at", "last_error_at"), None
    )
    return Account(
        connection_id=f"con_{name}",
        account=name,
        display_name=name,
        user_id="",
        status=status,
        detail=detail,
        granted_scopes=(),
        state={},
        last_error="",
        created_at=NOW,
        connected_at=NOW,
        **nothing,
    )


A, B = account("a"), account("b")
DEAD, GONE = account("a", RECONNECT_NEEDED, "Connect again."), account("a", REVOKED)
BAD, PASSING = Trouble("no answer"), Trouble("wait", is_passing=True)


@pytest.mark.parametrize(
    ("accounts", "troubles", "status", "detail"),
    [
        ([], {}, "not_connected", "Do this."),
        ([GONE], {}, "not_connected", "Do this."),
        ([A], {}, "ok", ""),
        ([A, GONE], {}, "ok", ""),
        ([A], {"con_a": BAD}, "down", "a: no answer"),
        ([A], {"con_a": PASSING}, "degraded", "a: wait"),
        ([DEAD], {}, "down", "a: Connect again."),
        ([DEAD], {"con_a": PASSING}, "down", "a: Connect again."),
        ([DEAD, B], {}, "degraded", "a: Connect again."),
        ([A, B], {"con_a": BAD, "con_b": PASSING}, "degraded", "a: no answer; b: wait"),
        ([A, B], {"con_a": BAD, "con_b": BAD}, "down", "a: no answer; b: no answer"),
    ],
)
def test_how_the_channel_is(accounts, troubles, status, detail):
    state = judged(accounts, troubles, "Do this.")
    assert (state.status, state.detail) == (status, detail)
