"""Lanes: what keeps order, lease and fence. One row a (session, user, channel).

`due_at` is when the lane wants a worker: its head's next attempt while it is free, the end of the
lease while it is held, null when it has nothing to do. So a dead worker's lane comes up by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    case,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql.dml import UpdateBase

from parley_kit.store import Bulk
from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.adapters.sql_store.delivery_rows import delivery_of
from parley_orchestrator.adapters.sql_store.statements import upsert
from parley_orchestrator.domain.delivery import Delivery, Kind, State
from parley_orchestrator.ports import Lane, Settled

_L, _D = t.lanes, t.deliveries
_SPAN = 256  # positions behind the head that a claim looks at; bounds the cost of a long lane

_NAMES: BindParameter[list[str]] = bindparam("names", expanding=True)
_TIME = _L.c.due_at.type
_DUE = (
    select(_L.c.lane)
    .where(
        _L.c.channel == bindparam("channel"),
        _L.c.due_at.is_not(None),
        _L.c.due_at <= bindparam("now", type_=_TIME),
    )
    .order_by(_L.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(_L)
    .where(_L.c.lane.in_(_NAMES))
    .values(
        fence=_L.c.fence + 1,
        leased_until=bindparam("lease_until", type_=_TIME),
        due_at=bindparam("lease_until", type_=_TIME),
    )
)
_LANES = select(_L).where(_L.c.lane.in_(_NAMES))
_WAITING = (
    select(_D)
    .join(_L, _L.c.lane == _D.c.lane)
    .where(
        _D.c.lane.in_(_NAMES),
        t.IS_ACTIVE,
        _D.c.position >= _L.c.head,
        _D.c.position < _L.c.head + _SPAN,
    )
    .order_by(_D.c.lane, _D.c.position, _D.c.id)
)
_MARK_SENDING = (
    update(_D)
    .where(_D.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=State.SENDING, started_at=bindparam("begun_at", type_=_TIME))
)
_HELD = (
    select(_L.c.lane, _L.c.fence)
    .where(_L.c.lane.in_(_NAMES), _L.c.leased_until.is_not(None))
    .order_by(_L.c.lane)
    .with_for_update()
)
_HEAD = (
    select(_D).where(_D.c.lane == _L.c.lane, t.IS_ACTIVE).order_by(_D.c.position, _D.c.id).limit(1)
)
_NO_HEAD = 2**62
_RELEASE = (
    update(_L)
    .where(_L.c.lane.in_(_NAMES))
    .values(
        leased_until=None,
        due_at=_HEAD.with_only_columns(
            func.coalesce(_D.c.next_attempt_at, _D.c.created_at)
        ).scalar_subquery(),
        head=func.coalesce(_HEAD.with_only_columns(_D.c.position).scalar_subquery(), _NO_HEAD),
    )
)


def make_due(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    """Makes lanes due for these deliveries; a lane that is held learns of them when given back."""
    rows: dict[str, dict[str, Any]] = {}
    for delivery in deliveries:
        row = _lane_row(delivery)
        known = rows.setdefault(delivery.lane, row)
        known["due_at"] = min(known["due_at"], row["due_at"])
        known["head"] = min(known["head"], row["head"])
    if not rows:
        return
    _MAKE_DUE(connection, [rows[lane] for lane in sorted(rows)])


def _make_due(dialect: str) -> UpdateBase:
    statement = upsert(dialect, _L)
    new = statement.excluded
    is_earlier = or_(_L.c.due_at.is_(None), _L.c.due_at > new.due_at)
    earlier = case((is_earlier, new.due_at), else_=_L.c.due_at)
    made: UpdateBase = statement.on_conflict_do_update(
        index_elements=["lane"],
        set_={
            "due_at": case((_L.c.leased_until.is_not(None), _L.c.due_at), else_=earlier),
            "head": case((_L.c.head > new.head, new.head), else_=_L.c.head),
        },
    )
    return made


_MAKE_DUE = Bulk(
    _make_due,
    [
        "lane",
        "session_id",
        "channel",
        "is_used",
        "due_at",
        "fence",
        "head",
        "thread_ref",
        "connection_id",
    ],
)


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


def mark_used(connection: Connection, delivery: Delivery) -> None:
    """Keeps that a channel without a queue carried something."""
    row = _lane_row(delivery) | {"is_used": True, "due_at": None}
    statement = upsert(connection.dialect.name, _L).values(row)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["lane"], set_={"is_used": True})
    )


def claim(
    connection: Connection,
    now: datetime,
    channel: str,
    limit: int,
    per_lane: int,
    lease_seconds: float,
) -> list[Lane]:
    """Takes due lanes, with what is ready in each; lanes of other workers are skipped."""
    due = {"channel": channel, "now": now, "most": limit}
    names = list(connection.execute(_DUE, due).scalars())
    if not names:
        return []
    _lease(connection, names, now + timedelta(seconds=lease_seconds))
    return _marked_sending(connection, _loaded(connection, names, now, per_lane), now)


def _lease(connection: Connection, names: Sequence[str], until: datetime) -> None:
    connection.execute(_LEASE, {"names": list(names), "lease_until": until})


def _loaded(
    connection: Connection, names: Sequence[str], now: datetime, per_lane: int
) -> list[Lane]:
    rows = connection.execute(_LANES, {"names": list(names)}).mappings()
    waiting = connection.execute(_WAITING, {"names": list(names)}).mappings()
    found = [delivery_of(row) for row in waiting]
    by_lane = {lane: list(group) for lane, group in groupby(found, key=lambda d: d.lane)}
    return [
        Lane(
            lane=row["lane"],
            channel=row["channel"],
            fence=row["fence"],
            thread_ref=row["thread_ref"],
            connection_id=row["connection_id"],
            deliveries=ready(by_lane.get(row["lane"], []), now, per_lane),
        )
        for row in rows
    ]


def ready(waiting: Sequence[Delivery], now: datetime, per_lane: int) -> tuple[Delivery, ...]:
    """What may go out now, in order: messages together, anything else by itself."""
    taken: list[Delivery] = []
    for delivery in waiting[:per_lane]:
        is_due = delivery.next_attempt_at is None or delivery.next_attempt_at <= now
        is_plain = delivery.kind in (Kind.MESSAGE, Kind.NOTICE) and delivery.state == State.QUEUED
        if not is_due or (taken and not is_plain):
            break
        taken.append(delivery)
        if not is_plain:
            break
    return tuple(taken)


def _marked_sending(connection: Connection, lanes: Sequence[Lane], now: datetime) -> list[Lane]:
    """The lanes with what began now; what was cancelled since it was read is left out."""
    ids = [d.id for lane in lanes for d in lane.deliveries if d.state == State.QUEUED]
    if not ids:
        return list(lanes)
    begun = connection.execute(
        update(_D)
        .where(_D.c.id.in_(ids), _D.c.state == State.QUEUED)
        .values(state=State.SENDING, started_at=now)
        .returning(_D.c.id)
    )
    begun_ids = set(begun.scalars())
    return [replace(lane, deliveries=_begun(lane, begun_ids, now)) for lane in lanes]


def _begun(lane: Lane, begun: set[str], now: datetime) -> tuple[Delivery, ...]:
    return tuple(
        replace(d, started_at=now) if d.state == State.QUEUED else d
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
    rows = connection.execute(_HELD, {"names": sorted(fences)})
    return {row.lane for row in rows if fences[row.lane] == row.fence}


def release(connection: Connection, lanes: Sequence[Lane], settled: Sequence[Settled]) -> None:
    """Gives lanes back: the next head decides when they are due."""
    names = sorted(lane.lane for lane in lanes)
    if not names:
        return
    _keep_threads(connection, settled)
    connection.execute(_RELEASE, {"names": names})


_KEEP_THREAD = Bulk(
    lambda _dialect: (
        update(_L)
        .where(_L.c.lane == bindparam("of_lane"))
        .values(
            thread_ref=bindparam("new_thread"),
            connection_id=bindparam("new_connection"),
            is_used=True,
        )
    ),
    ["of_lane", "new_thread", "new_connection"],
)


def _keep_threads(connection: Connection, settled: Sequence[Settled]) -> None:
    rows = {
        one.delivery.lane: {
            "of_lane": one.delivery.lane,
            "new_thread": one.outcome.thread_ref,
            "new_connection": one.outcome.connection_id,
        }
        for one in settled
        if one.outcome.thread_ref
    }
    _KEEP_THREAD(connection, [rows[lane] for lane in sorted(rows)])
