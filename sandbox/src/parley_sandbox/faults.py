"""Trouble on demand: which calls fail, how, how often and for how long."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, cast, get_args

Kind = Literal["rate_limit", "error", "drop_after_accept", "latency", "down"]
KINDS = get_args(Kind)
CHANNELS = ("slack", "gmail")


class InvalidFaultError(Exception):
    """A fault that the sandbox cannot make; the message says what it needs."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of trouble on one channel.

    `count` calls are hit (None: no end), until `ends_at` (epoch seconds; None: no end), each
    with `probability`. `seconds` is the delay of `latency` and the Retry-After of `rate_limit`.
    `call` narrows it to one call, such as `chat.postMessage` or `messages.send`. `status` is the
    HTTP status of a refusal, `reason` the provider's own word for it (Gmail: `dailyLimitExceeded`).
    """

    id: int
    channel: str
    kind: Kind
    count: int | None
    ends_at: float | None
    probability: float
    seconds: float
    status: int
    call: str
    reason: str = ""

    def applies_to(self, channel: str, call: str, *, writes: bool) -> bool:
        """Whether such a call can be hit; unnamed drops hit only calls that change something."""
        if self.channel != channel or self.call not in ("", call):
            return False
        return writes or self.kind != "drop_after_accept" or bool(self.call)

    def is_over(self, now: float) -> bool:
        """Whether the fault has used up its count or its time."""
        return self.count == 0 or (self.ends_at is not None and now >= self.ends_at)


def read_fault(body: Any, fault_id: int, now: float) -> Fault:
    """Build a fault from `POST /faults`; raises InvalidFaultError."""
    if not isinstance(body, dict):
        raise InvalidFaultError("send a JSON object with channel and kind")
    channel = {"google": "gmail"}.get(str(body.get("channel")), body.get("channel"))
    if channel not in CHANNELS or body.get("kind") not in KINDS:
        raise InvalidFaultError(f"channel must be one of {CHANNELS}, kind one of {KINDS}")
    kind = cast("Kind", body["kind"])
    count = _number(body, "count", low=1)
    seconds = _number(body, "seconds", low=0)
    return Fault(
        id=fault_id,
        channel=channel,
        kind=kind,
        count=None if count is None else int(count),
        ends_at=_end(kind, count, seconds, now),
        probability=1.0 if (p := _number(body, "probability", low=0, high=1)) is None else p,
        seconds=1.0 if seconds is None else seconds,
        status=_status(kind, body),
        call=str(body.get("call", "")),
        reason=str(body.get("reason", "")),
    )


def choose(
    faults: Iterable[Fault], channel: str, call: str, *, writes: bool, now: float, chance: float
) -> list[Fault]:
    """Return the faults that hit this call; `chance` in [0, 1) is drawn once for it."""
    return [
        fault
        for fault in faults
        if not fault.is_over(now)
        and fault.applies_to(channel, call, writes=writes)
        and chance < fault.probability
    ]


class Faults:
    """The faults that are on."""

    def __init__(self) -> None:
        self._faults: dict[int, Fault] = {}
        self._next_id = 1

    def add(self, body: Any, now: float) -> Fault:
        """Switch a fault on."""
        fault = read_fault(body, self._next_id, now)
        self._next_id += 1
        self._faults[fault.id] = fault
        return fault

    def take(
        self, channel: str, call: str, *, writes: bool, now: float, chance: float
    ) -> Fault | None:
        """Use up one hit of the first fault that matches the call, if one does."""
        if not self._faults:
            return None
        active = choose(self._faults.values(), channel, call, writes=writes, now=now, chance=chance)
        if not active:
            return None
        fault = active[0]
        if fault.count is not None:
            self._faults[fault.id] = replace(fault, count=fault.count - 1)
        return fault

    def active(self, now: float) -> list[Fault]:
        """Return what is on now and forget what is over."""
        self._faults = {k: f for k, f in self._faults.items() if not f.is_over(now)}
        return list(self._faults.values())

    def remove(self, fault_id: int) -> bool:
        """Switch one fault off; False when it is not on."""
        return self._faults.pop(fault_id, None) is not None

    def clear(self) -> None:
        """Switch everything off."""
        self._faults.clear()


def _end(kind: Kind, count: float | None, seconds: float | None, now: float) -> float | None:
    """A latency's seconds are its delay; a counted rate limit's are only its Retry-After."""
    if seconds is None or kind == "latency" or (kind == "rate_limit" and count is not None):
        return None
    return now + seconds


def _status(kind: Kind, body: dict[str, Any]) -> int:
    """A rate limit is 429, at Google also 403; a reason brings its own status."""
    if kind == "rate_limit":
        return int(_number(body, "status", low=403, high=429) or 429)
    return int(_number(body, "status", low=500, high=599) or 503)


def _number(body: dict[str, Any], name: str, *, low: float, high: float = 1e9) -> float | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise InvalidFaultError(f"{name} must be a number from {low} to {high}")
    return float(value)
