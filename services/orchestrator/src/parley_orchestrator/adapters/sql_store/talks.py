"""The conversations of people as they stand, read in a few statements."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, ScalarSelect, and_, bindparam, not_, or_, select

from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.domain.delivery import lane_of
from parley_orchestrator.domain.talks import Talk

_LOOK_BACK = 500
"""So many of a session's latest events are looked at; what is older is not under way anyway."""
_M, _S, _U = t.messages.c, t.sessions.c, t.session_users.c

_BY_THEM_HERE = and_(_M.author_id == _U.user_id, _M.channel == bindparam("channel"))


def _latest(*conditions: Any) -> ScalarSelect[Any]:
    return (
        select(_M.created_at)
        .where(_M.session_id == _S.id, _M.seq > _S.last_seq - _LOOK_BACK, *conditions)
        .order_by(_M.seq.desc())
        .limit(1)
        .correlate(t.sessions, t.session_users)
        .scalar_subquery()
    )


_TALKS = (
    select(
        _U.session_id,
        _U.user_id,
        _S.title,
        t.agents.c.name.label("agent_name"),
        _latest(not_(_BY_THEM_HERE)).label("told_at"),
        _latest(_BY_THEM_HERE).label("spoke_at"),
    )
    .join(t.sessions, _S.id == _U.session_id)
    .join(t.agents, t.agents.c.id == _S.agent_id)
    .where(_U.user_id.in_(bindparam("users", expanding=True)))
    .order_by(_U.session_id.desc())
    .limit(bindparam("most"))
)
_F = t.feedback_requests.c
_PENDING = select(_F.session_id, _F.respondents, _F.created_at).where(
    and_(
        t.IS_PENDING,
        _F.session_id.in_(bindparam("sessions", expanding=True)),
        or_(_F.expires_at.is_(None), _F.expires_at > bindparam("now", type_=_F.expires_at.type)),
    )
)
_LANES = select(t.lanes.c.lane).where(
    t.lanes.c.is_used, t.lanes.c.lane.in_(bindparam("lanes", expanding=True))
)


def talks_of(
    connection: Connection, now: datetime, user_ids: Collection[str], channel: str, most: int
) -> list[Talk]:
    """The newest conversations of these users, newest first."""
    values = {"users": list(user_ids), "channel": channel, "most": most}
    rows = list(connection.execute(_TALKS, values).mappings())
    asked = _asked(connection, now, [row["session_id"] for row in rows])
    lanes = {lane_of(row["session_id"], row["user_id"], channel) for row in rows}
    used = set(connection.execute(_LANES, {"lanes": list(lanes)}).scalars())
    return [_talk(row, asked, used, channel) for row in rows]


def _asked(
    connection: Connection, now: datetime, sessions: list[str]
) -> dict[tuple[str, str], datetime]:
    """When each person was last asked something that is open, by session and user."""
    asked: dict[tuple[str, str], datetime] = {}
    for row in connection.execute(_PENDING, {"sessions": sessions, "now": now}):
        for user_id in row.respondents:
            key = row.session_id, user_id
            asked[key] = max(row.created_at, asked.get(key, row.created_at))
    return asked


def _talk(
    row: RowMapping, asked: dict[tuple[str, str], datetime], used: set[str], channel: str
) -> Talk:
    session_id, user_id = row["session_id"], row["user_id"]
    asked_at = asked.get((session_id, user_id))
    return Talk(
        session_id=session_id,
        user_id=user_id,
        title=row["title"],
        agent_name=row["agent_name"],
        told_at=max((at for at in (row["told_at"], asked_at) if at), default=None),
        spoke_at=row["spoke_at"],
        is_awaited=asked_at is not None,
        is_here=lane_of(session_id, user_id, channel) in used,
    )
