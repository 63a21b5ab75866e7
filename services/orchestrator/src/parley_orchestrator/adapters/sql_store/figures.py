"""What the operator reads of a channel: its queue, and how recent attempts went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.domain.delivery import Result, State
from parley_orchestrator.ports import ChannelFigures, ConnectionFigures

_D = t.deliveries
_WINDOW_ATTEMPTS = 5_000
_MINUTE = timedelta(minutes=1)


def channel_figures(
    connection: Connection, channel: str, since: datetime, now: datetime
) -> ChannelFigures:
    """Queue depth, and attempts since a time; a latency is that of a send, not of a look-up."""
    tries = _attempts_since(connection, channel, since)
    queued = _queued(connection, channel)
    names = {*queued, *(row.connection_id for row in tries)} - {""}
    return ChannelFigures(
        queued=sum(queued.values()),
        parked=_parked(connection, channel),
        attempts=len(tries),
        succeeded=_succeeded(tries),
        latencies_ms=_latencies_ms(tries),
        sent_last_minute=sum(
            row.outcome == Result.SENT and row.finished_at > now - _MINUTE for row in tries
        ),
        connections={
            name: _of_connection([r for r in tries if r.connection_id == name], queued.get(name, 0))
            for name in names
        },
    )


def _of_connection(tries: Sequence[Any], queued: int) -> ConnectionFigures:
    return ConnectionFigures(queued, len(tries), _succeeded(tries), _latencies_ms(tries))


def _succeeded(tries: Sequence[Any]) -> int:
    return sum(row.outcome in (Result.SENT, Result.FOUND) for row in tries)


def _latencies_ms(tries: Sequence[Any]) -> tuple[float, ...]:
    return tuple(
        (row.finished_at - row.started_at).total_seconds() * 1000
        for row in tries
        if row.outcome == Result.SENT
    )


def _queued(connection: Connection, channel: str) -> dict[str, int]:
    """Deliveries that wait, by the connection at whose gate they do."""
    counted = (
        select(t.lanes.c.gate, func.count())
        .join(_D, _D.c.lane == t.lanes.c.lane)
        .where(t.lanes.c.channel == channel, t.IS_DUE, t.IS_ACTIVE)
        .group_by(t.lanes.c.gate)
    )
    return {gate: int(count) for gate, count in connection.execute(counted)}


def _parked(connection: Connection, channel: str) -> int:
    counted = (
        select(func.count())
        .select_from(_D)
        .where(t.NEEDS_EYES, _D.c.state == State.PARKED, _D.c.channel == channel)
    )
    return int(connection.execute(counted).scalar_one())


def _attempts_since(connection: Connection, channel: str, since: datetime) -> list[Any]:
    table = t.attempts
    found = (
        select(table.c.outcome, table.c.started_at, table.c.finished_at, table.c.connection_id)
        .where(table.c.finished_at > since, table.c.channel == channel)
        .order_by(table.c.finished_at.desc())
        .limit(_WINDOW_ATTEMPTS)
    )
    return list(connection.execute(found))
