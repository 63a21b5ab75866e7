"""Deliveries and their state machine: what follows from an outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from parley_orchestrator.domain.backoff import POISON, WITH_ALTERNATIVE, Backoff, policy_of


class State(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PARKED = "parked"
    UNKNOWN = "unknown"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """What is delivered."""

    MESSAGE = "message"
    CARD = "card"
    UPDATE = "update"
    NOTICE = "notice"
    REMINDER = "reminder"
    WEBHOOK = "webhook"


SPOKEN = (Kind.MESSAGE, Kind.NOTICE, Kind.REMINDER)
"""What goes out as a message, many together."""
ACTIVE = (State.QUEUED, State.SENDING)
OUT = (State.SENT, State.DELIVERED, State.READ)
CHANNEL_DOWN = "channel_down"
"""The code of a send that never left, because the channel's service does not run."""
LINE_LOST = "unavailable"
"""The code of a send during which the channel's service went away."""
ALREADY_CLAIMED = "already_claimed"
"""The code of a send that a channel holds back: an earlier call's end is not known to it."""
PATIENCE = timedelta(seconds=60)
"""Where another channel could take over, nobody waits longer for this one."""
LOOK_UP_DELAYS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(seconds=120))
"""When to look after an ambiguous send; still nothing after the last: `unknown`."""


class Result(StrEnum):
    """How an attempt or a look-up ended."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    AMBIGUOUS = "ambiguous"
    PERMANENT = "permanent"
    RECONNECT = "reconnect"
    REJECTED = "rejected"
    INTERRUPTED = "interrupted"
    FOUND = "found"
    NOT_FOUND = "not_found"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"
    UNREACHABLE = "unreachable"
    DEFECT = "defect"


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt or look-up; the references are the channel's, opaque.

    `learned` are addresses of the recipient that the channel found out.
    """

    result: Result
    code: str = ""
    detail: str = ""
    retry_after: timedelta | None = None
    provider_ref: str = ""
    thread_ref: str = ""
    connection_id: str = ""
    learned: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Delivery:
    """One thing handed to one channel for one person (or, a webhook, for an agent).

    Attributes:
        position: Order within the lane: the seq of the event it belongs to.
        failed_tries: Attempts on this channel that surely sent nothing.
        look_ups: Look-ups since the attempt whose fate is not known.
        route: Channels to fall back to, next first.
        ack_by: When the person's client must have acknowledged.
        urgent: Passes quiet hours.
        gate: The connection that is expected to carry it, where that is known when it is queued.
    """

    id: str
    kind: Kind
    session_id: str
    user_id: str
    subject_id: str
    channel: str
    position: int
    state: State
    explanation: str
    created_at: datetime
    updated_at: datetime
    attempts: int = 0
    next_attempt_at: datetime | None = None
    started_at: datetime | None = None
    failed_tries: int = 0
    look_ups: int = 0
    route: tuple[str, ...] = ()
    fallback_of: str = ""
    card_delivery_id: str = ""
    provider_ref: str = ""
    connection_id: str = ""
    text: str = ""
    ack_by: datetime | None = None
    urgent: bool = False
    gate: str = ""

    @property
    def lane(self) -> str:
        """Deliveries of one lane go out in order."""
        return lane_of(self.session_id, self.user_id, self.channel)


def lane_of(session_id: str, user_id: str, channel: str) -> str:
    """The lane of a person in a session on a channel."""
    return f"{session_id}|{user_id}|{channel}"


@dataclass(frozen=True)
class Attempt:
    """One try, as it is kept."""

    delivery_id: str
    number: int
    started_at: datetime
    finished_at: datetime
    outcome: Result
    code: str
    detail: str
    next_step: str
    connection_id: str


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
