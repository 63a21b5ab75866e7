"""Deliveries that wait until a channel, a connection or a person can be reached again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, String, cast, select, update

from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.adapters.sql_store.delivery_rows import delivery_of
from parley_orchestrator.domain.delivery import Delivery, State
from parley_orchestrator.domain.quiet_hours import QUIET

_D = t.deliveries
_IS_PARKED = t.NEEDS_EYES, _D.c.state == State.PARKED
_IS_QUIETED = t.IS_ACTIVE, _D.c.state == State.QUEUED, _D.c.explanation.contains(QUIET)


def parked_on(
    connection: Connection, channel: str, user_ids: Iterable[str] | None, limit: int, after: str
) -> list[str]:
    """Ids above `after` of those that wait for a channel, oldest first; of some users or all."""
    found = select(_D.c.id).where(*_IS_PARKED, _D.c.channel == channel, _D.c.id > after)
    if user_ids is not None:
        found = found.where(_D.c.user_id.in_(list(user_ids)))
    return list(connection.execute(found.order_by(_D.c.id).limit(limit)).scalars())


def waiting_at(
    connection: Connection, channel: str, connection_id: str, limit: int, after: str
) -> list[Delivery]:
    """Queued ones at a connection's gate, or at any of the channel, that could go elsewhere."""
    lanes = t.lanes
    found = (
        select(_D)
        .join(lanes, lanes.c.lane == _D.c.lane)
        .where(
            lanes.c.channel == channel,
            t.IS_DUE,
            t.IS_ACTIVE,
            _D.c.state == State.QUEUED,
            cast(_D.c.route, String) != "[]",
            _D.c.id > after,
        )
    )
    if connection_id:
        found = found.where(lanes.c.gate == connection_id)
    rows = connection.execute(found.order_by(_D.c.id).limit(limit)).mappings()
    return [delivery_of(row) for row in rows]


def parked_ahead_of(connection: Connection, channel: str, limit: int, after: str) -> list[Delivery]:
    """Those above `after` that wait elsewhere and have the channel behind them, oldest first."""
    has_it_behind = cast(_D.c.route, String).contains(f'"{channel}"', autoescape=True)
    found = (
        select(_D).where(*_IS_PARKED, has_it_behind, _D.c.id > after).order_by(_D.c.id).limit(limit)
    )
    return [delivery_of(row) for row in connection.execute(found).mappings()]


def quieted(connection: Connection, user_id: str) -> list[Delivery]:
    """Those that wait for the end of a person's quiet hours."""
    talks = select(t.session_users.c.session_id).where(t.session_users.c.user_id == user_id)
    found = (
        select(_D)
        .join(t.lanes, t.lanes.c.lane == _D.c.lane)
        .where(t.lanes.c.session_id.in_(talks), _D.c.user_id == user_id, *_IS_QUIETED)
    )
    return [delivery_of(row) for row in connection.execute(found).mappings()]


def unquieted(connection: Connection, now: datetime, ids: Iterable[str]) -> list[Delivery]:
    """Lets those of them that still wait for quiet hours to end be looked at now."""
    changed = (
        update(_D)
        .where(_D.c.id.in_(list(ids)), *_IS_QUIETED)
        .values(next_attempt_at=now, updated_at=now)
        .returning(_D)
    )
    return [delivery_of(row) for row in connection.execute(changed).mappings()]
