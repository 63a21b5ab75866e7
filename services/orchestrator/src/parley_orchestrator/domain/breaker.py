"""Circuit breakers: a connection that keeps failing is left alone, then probed with one delivery.

A breaker that is closed and never tripped has no record. `closed` lets everything pass, `open`
nothing until its time, `half_open` one probe.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from parley_orchestrator.domain.delivery import (
    ALREADY_CLAIMED,
    CHANNEL_DOWN,
    LINE_LOST,
    Outcome,
    Result,
)

WHOLE_CHANNEL = ""
"""The connection of the breaker that stands before all of a channel."""


class BreakerState(StrEnum):
    """What a breaker lets pass."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True)
class BreakerRules:
    """When a breaker opens, and for how long.

    Attributes:
        window: How far back attempts count, and at most how many of the newest.
        min_failures: Fewer failures never open it.
        min_failing: Before a whole channel, so many different deliveries must have failed: one
            poisonous message must not keep everybody from it.
        failure_ratio: Of the attempts in the window, so many must have failed.
        open_seconds: How long it is open at first; doubled with each failed probe up to the cap.
        probe_seconds: A probe that says nothing for so long has failed.
    """

    window: timedelta = timedelta(seconds=60)
    window_attempts: int = 50
    min_failures: int = 5
    min_failing: int = 2
    failure_ratio: float = 0.5
    open_seconds: float = 15.0
    cap_seconds: float = 300.0
    probe_seconds: float = 60.0


RULES = BreakerRules()


@dataclass(frozen=True)
class Breaker:
    """The breaker of one connection, or of a whole channel.

    Attributes:
        until: When an open one lets a probe pass, or a half-open one gives its probe up.
        trips: How often it opened since it was closed last.
        code: Of the failure that opened it.
        is_cleared: What waited behind it and could go elsewhere was handed on.
    """

    channel: str
    connection_id: str
    state: BreakerState
    until: datetime
    trips: int
    code: str
    is_cleared: bool = False


@dataclass(frozen=True)
class Window:
    """The newest attempts on a connection; `failing` is how many deliveries the failed ones are."""

    succeeded: int
    failed: int
    failing: int


class Passage(StrEnum):
    """What may go through now."""

    ALL = "all"
    ONE = "one"
    NONE = "none"


def passage(breaker: Breaker | None, now: datetime) -> Passage:
    """What a breaker lets pass now; None is a closed one."""
    if breaker is None:
        return Passage.ALL
    return Passage.NONE if now < breaker.until else Passage.ONE


def probing(breaker: Breaker, now: datetime, rules: BreakerRules = RULES) -> Breaker:
    """The breaker while its probe is on its way."""
    until = now + timedelta(seconds=rules.probe_seconds)
    return replace(breaker, state=BreakerState.HALF_OPEN, until=until)


def window_of(attempts: Iterable[tuple[str, Result]]) -> Window:
    """Counts attempts, given as (delivery id, outcome)."""
    counted = list(attempts)
    failed = [delivery_id for delivery_id, result in counted if result in _FAILURES]
    succeeded = sum(result in _ANSWERS for _id, result in counted)
    return Window(succeeded, len(failed), len(set(failed)))


def is_failure(outcome: Outcome) -> bool:
    """Whether an outcome speaks against the connection, not against a person or a text.

    A provider that names a retry time is alive; that is pacing's matter.
    """
    if outcome.code in NOT_THE_PROVIDERS:
        return False
    return outcome.result in _FAILURES and outcome.retry_after is None


def is_success(outcome: Outcome) -> bool:
    """Whether the provider answered as it should: also by refusing a person or a text."""
    return outcome.result in _ANSWERS


def after_failure(
    breaker: Breaker | None,
    window: Window,
    at: tuple[str, str],
    code: str,
    now: datetime,
    rules: BreakerRules = RULES,
) -> Breaker | None:
    """The breaker after failures, None while it stays closed.

    Args:
        breaker: As it was; None for a closed one.
        window: The newest attempts, these failures among them.
        at: Channel and connection.
        code: Of the last failure.
        now: The database's time.
        rules: When it opens.
    """
    if breaker is not None and breaker.state is BreakerState.OPEN:
        return breaker  # attempts that were on their way when it opened
    is_whole = at[1] == WHOLE_CHANNEL
    if breaker is None and not _is_too_bad(window, rules, is_whole=is_whole):
        return None
    trips = breaker.trips + 1 if breaker is not None else 1
    seconds = min(rules.cap_seconds, rules.open_seconds * 2 ** min(trips - 1, 30))
    until = now + timedelta(seconds=seconds)
    is_cleared = breaker is not None and breaker.is_cleared
    return Breaker(*at, BreakerState.OPEN, until, trips, code, is_cleared)


def after_success(breaker: Breaker) -> Breaker | None:
    """None, closed, after a probe that succeeded; attempts that began earlier prove nothing."""
    return None if breaker.state is BreakerState.HALF_OPEN else breaker


def _is_too_bad(window: Window, rules: BreakerRules, *, is_whole: bool) -> bool:
    if is_whole and window.failing < rules.min_failing:
        return False
    tried = window.succeeded + window.failed
    return window.failed >= rules.min_failures and window.failed >= rules.failure_ratio * tried


NOT_THE_PROVIDERS = (CHANNEL_DOWN, LINE_LOST, ALREADY_CLAIMED)
"""Codes that tell of our own processes: that a channel's service does not run is seen by asking for
its health, and over as soon as it answers; a look-up frees what a dead call had claimed."""
_FAILURES = frozenset({Result.NOT_SENT, Result.AMBIGUOUS})
_ANSWERS = frozenset({Result.SENT, Result.FOUND, Result.PERMANENT, Result.REJECTED})
COUNTED = tuple(_FAILURES | _ANSWERS)
"""The outcomes that a window counts."""
