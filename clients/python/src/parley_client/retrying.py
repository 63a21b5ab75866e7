"""When a call is repeated; a pure decision and the conversation around it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from parley_client.errors import ParleyError, error_of, retry_after
from parley_client.wire import Answer, Exchange, Lost, Reply, Request, Steps

_TOO_MANY = 429
_PASSING = frozenset({502, 503, 504})  # may have taken effect, as far as a client can tell


@dataclass(frozen=True)
class Patience:
    """How long a call is repeated: in all, and at most so long between two tries."""

    total_seconds: float = 60.0
    first_seconds: float = 0.2
    longest_seconds: float = 8.0


@dataclass(frozen=True)
class Given:
    """A document, and how long it took with all repeats."""

    document: Any
    took_seconds: float


def pause_seconds(
    request: Request, reply: Reply, number: int, patience: Patience, chance: float
) -> float | None:
    """How long to wait before the next try; None where trying again could do harm or is no use.

    Args:
        request: What was asked.
        reply: What came, or that nothing came.
        number: Of tries so far.
        patience: Bounds the pause, where the server wishes none.
        chance: From 0 to 1; spreads the pauses, so that many clients do not come back together.
    """
    if not _may_repeat(request, reply):
        return None
    wished = retry_after(reply) if isinstance(reply, Answer) else None
    if wished is not None:
        return wished.total_seconds()
    doubled = patience.first_seconds * 2.0 ** min(number - 1, 30)
    return min(doubled, patience.longest_seconds) * (0.5 + chance / 2)


def _may_repeat(request: Request, reply: Reply) -> bool:
    if isinstance(reply, Lost):
        return request.is_repeatable or not reply.was_asked
    if reply.status == _TOO_MANY:
        return retry_after(reply) is not None
    return request.is_repeatable and reply.status in _PASSING


def call(
    request: Request,
    chance: Callable[[], float],
    patience: Patience,
    delay_seconds: float = 0.0,
) -> Steps[Given]:
    """Sends a request until it is answered; returns the answer's document.

    Raises:
        ParleyError: Refused, or not answered within the patience.
    """
    took, number = 0.0, 0
    while True:
        reply = yield Exchange(request, delay_seconds)
        took, number = took + reply.took_seconds, number + 1
        if isinstance(reply, Answer) and reply.is_ok:
            return Given(_document(reply), took)
        pause = pause_seconds(request, reply, number, patience, chance())
        if pause is None or took + pause > patience.total_seconds:
            raise error_of(reply)
        delay_seconds = pause


def _document(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise ParleyError(
            "unreadable_answer",
            "The answer is not JSON; does PARLEY_URL lead to Parley's gateway?",
            status=answer.status,
        ) from error
