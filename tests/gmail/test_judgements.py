"""Pure judgements: Google's refusals, the choice of a mailbox, health, watches, settings."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from pydantic import ValidationError

from parley.channel.v1 import outcome_pb2
from parley_gmail.google.refusals import (
    GoogleRefusedError,
    GoogleUnreachableError,
    error_body,
    failure,
    retry_after,
)
from parley_gmail.mailboxes import choose
from parley_gmail.receiving.labels import is_heard
from parley_gmail.receiving.watches import is_due
from parley_gmail.settings import GmailSettings
from parley_kit.adapter.connections import CONNECTED, RECONNECT_NEEDED, REVOKED, Account
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.clock import rfc3339

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NOT_SENT = outcome_pb2.FAILURE_CLASS_NOT_SENT
AMBIGUOUS = outcome_pb2.FAILURE_CLASS_AMBIGUOUS
RECONNECT = outcome_pb2.FAILURE_CLASS_RECONNECT
REJECTED = outcome_pb2.FAILURE_CLASS_REJECTED


@pytest.mark.parametrize(
    ("status", "reason", "sending", "otherwise"),
    [
        (400, "badRequest", REJECTED, REJECTED),
        (400, "invalid_grant", RECONNECT, RECONNECT),
        (401, "authError", NOT_SENT, NOT_SENT),
        (401, "http_401", NOT_SENT, NOT_SENT),
        (403, "rateLimitExceeded", NOT_SENT, NOT_SENT),
        (403, "userRateLimitExceeded", NOT_SENT, NOT_SENT),
        (403, "dailyLimitExceeded", NOT_SENT, NOT_SENT),
        (403, "accessNotConfigured", RECONNECT, RECONNECT),
        (403, "domainPolicy", RECONNECT, RECONNECT),
        (403, "insufficientPermissions", RECONNECT, RECONNECT),
        (404, "notFound", AMBIGUOUS, NOT_SENT),
        (413, "uploadTooLarge", REJECTED, REJECTED),
        (429, "rateLimitExceeded", NOT_SENT, NOT_SENT),
        (429, "http_429", NOT_SENT, NOT_SENT),
        (500, "backendError", AMBIGUOUS, NOT_SENT),
        (502, "http_502", AMBIGUOUS, NOT_SENT),
        (503, "backendError", AMBIGUOUS, NOT_SENT),
    ],
)
def test_what_a_refusal_means(status, reason, sending, otherwise):
    error = GoogleRefusedError(status, reason)
    assert failure(error, "con", is_send=True).failure_class == sending
    assert failure(error, "con", is_send=False).failure_class == otherwise


@pytest.mark.parametrize(
    ("given", "expected"),
    [(None, timedelta(hours=1)), (timedelta(minutes=5), timedelta(minutes=5))],
)
def test_a_days_quota_is_waited_for_longer_than_any_backoff(given, expected):
    error = GoogleRefusedError(403, "dailyLimitExceeded", retry_after=given)
    assert failure(error, "con", is_send=True).retry_after == expected


def test_a_token_endpoint_that_fails_before_a_send_sent_nothing():
    error = GoogleRefusedError(503, "http_503", is_about_token=True)
    assert failure(error, "con", is_send=True).failure_class == NOT_SENT


@pytest.mark.parametrize(
    ("asked", "sends", "expected"),
    [(True, True, AMBIGUOUS), (True, False, NOT_SENT), (False, True, NOT_SENT)],
)
def test_what_no_answer_means(asked, sends, expected):
    error = GoogleUnreachableError("TimeoutError", was_asked=asked)
    assert failure(error, "con", is_send=sends).failure_class == expected


@pytest.mark.parametrize(
    ("header", "message", "wait"),
    [
        ("7", "", timedelta(seconds=7)),
        ("999999", "", timedelta(hours=1)),
        (None, "User-rate limit exceeded.  Retry after 2026-11-23T10:00:30.000Z", timedelta(seconds=30)),
        (None, "Retry after 2026-11-23T10:01:00Z (Mail sending)", timedelta(minutes=1)),
        (None, "Retry after 2026-11-23T09:00:00.000Z", timedelta(0)),
        (None, "Retry after 2027-11-23T09:00:00.000Z", timedelta(hours=1)),
        (None, "Retry after tomorrow", None),
        ("soon", "", None),
        (None, "", None),
    ],
)  # fmt: skip
def test_the_retry_time(header, message, wait):
    assert retry_after(header, message, NOW) == wait


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"error": {"errors": [{"reason": "badRequest"}], "message": "m"}}, "badRequest"),
        ({"error": {"status": "INVALID", "message": "m"}}, "INVALID"),
        ({"error": {"errors": [], "message": 5}}, "http_400"),
        ({"error": "invalid_grant"}, "http_400"),
        ([], "http_400"),
        (None, "http_400"),
        ({"error": {"errors": ["x"]}}, "http_400"),
    ],
)
def test_an_error_of_any_shape_is_read(document, reason):
    assert error_body(400, document).reason == reason


def account(name, user_id="", status=CONNECTED, **more):
    values = {
        "connection_id": f"con_{name}", "account": f"{user_id or 'shared'}/{name}@example.com",
        "display_name": name, "user_id": user_id, "status": status, "detail": "",
        "granted_scopes": (), "token_expires_at": None, "state": {}, "cursor": 1,
        "last_received_at": None, "last_error": "", "last_error_at": None, "created_at": NOW,
        "connected_at": NOW,
    }  # fmt: skip
    return Account(**{**values, **more})


SHARED, OTHER = account("agent"), account("second")
OWN, BOBS = account("ann", "usr_ann"), account("bob", "usr_bob")
DEAD = account("agent", status=RECONNECT_NEEDED, detail="Connect again.")


@pytest.mark.parametrize(
    ("accounts", "earlier", "chosen"),
    [
        ([SHARED, OWN], "", SHARED),
        ([SHARED, OTHER], "", OTHER),
        ([SHARED, OTHER], "con_agent", SHARED),
        ([SHARED, OWN], "con_ann", SHARED),
        ([OWN, BOBS], "", OWN),
        ([account("agent", status=REVOKED), OWN], "", OWN),
        ([DEAD, OTHER], "con_agent", OTHER),
    ],
)
def test_which_mailbox_sends(accounts, earlier, chosen):
    assert choose(accounts, "usr_ann", earlier) == chosen


@pytest.mark.parametrize(
    ("accounts", "code"),
    [
        ([], "not_connected"),
        ([BOBS], "not_connected"),
        ([account("agent", status=REVOKED)], "not_connected"),
        ([DEAD], "reconnect_needed"),
        ([DEAD, OWN], "reconnect_needed"),
    ],
)
def test_no_mailbox_can_send(accounts, code):
    with pytest.raises(DeliveryFailedError) as raised:
        choose(accounts, "usr_ann", "")
    assert (raised.value.failure_class, raised.value.code) == (RECONNECT, code)


@pytest.mark.parametrize(
    ("labels", "shared", "personal"),
    [
        (["INBOX", "UNREAD"], True, True),
        (["CATEGORY_UPDATES"], True, True),
        ([], True, True),
        (["SENT"], False, False),
        (["SENT", "INBOX"], False, True),
        (["DRAFT"], False, False),
        (["SPAM"], False, False),
        (["TRASH", "INBOX"], False, False),
    ],
)
def test_which_mail_is_heard(labels, shared, personal):
    assert is_heard(labels, is_personal=False) is shared
    assert is_heard(labels, is_personal=True) is personal


@pytest.mark.parametrize(
    ("state", "due"),
    [
        ({}, True),
        ({"watch_topic": "t", "watch_renewed_at": rfc3339(NOW)}, False),
        ({"watch_topic": "t", "watch_renewed_at": rfc3339(NOW - timedelta(hours=23))}, False),
        ({"watch_topic": "t", "watch_renewed_at": rfc3339(NOW - timedelta(hours=24))}, True),
        ({"watch_topic": "old", "watch_renewed_at": rfc3339(NOW)}, True),
    ],
)
def test_when_a_watch_is_renewed(state, due):
    assert is_due(account("agent", state=state), "t", NOW) is due


def settings(**more):
    return GmailSettings(_env_file=None, **more)


def test_defaults_are_googles_own():
    found = settings()
    assert found.port == 50051
    assert found.database_url == "sqlite:///parley-gmail.db"
    assert found.api_url == "https://gmail.googleapis.com/"
    assert found.callback_url == "http://127.0.0.1:8000/api/channels/gmail/callback"
    assert found.poll_interval_seconds == 10


@pytest.mark.parametrize(
    ("more", "seconds"),
    [
        ({"pubsub_topic": "t", "pubsub_audience": "a", "pubsub_service_account": "s"}, 60),
        ({"pubsub_topic": "t"}, 10),
        ({"poll_seconds": 3, "pubsub_topic": "t"}, 3),
        ({"poll_seconds": ""}, 10),
    ],
)
def test_how_often_mailboxes_are_polled(more, seconds):
    assert settings(**more).poll_interval_seconds == seconds


def test_values_that_cannot_work_are_refused():
    with pytest.raises(ValidationError):
        settings(poll_seconds=0)
    with pytest.raises(ValidationError):
        settings(secret_keys="short")


def test_settings_show_no_secret():
    found = settings(client_secret="canary-secret", secret_keys="canary" * 10)
    assert "canary" not in repr(found)
    assert b"canary" not in orjson.dumps(found.model_dump(mode="json"))
