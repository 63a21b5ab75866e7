"""Slack's errors and what follows from each: the whole table."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from parley.channel.v1 import outcome_pb2
from parley_slack.workspaces.failures import class_of, failed_otherwise, failed_sending

NOT_SENT = outcome_pb2.FAILURE_CLASS_NOT_SENT
AMBIGUOUS = outcome_pb2.FAILURE_CLASS_AMBIGUOUS
PERMANENT = outcome_pb2.FAILURE_CLASS_PERMANENT
RECONNECT = outcome_pb2.FAILURE_CLASS_RECONNECT
REJECTED = outcome_pb2.FAILURE_CLASS_REJECTED

TABLE = {
    RECONNECT: (
        "invalid_auth not_authed account_inactive token_revoked token_expired org_login_required "
        "missing_scope not_allowed_token_type team_access_not_granted ekm_access_denied"
    ),
    PERMANENT: (
        "channel_not_found not_in_channel is_archived user_not_found user_disabled "
        "user_not_visible cannot_dm_bot messages_tab_disabled restricted_action "
        "restricted_action_read_only_channel cannot_reply_to_message no_permission access_denied"
    ),
    REJECTED: (
        "invalid_blocks invalid_blocks_format msg_too_long msg_blocks_too_long no_text "
        "invalid_arguments metadata_too_large invalid_metadata_format invalid_metadata_schema "
        "markdown_text_conflict"
    ),
    NOT_SENT: "ratelimited message_limit_exceeded team_added_to_org accesslimited",
    AMBIGUOUS: "fatal_error internal_error service_unavailable request_timeout",
}
CASES = [(code, kind) for kind, codes in TABLE.items() for code in codes.split()]


class Answer:
    def __init__(self, data, status=200, headers=None):
        self.data, self.status_code, self.headers = data, status, headers or {}


def _error(data, status=200, headers=None):
    return SlackApiError("The server responded with: …", Answer(data, status, headers))


@pytest.mark.parametrize(("code", "kind"), CASES)
def test_every_known_code_has_its_class(code, kind):
    assert class_of(code) == kind
    failure = failed_sending(_error({"ok": False, "error": code}), "con_1")
    assert (failure.failure_class, failure.code) == (kind, code)
    assert failure.connection_id == "con_1"


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (_error({"error": "new_refusal"}), PERMANENT, "new_refusal"),
        (_error({"error": "new_trouble"}, 500), AMBIGUOUS, "new_trouble"),
        (_error({}, 502), AMBIGUOUS, "http_502"),
        (_error("upstream error", 503), AMBIGUOUS, "http_503"),
        (_error({}, 200), AMBIGUOUS, "http_200"),
        (_error({"error": {"deep": 1}}, 200), AMBIGUOUS, "http_200"),
        (SlackApiError("raw", object()), AMBIGUOUS, "http_0"),
        (TimeoutError(), AMBIGUOUS, "timeout"),
        (aiohttp.ServerDisconnectedError(), AMBIGUOUS, "connection_lost"),
        (aiohttp.ClientOSError(), AMBIGUOUS, "connection_lost"),
        (aiohttp.ClientPayloadError(), AMBIGUOUS, "connection_lost"),
        (ConnectionResetError(), AMBIGUOUS, "connection_lost"),
        (aiohttp.ServerTimeoutError(), AMBIGUOUS, "timeout"),
        (aiohttp.ConnectionTimeoutError(), NOT_SENT, "unreachable"),
    ],
)
def test_everything_else_is_judged_by_what_may_have_happened(error, kind, code):
    failure = failed_sending(error, "con_1")
    assert (failure.failure_class, failure.code) == (kind, code)
    otherwise = failed_otherwise(error, "con_1").failure_class
    assert otherwise == (NOT_SENT if kind == AMBIGUOUS else kind)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "17"}, 17),
        ({"retry-after": "3"}, 3),
        ({}, 30),
        ({"Retry-After": "soon"}, 30),
        ({"Retry-After": "-1"}, 30),
    ],
)
def test_slacks_waiting_time_is_handed_on(headers, seconds):
    failure = failed_sending(_error({"error": "ratelimited"}, 429, headers), "con_1")
    assert failure.failure_class == NOT_SENT
    assert failure.retry_after.total_seconds() == seconds


def test_slow_refusals_wait_longer():
    failure = failed_sending(_error({"error": "message_limit_exceeded"}), "con_1")
    assert failure.retry_after.total_seconds() >= 60


def test_a_defect_is_not_dressed_up():
    with pytest.raises(KeyError):
        failed_sending(KeyError("x"), "con_1")
    with pytest.raises(asyncio.CancelledError):
        raise asyncio.CancelledError
