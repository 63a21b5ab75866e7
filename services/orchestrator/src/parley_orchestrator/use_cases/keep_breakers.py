"""Opens, probes and closes breakers by what became of attempts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from parley_kit.logs import get_logger
from parley_orchestrator.domain.breaker import (
    RULES,
    WHOLE_CHANNEL,
    Breaker,
    Window,
    after_failure,
    after_success,
    is_failure,
    is_success,
    window_of,
)
from parley_orchestrator.domain.delivery import Delivery, Outcome, Result
from parley_orchestrator.ports import Lane, Unit

log = get_logger(__name__)
_At = tuple[str, str]


def keep_breakers(
    unit: Unit, lanes: Sequence[Lane], outcomes: Iterable[tuple[Delivery, Outcome]]
) -> Mapping[_At, Breaker]:
    """The breakers of the lanes' channel that are not closed after these outcomes.

    The attempts are not stored yet: they count beside those that are.
    """
    if not lanes:
        return {}
    channel = lanes[0].channel
    known = unit.gates.breakers(channel)
    tally = _Tally(lanes, outcomes)
    if not tally.failed and not known:
        return {}
    known = unit.gates.lock_breakers({*known, *tally.failed}) if tally.failed else known
    return _changed(unit, channel, known, tally)


class _Tally:
    """Which connections failed, with the last code, and which answered."""

    def __init__(self, lanes: Sequence[Lane], outcomes: Iterable[tuple[Delivery, Outcome]]) -> None:
        gates = {lane.lane: lane.gate for lane in lanes}
        self.failed: dict[_At, str] = {}
        self.attempts: dict[_At, list[tuple[str, Result]]] = {}
        self.proved: set[_At] = set()
        for delivery, outcome in outcomes:
            at = delivery.channel, outcome.connection_id
            if is_failure(outcome):
                self.failed[at] = outcome.code
                self._count(at, delivery, outcome)
            elif is_success(outcome):
                self._count(at, delivery, outcome)
                gate = gates.get(delivery.lane, "")
                self.proved |= {at, (delivery.channel, gate), (delivery.channel, WHOLE_CHANNEL)}

    def _count(self, at: _At, delivery: Delivery, outcome: Outcome) -> None:
        self.attempts.setdefault(at, []).append((delivery.id, outcome.result))


def _changed(
    unit: Unit, channel: str, known: Mapping[_At, Breaker], tally: _Tally
) -> Mapping[_At, Breaker]:
    left = dict(known)
    for at, code in tally.failed.items():
        breaker = after_failure(left.get(at), _window(unit, at, tally), at, code, unit.now)
        if breaker is not None and breaker != left.get(at):
            left[at] = breaker
            unit.gates.set_breaker(breaker)
            _tell(unit, at, breaker)
    for at in tally.proved & set(left):
        if at not in tally.failed and after_success(left[at]) is None:
            del left[at]
            unit.gates.close_breaker(*at)
            unit.hint(f"due:{channel}")
            _tell(unit, at, None)
    return left


def _window(unit: Unit, at: _At, tally: _Tally) -> Window:
    since = unit.now - RULES.window
    stored = unit.gates.attempts_on(*at, since, RULES.window_attempts)
    return window_of([*tally.attempts.get(at, ()), *stored])


def _tell(unit: Unit, at: _At, breaker: Breaker | None) -> None:
    channel, connection_id = at
    unit.hint(f"breaker:{channel}")
    log.warning(
        "a breaker changed",
        channel=channel,
        connection=connection_id or "all",
        state=breaker.state if breaker else "closed",
        code=breaker.code if breaker else "",
    )
