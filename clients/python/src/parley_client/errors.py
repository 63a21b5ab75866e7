"""What can go wrong, with a stable code each; the server's are those of its problem documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from parley_client.records import FeedbackRequest
from parley_client.wire import Answer, Lost, Reply


class ParleyError(Exception):
    """Parley refused, or did not answer.

    Attributes:
        code: Stable, e.g. ``unknown_id`` or ``limit_reached``; ``unreachable`` without an answer.
        status: The HTTP status; 0 without an answer.
        detail: What is wrong and what to do.
        retry_after: When trying again may help, where the server says so.
        problem: The whole problem document (RFC 9457), with members such as ``field``.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        status: int = 0,
        retry_after: timedelta | None = None,
        problem: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{detail} ({code})")
        self.code = code
        self.detail = detail
        self.status = status
        self.retry_after = retry_after
        self.problem = dict(problem or {})


class NotApprovedError(Exception):
    """The question did not end with an approval; `request` says how it ended."""

    def __init__(self, request: FeedbackRequest) -> None:
        super().__init__(f"Not approved: {_ending(request)}")
        self.request = request


class ForgedWebhookError(Exception):
    """A webhook is not signed with the agent's secret, or too old; do not act on it."""


def error_of(reply: Reply) -> ParleyError:
    """The error that a reply without success means."""
    if isinstance(reply, Lost):
        doubt = " Whether the request took effect is not known." if reply.was_asked else ""
        return ParleyError("unreachable", f"Parley does not answer: {reply.cause}.{doubt}")
    problem = _problem(reply)
    return ParleyError(
        str(problem.get("code") or f"http_{reply.status}"),
        str(problem.get("detail") or f"Not an answer of Parley's: HTTP {reply.status}"),
        status=reply.status,
        retry_after=retry_after(reply),
        problem=problem,
    )


def retry_after(answer: Answer) -> timedelta | None:
    """The Retry-After header in its form of seconds, the only one that Parley uses."""
    text = answer.headers.get("retry-after", "").strip()
    return timedelta(seconds=int(text)) if text.isascii() and text.isdecimal() else None


def _problem(answer: Answer) -> dict[str, Any]:
    try:
        document = json.loads(answer.body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _ending(request: FeedbackRequest) -> str:
    if request.response is None:
        return f"the question is {request.status}."
    comment = f": {request.response.comment}" if request.response.comment else ""
    who, channel = request.response.user_name, request.response.channel
    return f"{who} answered {request.response.value!r} by {channel}{comment}."
