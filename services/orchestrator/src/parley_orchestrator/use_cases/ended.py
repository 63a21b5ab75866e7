"""What who answers too late is told: how the request ended, who won, when and where."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from parley_kit.errors import FailedPreconditionError, Reason, ServiceError
from parley_orchestrator.domain.feedback import FeedbackRequest, Response, Status
from parley_orchestrator.domain.views import moment, response_view

_MAX_WINNER_BYTES = 1_000
_SHORT = 200


def ended(request: FeedbackRequest) -> ServiceError | None:
    """The error for an answer to a request that ended; None while it is pending."""
    if request.status is Status.PENDING:
        return None
    metadata = {"status": str(request.status)}
    if request.response is not None:
        metadata["response"] = orjson.dumps(short_view(request.response)).decode()
    return FailedPreconditionError(
        how_it_ended(request),
        reason=Reason.ERROR_REASON_ALREADY_DECIDED,
        metadata=metadata,
    )


def overdue(request: FeedbackRequest, now: datetime) -> ServiceError | None:
    """The error for an answer that comes when the time is over, though nobody closed it yet."""
    is_over = request.expires_at is not None and request.expires_at <= now
    return expired(request) if is_over else None


def expired(request: FeedbackRequest) -> ServiceError:
    """The error for an answer that lost against the clock."""
    return FailedPreconditionError(
        "The time to answer is over.",
        reason=Reason.ERROR_REASON_ALREADY_DECIDED,
        metadata={"status": str(Status.EXPIRED), "request_id": request.id},
    )


def short_view(response: Response) -> dict[str, Any]:
    """The winning answer, short enough for an error; GetFeedbackRequest has all of it."""
    value = response.value
    if len(orjson.dumps(value)) > _MAX_WINNER_BYTES:
        value = f"{value[:_SHORT]}…" if isinstance(value, str) else None
    return response_view(replace(response, value=value, comment=response.comment[:_SHORT]))


def how_it_ended(request: FeedbackRequest) -> str:
    """One sentence for a person who comes too late."""
    response = request.response
    if response is None:
        return f"This request is {request.status}; nothing more can be answered."
    value = response.value if isinstance(response.value, str) else "an answer"
    value = value if len(value) <= _SHORT else "a longer answer"
    return (
        f"Already answered: {value}, by {response.user_name} via {response.channel} "
        f"at {moment(response.responded_at)}."
    )
