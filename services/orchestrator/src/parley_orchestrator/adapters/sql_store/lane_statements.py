"""The statements of lanes, built once: they run for every batch."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Label,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import UpdateBase

from parley_kit.store import Bulk, Change, Query, is_one_of, upsert
from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.domain.claiming import Rank
from parley_orchestrator.domain.delivery import State

_L, _D = t.lanes, t.deliveries
_SPAN = 256  # positions behind the head that a claim looks at; bounds the cost of a long lane

_TIME = _L.c.due_at.type
DUE = Query(
    lambda _dialect: (
        select(_L.c.lane)
        .where(
            _L.c.channel == bindparam("channel"),
            _L.c.gate == bindparam("gate"),
            _L.c.rank == bindparam("rank"),
            t.IS_DUE,
            _L.c.due_at <= bindparam("now", type_=_TIME),
        )
        .order_by(_L.c.due_at)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    ),
    ["channel", "gate", "rank", "now", "most"],
)
_CHANNEL: BindParameter[str] = bindparam("channel")
_FIRST = (
    select(func.min(_L.c.gate).label("gate"))
    .where(_L.c.channel == _CHANNEL, t.IS_DUE)
    .cte("gates", recursive=True)
)
_NEXT = (
    select(func.min(_L.c.gate))
    .where(_L.c.channel == _CHANNEL, t.IS_DUE, _L.c.gate > _FIRST.c.gate)
    .correlate(_FIRST)
    .scalar_subquery()
)
_ALL = _FIRST.union_all(select(_NEXT).where(_FIRST.c.gate.is_not(None)))


def _earliest(rank: Rank) -> Label[Any]:
    found = (
        select(func.min(_L.c.due_at))
        .where(_L.c.channel == _CHANNEL, t.IS_DUE, _L.c.gate == _ALL.c.gate, _L.c.rank == rank)
        .correlate(_ALL)
        .scalar_subquery()
    )
    return found.label(rank.name)


GATES = Query(
    lambda _dialect: select(_ALL.c.gate, *(_earliest(rank) for rank in Rank)).where(
        _ALL.c.gate.is_not(None)
    ),
    ["channel"],
)
"""Jumps from gate to gate through the index, however many lanes wait at each."""
LEASE = Query(
    lambda dialect: (
        update(_L)
        .where(is_one_of(dialect, _L.c.lane, "names"))
        .values(
            fence=_L.c.fence + 1,
            leased_until=bindparam("lease_until", type_=_TIME),
            due_at=bindparam("lease_until", type_=_TIME),
        )
        .returning(_L)
    ),
    ["names", "lease_until"],
)
WAITING = Query(
    lambda dialect: (
        select(_D)
        .join(_L, _L.c.lane == _D.c.lane)
        .where(
            is_one_of(dialect, _L.c.lane, "names"),
            t.IS_ACTIVE,
            _D.c.position >= _L.c.head,
            _D.c.position < _L.c.head + _SPAN,
        )
        .order_by(_D.c.lane, _D.c.position, _D.c.id)
    ),
    ["names"],
)
BEGIN = Change(
    lambda dialect: (
        update(_D)
        .where(is_one_of(dialect, _D.c.id, "ids"), _D.c.state == State.QUEUED)
        .values(state=State.SENDING, started_at=bindparam("begun_at", type_=_TIME))
    ),
    ["ids", "begun_at"],
)
BEGUN = Query(
    lambda dialect: select(_D.c.id).where(
        is_one_of(dialect, _D.c.id, "ids"),
        _D.c.state == State.SENDING,
        _D.c.started_at == bindparam("begun_at", type_=_TIME),
    ),
    ["ids", "begun_at"],
)
HURRY = (
    update(_D)
    .where(
        _D.c.lane.in_(bindparam("names", expanding=True)),
        t.IS_ACTIVE,
        _D.c.state == State.QUEUED,
        _D.c.failed_tries == 0,
        _D.c.next_attempt_at > bindparam("now", type_=_TIME),
    )
    .values(
        urgent=True,
        next_attempt_at=bindparam("now", type_=_TIME),
        explanation=_D.c.explanation + "; goes along with an urgent one",
    )
)
HELD = Query(
    lambda dialect: (
        select(_L.c.lane, _L.c.fence)
        .where(is_one_of(dialect, _L.c.lane, "names"), _L.c.leased_until.is_not(None))
        .order_by(_L.c.lane)
        .with_for_update()
    ),
    ["names"],
)
_HEAD = (
    select(_D).where(_D.c.lane == _L.c.lane, t.IS_ACTIVE).order_by(_D.c.position, _D.c.id).limit(1)
)
_NO_HEAD = 2**62
RELEASE = Change(
    lambda dialect: (
        update(_L)
        .where(is_one_of(dialect, _L.c.lane, "names"))
        .values(
            leased_until=None,
            due_at=_HEAD.with_only_columns(
                func.coalesce(_D.c.next_attempt_at, _D.c.created_at)
            ).scalar_subquery(),
            head=func.coalesce(_HEAD.with_only_columns(_D.c.position).scalar_subquery(), _NO_HEAD),
        )
    ),
    ["names"],
)


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
            "rank": case(
                (or_(_L.c.due_at.is_(None), _L.c.rank > new.rank), new.rank), else_=_L.c.rank
            ),
        },
    )
    return made


def _mark_used(dialect: str) -> UpdateBase:
    statement = upsert(dialect, _L)
    marked: UpdateBase = statement.on_conflict_do_update(
        index_elements=["lane"], set_={"is_used": True}, where=_L.c.is_used.is_(False)
    )
    return marked


_NEW_LANE = [
    "lane",
    "session_id",
    "channel",
    "is_used",
    "due_at",
    "fence",
    "head",
    "thread_ref",
    "connection_id",
    "gate",
    "rank",
]
MAKE_DUE = Bulk(_make_due, _NEW_LANE)
MARK_USED = Bulk(_mark_used, _NEW_LANE)


KEEP_THREAD = Bulk(
    lambda _dialect: (
        update(_L)
        .where(_L.c.lane == bindparam("of_lane"))
        .values(
            thread_ref=bindparam("new_thread"),
            connection_id=bindparam("new_connection"),
            gate=bindparam("new_connection"),
            is_used=True,
        )
    ),
    ["of_lane", "new_thread", "new_connection"],
)
MOVE = Bulk(
    lambda _dialect: (
        update(_L).where(_L.c.lane == bindparam("of_lane")).values(gate=bindparam("new_gate"))
    ),
    ["of_lane", "new_gate"],
)
HOLD = Bulk(
    lambda _dialect: (
        update(_L)
        .where(_L.c.lane == bindparam("of_lane"))
        .values(leased_until=None, due_at=bindparam("held_until", type_=_TIME))
    ),
    ["of_lane", "held_until"],
)
TELL = Bulk(
    lambda _dialect: (
        update(_D)
        .where(_D.c.id == bindparam("of_id"))
        .values(
            explanation=bindparam("new_why"),
            next_attempt_at=bindparam("held_until", type_=_TIME),
        )
    ),
    ["of_id", "new_why", "held_until"],
)
