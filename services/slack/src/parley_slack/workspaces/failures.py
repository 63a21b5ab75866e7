"""What Slack's errors mean for a delivery (docs.slack.dev, the errors of each method)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from parley.channel.v1 import outcome_pb2
from parley_kit.adapter.provider import DeliveryFailedError, FailureClass
from parley_kit.errors import ServiceError

NOT_SENT = outcome_pb2.FAILURE_CLASS_NOT_SENT
AMBIGUOUS = outcome_pb2.FAILURE_CLASS_AMBIGUOUS
PERMANENT = outcome_pb2.FAILURE_CLASS_PERMANENT
RECONNECT = outcome_pb2.FAILURE_CLASS_RECONNECT
REJECTED = outcome_pb2.FAILURE_CLASS_REJECTED

_TOO_MANY = 429
_SERVER_ERROR = 500
_SLOW = timedelta(minutes=5)
_DEFAULT_WAIT = timedelta(seconds=30)

_CODES: Mapping[FailureClass.ValueType, str] = {
    RECONNECT: (
        "invalid_auth not_authed account_inactive token_revoked token_expired org_login_required "
        "missing_scope not_allowed_token_type team_access_not_granted ekm_access_denied "
        "invalid_refresh_token not_connected"
    ),
    PERMANENT: (
        "channel_not_found not_in_channel is_archived user_not_found users_not_found "
        "user_disabled user_not_visible cannot_dm_bot messages_tab_disabled "
        "cannot_reply_to_message no_permission access_denied message_not_found "
        "cant_update_message edit_window_closed"
    ),
    REJECTED: (
        "msg_too_long msg_blocks_too_long no_text invalid_arguments metadata_too_large "
        "markdown_text_conflict invalid_form_data invalid_json json_not_object invalid_charset "
        "invalid_post_type unknown_method invalid_arg_name invalid_array_arg"
    ),
    NOT_SENT: ("ratelimited rate_limited message_limit_exceeded team_added_to_org accesslimited"),
    AMBIGUOUS: "fatal_error internal_error service_unavailable request_timeout",
}
_CLASS_OF = {code: kind for kind, codes in _CODES.items() for code in codes.split()}
_PREFIXES = (("invalid_blocks", REJECTED), ("invalid_metadata", REJECTED),
             ("restricted_action", PERMANENT))  # fmt: skip
_SLOWLY = {"message_limit_exceeded", "team_added_to_org", "accesslimited"}
_ADVICE = {
    RECONNECT: "Slack no longer accepts Parley's token for this workspace; install the app again.",
    PERMANENT: "Slack cannot reach this person.",
    REJECTED: "Slack refuses the content; this is a defect of the Slack channel.",
    NOT_SENT: "Slack takes nothing now; it is tried again later.",
    AMBIGUOUS: "Slack did not say whether it took the message.",
}
# A TCP or TLS connection that was never made has carried nothing.
_NEVER_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


def class_of(code: str) -> FailureClass.ValueType:
    """What follows from a code of Slack's; an unknown refusal ends the attempts on this channel."""
    for prefix, kind in _PREFIXES:
        if code.startswith(prefix):
            return kind
    return _CLASS_OF.get(code, PERMANENT)


def failed_sending(error: Exception, connection_id: str) -> DeliveryFailedError:
    """The failure of the one call that sends."""
    if isinstance(error, DeliveryFailedError):
        return error
    if isinstance(error, ServiceError):  # our own database, or a lease that another replica has
        return not_sent("busy", error.message, connection_id)
    if isinstance(error, SlackApiError):
        return _refused(error.response, connection_id)
    if isinstance(error, _NEVER_CONNECTED):
        return _failure(NOT_SENT, "unreachable", connection_id)
    code = "timeout" if isinstance(error, TimeoutError) else "connection_lost"
    if isinstance(error, TimeoutError | aiohttp.ClientError | OSError):
        return _failure(AMBIGUOUS, code, connection_id)
    raise error


def failed_otherwise(error: Exception, connection_id: str) -> DeliveryFailedError:
    """The failure of a call that sends nothing new: what would be ambiguous is safe to repeat."""
    failure = failed_sending(error, connection_id)
    if failure.failure_class != AMBIGUOUS:
        return failure
    return _failure(NOT_SENT, failure.code, connection_id)


def code_of(error: Exception) -> str:
    """Slack's own code, or empty."""
    return _code(error.response) if isinstance(error, SlackApiError) else ""


def not_sent(code: str, message: str, connection_id: str = "") -> DeliveryFailedError:
    """A failure before anything was sent that may pass at once."""
    return DeliveryFailedError(
        NOT_SENT, code, message, retry_after=timedelta(seconds=1), connection_id=connection_id
    )


def _refused(response: Any, connection_id: str) -> DeliveryFailedError:
    code, status = _code(response), _status(response)
    if status == _TOO_MANY or code in {"ratelimited", "rate_limited"}:
        return _failure(NOT_SENT, "ratelimited", connection_id, _retry_after(response))
    if not code or (status >= _SERVER_ERROR and code not in _CLASS_OF):
        return _failure(AMBIGUOUS, code or f"http_{status}", connection_id)
    wait = _SLOW if code in _SLOWLY else None
    return _failure(class_of(code), code, connection_id, wait)


def _failure(
    kind: FailureClass.ValueType, code: str, connection_id: str, wait: timedelta | None = None
) -> DeliveryFailedError:
    return DeliveryFailedError(
        kind, code, f"{_ADVICE[kind]} ({code})", retry_after=wait, connection_id=connection_id
    )


def _code(response: Any) -> str:
    """The code of an answer that may be a dict, a text, or nothing that was expected."""
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) else ""


def _status(response: Any) -> int:
    status = getattr(response, "status_code", getattr(response, "status", 0))
    return status if isinstance(status, int) else 0


def _retry_after(response: Any) -> timedelta:
    headers = getattr(response, "headers", None) or {}
    lower = {str(name).lower(): value for name, value in headers.items()}
    text = str(lower.get("retry-after", "")).strip()
    return timedelta(seconds=int(text)) if text.isdecimal() else _DEFAULT_WAIT
