"""Which lanes a worker may take now: as many at each gate as its breaker lets through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from parley_orchestrator.domain.breaker import WHOLE_CHANNEL, Breaker, Passage, passage

GATES_AT_ONCE = 50


@dataclass(frozen=True)
class Gate:
    """A connection with lanes that want a worker; `due_at` is the earliest one's time."""

    connection_id: str
    due_at: datetime


@dataclass(frozen=True)
class Take:
    """So many lanes at one gate; `probes` is the breaker that this one tries out."""

    gate: str
    lanes: int
    per_lane: int
    probes: Breaker | None = None


@dataclass(frozen=True)
class Plan:
    """What to take now, and when there may be more when that is nothing."""

    takes: tuple[Take, ...]
    next_at: datetime | None


def plan_claims(
    channel: str,
    gates: Sequence[Gate],
    breakers: Mapping[tuple[str, str], Breaker],
    now: datetime,
    *,
    lanes: int,
    per_lane: int,
) -> Plan:
    """Those who wait longest first; each gate gets its share, so that none starves another.

    Args:
        channel: Whose lanes they are.
        gates: Where lanes wait.
        breakers: Those of the channel that are not closed.
        now: The database's time.
        lanes: How many to take at most.
        per_lane: Deliveries of one lane that go out together.
    """
    whole = breakers.get((channel, WHOLE_CHANNEL))
    ready, later = [], []
    for gate in sorted(gates, key=lambda gate: gate.due_at):
        shut = whole or breakers.get((channel, gate.connection_id))
        at = gate.due_at if shut is None else max(gate.due_at, shut.until)
        if at > now:
            later.append(at)
        else:
            ready.append((gate, shut))
    if whole is not None:
        ready = ready[:1]
    share = max(1, lanes // min(len(ready), GATES_AT_ONCE)) if ready else 0
    takes = tuple(_take(gate, shut, now, share, per_lane) for gate, shut in ready[:GATES_AT_ONCE])
    return Plan(takes, min(later, default=None))


def _take(gate: Gate, shut: Breaker | None, now: datetime, share: int, per_lane: int) -> Take:
    if passage(shut, now) is Passage.ONE:
        return Take(gate.connection_id, 1, 1, shut)
    return Take(gate.connection_id, share, per_lane)
