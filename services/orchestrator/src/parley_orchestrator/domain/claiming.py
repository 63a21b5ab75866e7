"""Which lanes a worker may take now: as many at each gate as its breaker and its limits let pass.

Conversations in which a decision waits stand in a line of their own at each gate, before mere
talk: a backlog of messages must not hold up a question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from parley_orchestrator.domain.breaker import WHOLE_CHANNEL, Breaker, Passage, passage
from parley_orchestrator.domain.delivery import Delivery, Kind
from parley_orchestrator.domain.pacing import (
    ENDLESS,
    Key,
    Limit,
    Pace,
    Paces,
    Scope,
    free_at,
    room,
)
from parley_orchestrator.domain.verdict import PATIENCE

GATES_AT_ONCE = 50


class Rank(IntEnum):
    """The line in which a lane stands at its gate; a smaller one is served first."""

    DECISIONS = 0
    TALK = 1


def rank_of(delivery: Delivery) -> Rank:
    """Where a lane with this delivery stands."""
    is_talk = delivery.kind in (Kind.MESSAGE, Kind.WEBHOOK) and not delivery.urgent
    return Rank.TALK if is_talk else Rank.DECISIONS


@dataclass(frozen=True)
class Gate:
    """A connection with lanes that want a worker; `due_at` is the earliest one's time."""

    connection_id: str
    rank: Rank
    due_at: datetime


@dataclass(frozen=True)
class Take:
    """So many lanes of one rank at one gate; `probes` is the breaker that this one tries out."""

    gate: str
    rank: Rank
    lanes: int
    per_lane: int
    probes: Breaker | None = None


@dataclass(frozen=True)
class Plan:
    """What to take now, and when there may be more when that is nothing."""

    takes: tuple[Take, ...]
    next_at: datetime | None


@dataclass(frozen=True)
class Rules:
    """What stands at the gates of a channel.

    Attributes:
        breakers: Those of the channel that are not closed.
        limits: Those that hold now.
        paces: The counters of the connections.
    """

    channel: str
    breakers: Mapping[tuple[str, str], Breaker]
    limits: Sequence[Limit]
    paces: Paces


def talk_keys(channel: str, gates: Sequence[Gate], limits: Sequence[Limit]) -> set[Key]:
    """The counters that say how much talk may pass these gates."""
    return {
        Key(channel, limit.name, gate.connection_id)
        for gate in gates
        for limit in _for_talk(limits)
        if gate.rank is Rank.TALK
    }


def plan_claims(
    gates: Sequence[Gate], rules: Rules, now: datetime, *, lanes: int, per_lane: int
) -> Plan:
    """Decisions first, then those who wait longest; each gate gets its share.

    Args:
        gates: Where lanes wait.
        rules: What stands there.
        now: The database's time.
        lanes: How many to take at most.
        per_lane: Deliveries of one lane that go out together.
    """
    opens = {gate: _opens_at(gate, rules, now) for gate in gates}
    ready = sorted(
        (gate for gate, at in opens.items() if at <= now),
        key=lambda gate: (gate.rank, gate.due_at),
    )
    later = [at for at in opens.values() if at > now]
    share = max(1, lanes // min(len(ready), GATES_AT_ONCE)) if ready else 0
    takes: list[Take] = []
    for gate in ready[:GATES_AT_ONCE]:
        take = _take(gate, rules, now, share, per_lane)
        if not _must_wait(gate, take, takes, rules):
            takes.append(take)
    return Plan(tuple(takes), min(later, default=None))


def _must_wait(gate: Gate, take: Take, takes: Sequence[Take], rules: Rules) -> bool:
    """One probe for each breaker; and talk leaves to decisions what the limits let pass."""
    if take.probes is not None:
        return any(one.probes == take.probes for one in takes)
    return bool(_paced(gate, rules)) and any(one.gate == take.gate for one in takes)


def _opens_at(gate: Gate, rules: Rules, now: datetime) -> datetime:
    shut = _breaker(gate, rules)
    paced = max((free_at(limit, pace, now) for limit, pace in _paced(gate, rules)), default=now)
    if paced - now > PATIENCE:
        paced = now  # each is looked at: it may have another channel
    return max(gate.due_at, paced, shut.until if shut else now)


def _take(gate: Gate, rules: Rules, now: datetime, share: int, per_lane: int) -> Take:
    shut = _breaker(gate, rules)
    if passage(shut, now) is Passage.ONE:
        return Take(gate.connection_id, gate.rank, 1, 1, shut)
    lanes = min(share, _room(gate, rules, now))
    return Take(gate.connection_id, gate.rank, lanes, per_lane)


def _breaker(gate: Gate, rules: Rules) -> Breaker | None:
    whole = rules.breakers.get((rules.channel, WHOLE_CHANNEL))
    return whole or rules.breakers.get((rules.channel, gate.connection_id))


def _room(gate: Gate, rules: Rules, now: datetime) -> int:
    """How many lanes of talk may pass: no more are taken than can send, so that order holds."""
    rooms = [room(limit, pace, now) for limit, pace in _paced(gate, rules)]
    return min(rooms, default=ENDLESS) or ENDLESS


def _paced(gate: Gate, rules: Rules) -> list[tuple[Limit, Pace | None]]:
    """The limits that talk at a gate meets, with their counters."""
    if gate.rank is not Rank.TALK:
        return []
    return [
        (limit, rules.paces.get(Key(rules.channel, limit.name, gate.connection_id)))
        for limit in _for_talk(rules.limits)
    ]


def _for_talk(limits: Sequence[Limit]) -> list[Limit]:
    return [
        limit for limit in limits if limit.scope is Scope.CONNECTION and limit.counts(Kind.MESSAGE)
    ]
