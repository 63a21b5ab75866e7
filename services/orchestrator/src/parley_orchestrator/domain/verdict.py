"""What follows from an outcome: the whole state machine of sending. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from parley_orchestrator.domain.backoff import POISON, WITH_ALTERNATIVE, Backoff, policy_of
from parley_orchestrator.domain.delivery import CHANNEL_DOWN, Delivery, Outcome, Result, State

PATIENCE = timedelta(seconds=60)
"""Where another channel could take over, nobody waits longer for this one."""
LOOK_UP_DELAYS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(seconds=120))
"""When to look after an ambiguous send; still nothing after the last: `unknown`."""


@dataclass(frozen=True)
class Verdict:
    """What follows from an outcome.

    Attributes:
        state: The delivery's next state.
        at: When it is tried or looked up next; None when it is not.
        next_step: For people.
        falls_back: The next channel of the route takes over.
    """

    state: State
    next_step: str
    at: datetime | None = None
    failed_tries: int = 0
    look_ups: int = 0
    falls_back: bool = False
    is_attempt: bool = field(default=True)


def decide(
    delivery: Delivery, outcome: Outcome, now: datetime, chance: float, *, is_shut: bool = False
) -> Verdict:
    """What follows from an outcome; the whole state machine of sending.

    Args:
        delivery: As it was when it was tried.
        outcome: Of the attempt or look-up.
        now: The time it is recorded.
        chance: In [0, 1), for jitter.
        is_shut: The breaker before the connection is open: what would be tried again there goes
            to the next channel, where there is one.
    """
    verdict = _RULES[outcome.result](delivery, outcome, now, chance)
    is_waiting = verdict.state is State.QUEUED and outcome.result is not Result.SKIPPED
    if is_shut and is_waiting and delivery.route:
        return _give_up(delivery, outcome, now, chance)
    return verdict


def _accepted(delivery: Delivery, outcome: Outcome, now: datetime, chance: float) -> Verdict:  # noqa: ARG001
    found = outcome.result is Result.FOUND
    return Verdict(
        State.SENT, "a look-up found that it went out" if found else "accepted by the provider"
    )


def _retry(delivery: Delivery, outcome: Outcome, now: datetime, chance: float) -> Verdict:
    if outcome.code == CHANNEL_DOWN and not delivery.route:
        return _when_it_runs(delivery, now, chance)
    tries = delivery.failed_tries + 1
    policy = _policy(delivery)
    if policy.is_exhausted(tries):
        return _give_up(delivery, outcome, now, chance)
    wait = outcome.retry_after or policy.delay(tries, chance)
    if delivery.route and wait > PATIENCE:
        return _give_up(delivery, outcome, now, chance)
    at = now + wait
    step = f"try again at {at:%H:%M:%S} UTC (failed {tries} of {policy.max_tries})"
    return Verdict(State.QUEUED, step, at, failed_tries=tries)


def _when_it_runs(delivery: Delivery, now: datetime, chance: float) -> Verdict:
    """Nobody was asked, so that it is no try; workers rest as soon as the outage is noticed."""
    at = now + WITH_ALTERNATIVE.delay(1, chance)
    step = f"the channel's service does not run; try again at {at:%H:%M:%S} UTC"
    return Verdict(State.QUEUED, step, at, failed_tries=delivery.failed_tries)


def _suspect(delivery: Delivery, outcome: Outcome, now: datetime, chance: float) -> Verdict:
    """A delivery that Parley itself cannot prepare is poison: few tries, and others flow."""
    tries = delivery.failed_tries + 1
    if POISON.is_exhausted(tries):
        return _give_up(delivery, outcome, now, chance)
    at = now + POISON.delay(tries, chance)
    step = f"a defect; try again at {at:%H:%M:%S} UTC (failed {tries} of {POISON.max_tries})"
    return Verdict(State.QUEUED, step, at, failed_tries=tries)


def _give_up(delivery: Delivery, outcome: Outcome, now: datetime, chance: float) -> Verdict:  # noqa: ARG001
    if delivery.route:
        return Verdict(State.DEAD, f"fall back to {delivery.route[0]}", falls_back=True)
    return Verdict(State.DEAD, "no channel is left; retry it by hand")


def _park(delivery: Delivery, outcome: Outcome, now: datetime, chance: float) -> Verdict:
    if delivery.route:
        return _give_up(delivery, outcome, now, chance)
    return Verdict(State.PARKED, f"wait until {delivery.channel} is connected again")


def _look_up(delivery: Delivery, outcome: Outcome, now: datetime, chance: float) -> Verdict:  # noqa: ARG001
    if delivery.look_ups >= len(LOOK_UP_DELAYS):
        return Verdict(
            State.UNKNOWN, "it may have been sent; check, then retry or cancel it by hand"
        )
    at = now + LOOK_UP_DELAYS[delivery.look_ups]
    return Verdict(
        State.SENDING,
        f"look it up at {at:%H:%M:%S} UTC",
        at,
        failed_tries=delivery.failed_tries,
        look_ups=delivery.look_ups + 1,
    )


def _look_up_now(delivery: Delivery, outcome: Outcome, now: datetime, chance: float) -> Verdict:  # noqa: ARG001
    return Verdict(
        State.SENDING,
        "look it up",
        now,
        failed_tries=delivery.failed_tries,
        look_ups=delivery.look_ups,
    )


def _send_again(delivery: Delivery, outcome: Outcome, now: datetime, chance: float) -> Verdict:
    tries = delivery.failed_tries + 1
    if _policy(delivery).is_exhausted(tries):
        return _give_up(delivery, outcome, now, chance)
    return Verdict(State.QUEUED, "surely not sent; try again now", now, failed_tries=tries)


def _policy(delivery: Delivery) -> Backoff:
    return policy_of(delivery.channel, has_alternative=bool(delivery.route))


def _look_up_again(delivery: Delivery, outcome: Outcome, now: datetime, chance: float) -> Verdict:  # noqa: ARG001
    return Verdict(
        State.SENDING,
        "the channel does not answer; look it up when it does",
        now + LOOK_UP_DELAYS[0],
        failed_tries=delivery.failed_tries,
        look_ups=delivery.look_ups,
        is_attempt=False,
    )


def _in_turn(delivery: Delivery, outcome: Outcome, now: datetime, chance: float) -> Verdict:  # noqa: ARG001
    return Verdict(
        State.QUEUED,
        "waits for the message before it",
        now,
        failed_tries=delivery.failed_tries,
        is_attempt=False,
    )


_RULES = {
    Result.SENT: _accepted,
    Result.FOUND: _accepted,
    Result.NOT_SENT: _retry,
    Result.AMBIGUOUS: _look_up,
    Result.INCONCLUSIVE: _look_up,
    Result.INTERRUPTED: _look_up_now,
    Result.NOT_FOUND: _send_again,
    Result.PERMANENT: _give_up,
    Result.REJECTED: _give_up,
    Result.RECONNECT: _park,
    Result.SKIPPED: _in_turn,
    Result.UNREACHABLE: _look_up_again,
    Result.DEFECT: _suspect,
}
