"""What Google's refusals mean for a delivery; pure.

Source: developers.google.com/workspace/gmail/api/guides/handle-errors and what others report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from parley.channel.v1 import outcome_pb2
from parley_kit.adapter.provider import DeliveryFailedError

_LONGEST_WAIT = timedelta(hours=1)
# Where Google gives no time: a day's quota does not come back within seconds.
_USUAL_WAIT = {"dailyLimitExceeded": _LONGEST_WAIT}
_RETRY_AFTER = re.compile(r"Retry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)")

FailureClass: TypeAlias = outcome_pb2.FailureClass.ValueType
_SERVER_ERRORS = 500  # and above: a send may have happened before it
_TOO_MANY = 429
_RATE_LIMITS = {"rateLimitExceeded", "userRateLimitExceeded"}
_GONE = 404  # a draft that is gone was sent, or taken away

_CLASS_OF_REASON: dict[str, FailureClass] = {
    "rateLimitExceeded": outcome_pb2.FAILURE_CLASS_NOT_SENT,
    "userRateLimitExceeded": outcome_pb2.FAILURE_CLASS_NOT_SENT,
    "dailyLimitExceeded": outcome_pb2.FAILURE_CLASS_NOT_SENT,
    "authError": outcome_pb2.FAILURE_CLASS_NOT_SENT,  # of a token that was just refreshed
    "invalid_grant": outcome_pb2.FAILURE_CLASS_RECONNECT,
    "invalid_client": outcome_pb2.FAILURE_CLASS_RECONNECT,
    "unauthorized_client": outcome_pb2.FAILURE_CLASS_RECONNECT,
}
_CLASS_OF_STATUS: dict[int, FailureClass] = {
    401: outcome_pb2.FAILURE_CLASS_NOT_SENT,
    403: outcome_pb2.FAILURE_CLASS_RECONNECT,  # domainPolicy, insufficientPermissions, …
    429: outcome_pb2.FAILURE_CLASS_NOT_SENT,
}

# Refusals that last until a person does something, at Google or by connecting the mailbox again.
BREAKING = {
    "domainPolicy": "The domain's administrator has disabled this app for the mailbox: ask them to "
    "allow it, then connect the mailbox again.",
    "insufficientPermissions": "The mailbox was connected without a scope that is needed: connect "
    "it again and tick every box.",
}
_SENTENCES = {
    **BREAKING,
    "dailyLimitExceeded": "The mailbox or the Google project has used up its quota of the day.",
    "rateLimitExceeded": "Google asks to wait: too much was sent from this mailbox lately.",
    "userRateLimitExceeded": "Google asks to wait: too much was sent from this mailbox lately.",
    "accessNotConfigured": "The Gmail API is not enabled in the Google project; enable it there.",
    "authError": "Google refused a token that it had just given; it is tried again.",
    "invalid_grant": "Google no longer accepts the mailbox's token; connect it again.",
    "invalid_client": "Google does not know GMAIL_CLIENT_ID with GMAIL_CLIENT_SECRET; correct them.",
}
_NO_ANSWER = "Google did not answer."


class GoogleRefusedError(Exception):
    """Google answered with an error.

    Attributes:
        status: The HTTP status.
        reason: ``error.errors[].reason``, or the status where there is none.
        detail: Google's sentence.
        is_about_token: The token endpoint answered, so the API was not asked.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        detail: str = "",
        *,
        retry_after: timedelta | None = None,
        is_about_token: bool = False,
    ) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
        self.is_about_token = is_about_token


class GoogleUnreachableError(Exception):
    """No answer from Google; `was_asked` says whether the request may have arrived."""

    def __init__(self, cause: str, *, was_asked: bool) -> None:
        super().__init__(cause)
        self.cause = cause
        self.was_asked = was_asked


@dataclass(frozen=True)
class ErrorBody:
    """The parts of Google's error JSON that decide."""

    reason: str
    message: str


def error_body(status: int, document: object) -> ErrorBody:
    """Reads ``{"error": {"message": …, "errors": [{"reason": …}]}}``; any other shape is allowed."""
    error = document.get("error") if isinstance(document, dict) else None
    if not isinstance(error, dict):
        return ErrorBody(f"http_{status}", "")
    listed = error.get("errors")
    first = listed[0] if isinstance(listed, list) and listed else {}
    reason = first.get("reason") if isinstance(first, dict) else None
    return ErrorBody(str(reason or error.get("status") or f"http_{status}"), _text(error))


def _text(error: dict[str, object]) -> str:
    message = error.get("message")
    return message if isinstance(message, str) else ""


def retry_after(header: str | None, message: str, now: datetime) -> timedelta | None:
    """The retry time: from the header in seconds, else from Google's sentence; at most an hour."""
    if header is not None and header.isdecimal():
        return min(timedelta(seconds=int(header)), _LONGEST_WAIT)
    found = _RETRY_AFTER.search(message)
    if found is None:
        return None
    wait = datetime.fromisoformat(found[1]) - now
    return max(timedelta(0), min(wait, _LONGEST_WAIT))


def failure(
    error: GoogleRefusedError | GoogleUnreachableError, connection_id: str, *, is_send: bool
) -> DeliveryFailedError:
    """What a failed call means; only `drafts.send` (``is_send``) can have sent anything."""
    if isinstance(error, GoogleUnreachableError):
        is_lost = is_send and error.was_asked
        kind = (
            outcome_pb2.FAILURE_CLASS_AMBIGUOUS if is_lost else outcome_pb2.FAILURE_CLASS_NOT_SENT
        )
        return DeliveryFailedError(kind, error.cause, _NO_ANSWER, connection_id=connection_id)
    return DeliveryFailedError(
        _class_of(error, is_send=is_send),
        error.reason,
        _SENTENCES.get(error.reason, f"Gmail answered {error.status} {error.reason}."),
        retry_after=error.retry_after or _USUAL_WAIT.get(error.reason),
        connection_id=connection_id,
    )


def is_rate_limit(error: GoogleRefusedError) -> bool:
    """Whether Google asks to wait for moments, not for a day: what is to be sent can wait too."""
    return error.status == _TOO_MANY or error.reason in _RATE_LIMITS


def _class_of(error: GoogleRefusedError, *, is_send: bool) -> FailureClass:
    if known := _CLASS_OF_REASON.get(error.reason) or _CLASS_OF_STATUS.get(error.status):
        return known
    if error.status >= _SERVER_ERRORS or error.status == _GONE:
        was_asked = is_send and not error.is_about_token
        return (
            outcome_pb2.FAILURE_CLASS_AMBIGUOUS if was_asked else outcome_pb2.FAILURE_CLASS_NOT_SENT
        )
    return outcome_pb2.FAILURE_CLASS_REJECTED
