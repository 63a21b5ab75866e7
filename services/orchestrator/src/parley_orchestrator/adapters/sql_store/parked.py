"""Deliveries that wait until a channel or a connection can be used again."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, String, cast, select

from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.adapters.sql_store.delivery_rows import delivery_of
from parley_orchestrator.domain.delivery import Delivery, State

_D = t.deliveries
_IS_PARKED = t.NEEDS_EYES, _D.c.state == State.PARKED


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
