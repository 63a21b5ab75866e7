"""Lanes: what keeps order, lease and fence. One row a (session, user, channel).

`due_at` is when the lane wants a worker: its head's next attempt while it is free, the end of the
lease while it is held, null when it has nothing to do. So a dead worker's lane comes up by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Connection,
    tuple_,
    update,
)

from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.adapters.sql_store import lane_statements
from parley_orchestrator.adapters.sql_store.delivery_rows import delivery_of
from parley_orchestrator.domain.changing import changed
from parley_orchestrator.domain.claiming import Gate, Rank, Take, rank_of
from parley_orchestrator.domain.delivery import SPOKEN, Delivery, State
from parley_orchestrator.ports import Hold, Lane, Settled

_L, _D = t.lanes, t.deliveries


def make_due(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    """Makes lanes due for these deliveries; a lane that is held learns of them when given back."""
    rows: dict[str, dict[str, Any]] = {}
    for delivery in deliveries:
        row = _lane_row(delivery)
        known = rows.setdefault(delivery.lane, row)
        known["due_at"] = min(known["due_at"], row["due_at"])
        known["head"] = min(known["head"], row["head"])
        known["rank"] = min(known["rank"], row["rank"])
    if not rows:
        return
    lane_statements.MAKE_DUE(connection, [rows[lane] for lane in sorted(rows)])


def _lane_row(delivery: Delivery) -> dict[str, Any]:
    return {
        "lane": delivery.lane,
        "session_id": delivery.session_id,
        "channel": delivery.channel,
        "is_used": False,
        "due_at": delivery.next_attempt_at or delivery.created_at,
        "fence": 0,
        "head": delivery.position,
        "thread_ref": "",
        "connection_id": "",
        "gate": delivery.gate,
        "rank": rank_of(delivery),
    }


def free(connection: Connection, deliveries: Sequence[Delivery], now: datetime) -> None:
    """Makes the lanes of deliveries that were given up due: they may have held up others."""
    connection.execute(
        update(_L)
        .where(
            _L.c.lane.in_({delivery.lane for delivery in deliveries}),
            _L.c.leased_until.is_(None),
            _L.c.due_at > now,
        )
        .values(due_at=now)
    )


def mark_used(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    """Keeps that a channel without a queue carried something."""
    rows = [_lane_row(delivery) | {"is_used": True, "due_at": None} for delivery in deliveries]
    lane_statements.MARK_USED(connection, rows)


def gates(connection: Connection, channel: str) -> list[Gate]:
    """The connections at which lanes of a channel wait, by rank, and since when."""
    rows = lane_statements.GATES(connection, channel=channel)
    return [
        Gate(row["gate"], rank, row[rank.name])
        for row in rows
        for rank in Rank
        if row[rank.name] is not None
    ]


def lease(
    connection: Connection,
    now: datetime,
    channel: str,
    take: Take,
    lease_seconds: float,
) -> list[Lane]:
    """Leases due lanes of a gate, with what is ready in each; those of other workers are skipped.

    Nothing has begun yet: `begin` marks what is really tried, `hold` gives back what must wait.
    """
    due = lane_statements.DUE(
        connection, channel=channel, gate=take.gate, rank=take.rank, now=now, most=take.lanes
    )
    names = [row["lane"] for row in due]
    if not names:
        return []
    until = now + timedelta(seconds=lease_seconds)
    leased = lane_statements.LEASE(connection, names=names, lease_until=until)
    return _loaded(connection, leased, now, take.per_lane)


def _loaded(
    connection: Connection, rows: Sequence[Mapping[str, Any]], now: datetime, per_lane: int
) -> list[Lane]:
    names = [row["lane"] for row in rows]
    found = [delivery_of(row) for row in lane_statements.WAITING(connection, names=names)]
    by_lane = {lane: list(group) for lane, group in groupby(found, key=lambda d: d.lane)}
    return [
        Lane(
            lane=row["lane"],
            channel=row["channel"],
            fence=row["fence"],
            thread_ref=row["thread_ref"],
            connection_id=row["connection_id"],
            gate=row["gate"],
            deliveries=ready(by_lane.get(row["lane"], []), now, per_lane),
        )
        for row in rows
    ]


def ready(waiting: Sequence[Delivery], now: datetime, per_lane: int) -> tuple[Delivery, ...]:
    """What may go out now, in order: messages together, anything else by itself."""
    taken: list[Delivery] = []
    for delivery in waiting[:per_lane]:
        is_due = delivery.next_attempt_at is None or delivery.next_attempt_at <= now
        is_plain = delivery.kind in SPOKEN and delivery.state == State.QUEUED
        if not is_due or (taken and not is_plain):
            break
        taken.append(delivery)
        if not is_plain:
            break
    return tuple(taken)


def begin(connection: Connection, lanes: Sequence[Lane], now: datetime) -> list[Lane]:
    """Marks what is tried now; what was cancelled since it was read is left out."""
    ids = [d.id for lane in lanes for d in lane.deliveries if d.state == State.QUEUED]
    if not ids:
        return list(lanes)
    begun = set(ids)
    if lane_statements.BEGIN(connection, ids=ids, begun_at=now) < len(ids):
        begun = {row["id"] for row in lane_statements.BEGUN(connection, ids=ids, begun_at=now)}
    return [changed(lane, deliveries=_begun(lane, begun, now)) for lane in lanes]


def hold(connection: Connection, held_back: Sequence[Hold]) -> None:
    """Gives lanes back untried, until a time; the first delivery is told why where one is named."""
    rows = [{"of_lane": one.lane.lane, "held_until": one.until} for one in held_back]
    lane_statements.HOLD(connection, sorted(rows, key=lambda row: row["of_lane"]))
    told = [
        {"of_id": one.delivery_id, "new_why": one.why, "held_until": one.until}
        for one in held_back
        if one.delivery_id
    ]
    lane_statements.TELL(connection, told)


def hurry(connection: Connection, names: Sequence[str], now: datetime) -> None:
    """What waits in these lanes for a quiet time to end goes now; a retry keeps its time."""
    if names:
        connection.execute(lane_statements.HURRY, {"names": sorted(names), "now": now})


def _begun(lane: Lane, begun: set[str], now: datetime) -> tuple[Delivery, ...]:
    return tuple(
        changed(d, started_at=now) if d.state == State.QUEUED else d
        for d in lane.deliveries
        if d.state != State.QUEUED or d.id in begun
    )


def renew(
    connection: Connection, now: datetime, lanes: Sequence[Lane], lease_seconds: float
) -> None:
    """Makes the leases longer, of those lanes that are still held."""
    until = now + timedelta(seconds=lease_seconds)
    keys = [(lane.lane, lane.fence) for lane in lanes]
    connection.execute(
        update(_L)
        .where(tuple_(_L.c.lane, _L.c.fence).in_(keys), _L.c.leased_until.is_not(None))
        .values(leased_until=until, due_at=until)
    )


def held(connection: Connection, lanes: Sequence[Lane]) -> set[str]:
    """Which lanes are still held under their fence; their rows are locked in order."""
    fences = {lane.lane: lane.fence for lane in lanes}
    rows = lane_statements.HELD(connection, names=sorted(fences))
    return {row["lane"] for row in rows if fences[row["lane"]] == row["fence"]}


def release(connection: Connection, lanes: Sequence[Lane], settled: Sequence[Settled]) -> None:
    """Gives lanes back: the next head decides when they are due."""
    names = sorted(lane.lane for lane in lanes)
    if not names:
        return
    _keep_threads(connection, lanes, settled)
    _move(connection, lanes, settled)
    lane_statements.RELEASE(connection, names=names)


def _keep_threads(
    connection: Connection, lanes: Sequence[Lane], settled: Sequence[Settled]
) -> None:
    """What carried the conversation on is kept, where it is not what carried it before."""
    known = {lane.lane: (lane.thread_ref, lane.connection_id, lane.gate) for lane in lanes}
    found = {
        one.delivery.lane: (one.outcome.thread_ref, one.outcome.connection_id)
        for one in settled
        if one.outcome.thread_ref
    }
    rows = [
        {"of_lane": lane, "new_thread": thread, "new_connection": connection_id}
        for lane, (thread, connection_id) in sorted(found.items())
        if known.get(lane) != (thread, connection_id, connection_id)
    ]
    lane_statements.KEEP_THREAD(connection, rows)


def _move(connection: Connection, lanes: Sequence[Lane], settled: Sequence[Settled]) -> None:
    """Lanes whose connection is only known since it failed wait at that one's gate."""
    gates_now = {lane.lane: lane.gate for lane in lanes}
    rows = {
        one.delivery.lane: {"of_lane": one.delivery.lane, "new_gate": one.outcome.connection_id}
        for one in settled
        if not one.outcome.thread_ref
        and one.outcome.connection_id not in ("", gates_now.get(one.delivery.lane))
    }
    lane_statements.MOVE(connection, [rows[lane] for lane in sorted(rows)])
