"""What the operator reads of a channel: its queue, and how recent attempts went."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.domain.delivery import Result, State
from parley_orchestrator.ports import ChannelFigures

_D = t.deliveries
_WINDOW_ATTEMPTS = 5_000
_MINUTE = timedelta(minutes=1)


def channel_figures(
    connection: Connection, channel: str, since: datetime, now: datetime
) -> ChannelFigures:
    """Queue depth, and attempts since a time; a latency is that of a send, not of a look-up."""
    of_channel = _D.c.channel == channel
    tries = _attempts_since(connection, channel, since)
    sent = [row for row in tries if row.outcome == Result.SENT]
    return ChannelFigures(
        queued=_count(connection, t.IS_ACTIVE, of_channel),
        parked=_count(connection, t.NEEDS_EYES, _D.c.state == State.PARKED, of_channel),
        attempts=len(tries),
        succeeded=len(sent) + sum(row.outcome == Result.FOUND for row in tries),
        sent_last_minute=sum(row.finished_at > now - _MINUTE for row in sent),
        latencies_ms=tuple(
            (row.finished_at - row.started_at).total_seconds() * 1000 for row in sent
        ),
    )


def _count(connection: Connection, *conditions: Any) -> int:
    counted = select(func.count()).select_from(_D).where(*conditions)
    return int(connection.execute(counted).scalar_one())


def _attempts_since(connection: Connection, channel: str, since: datetime) -> list[Any]:
    table = t.attempts
    found = (
        select(table.c.outcome, table.c.started_at, table.c.finished_at)
        .where(table.c.finished_at > since, table.c.channel == channel)
        .order_by(table.c.finished_at.desc())
        .limit(_WINDOW_ATTEMPTS)
    )
    return list(connection.execute(found))
