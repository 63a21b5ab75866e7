"""What people's clients have shown, as statements: they run for every acknowledgement."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    update,
)

from parley_kit.store import Query
from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.adapters.sql_store import lanes
from parley_orchestrator.adapters.sql_store.delivery_rows import delivery_of
from parley_orchestrator.domain.delivery import Delivery, State
from parley_orchestrator.domain.routing import WEBSOCKET

_D, _P = t.deliveries, t.session_users
_SEQ: BindParameter[int] = bindparam("seq", type_=_P.c.read_seq.type)
_LAST = (
    select(t.sessions.c.last_seq).where(t.sessions.c.id == bindparam("session")).scalar_subquery()
)
_UP_TO = case((_LAST < _SEQ, _LAST), else_=_SEQ)  # nobody has read what is to come
_NOW = cast(bindparam("now", type_=_D.c.updated_at.type), _D.c.updated_at.type)
_MARK = Query(
    lambda _dialect: (
        update(_P)
        .where(
            _P.c.session_id == bindparam("session"),
            _P.c.user_id == bindparam("reader"),
            _P.c.read_seq < _UP_TO,
        )
        .values(read_seq=_UP_TO)
        .returning(_P.c.read_seq)
    ),
    ["session", "reader", "seq"],
)
_SHOW = Query(
    lambda _dialect: (
        update(_D)
        .where(
            _D.c.session_id == bindparam("session"),
            _D.c.user_id == bindparam("reader"),
            _D.c.channel == WEBSOCKET,
            or_(_D.c.state == State.SENT, _D.c.state == State.PARKED),
            _D.c.position <= _SEQ,
        )
        .values(
            state=State.DELIVERED,
            explanation="acknowledged by the person's client",
            ack_by=None,
            started_at=case(
                (_D.c.state == State.PARKED, _NOW),
                else_=func.coalesce(_D.c.started_at, _D.c.created_at),
            ),
            updated_at=_NOW,
        )
        .returning(_D)
    ),
    ["session", "reader", "seq", "now"],
)


def mark_read(connection: Connection, user_id: str, session_id: str, seq: int) -> bool:
    """Notes up to where a person has seen a session; False when that was known."""
    return bool(_MARK(connection, session=session_id, reader=user_id, seq=seq))


def acknowledge(
    connection: Connection, now: datetime, user_id: str, session_id: str, seq: int
) -> list[Delivery]:
    """Marks websocket deliveries up to a seq as delivered; answers those that changed."""
    rows = _SHOW(connection, session=session_id, reader=user_id, seq=seq, now=now)
    delivered = [delivery_of(row) for row in rows]
    lanes.mark_used(connection, delivered[:1])  # all of them are in one lane
    return delivered
