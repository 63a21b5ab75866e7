"""Sessions as rows, with who takes part, who is there, and which channels carried them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from parley_kit.store import Query, is_one_of
from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.adapters.sql_store.live import present
from parley_orchestrator.domain.conversation import ChannelUse, Session
from parley_orchestrator.domain.routing import WEBHOOK

SESSIONS = select(t.sessions, t.agents.c.name.label("agent_name")).join(
    t.agents, t.agents.c.id == t.sessions.c.agent_id
)
_PARTICIPANTS = Query(
    lambda dialect: (
        select(
            t.session_users.c.session_id, t.session_users.c.read_seq, t.users.c.id, t.users.c.name
        )
        .join(t.users, t.users.c.id == t.session_users.c.user_id)
        .where(is_one_of(dialect, t.session_users.c.session_id, "ids"))
        .order_by(t.session_users.c.place)
    ),
    ["ids"],
)
_USES = Query(
    lambda dialect: (
        select(t.lanes.c.lane, t.lanes.c.channel, t.lanes.c.connection_id, t.lanes.c.thread_ref)
        .where(
            is_one_of(dialect, t.lanes.c.session_id, "ids"),
            t.lanes.c.is_used,
            t.lanes.c.channel != WEBHOOK,
        )
        .order_by(t.lanes.c.channel, t.lanes.c.lane)
    ),
    ["ids"],
)


def sessions_of(connection: Connection, rows: Sequence[Mapping[Any, Any]]) -> list[Session]:
    """The sessions of rows of `SESSIONS`, with their people."""
    people: dict[str, list[tuple[str, str]]] = {}
    reads: dict[str, dict[str, int]] = {}
    for found in _PARTICIPANTS(connection, ids=[row["id"] for row in rows]):
        people.setdefault(found["session_id"], []).append((found["id"], found["name"]))
        reads.setdefault(found["session_id"], {})[found["id"]] = found["read_seq"]
    return [_session(row, people.get(row["id"], ()), reads.get(row["id"], {})) for row in rows]


def detailed(connection: Connection, now: datetime, sessions: Iterable[Session]) -> list[Session]:
    """Sessions completed with their channels and with who is there."""
    plain = list(sessions)
    uses = _uses(connection, [session.id for session in plain])
    here = present(connection, now, {user for session in plain for user in session.user_ids})
    return [
        replace(
            session,
            uses=tuple(uses.get(session.id, ())),
            present=frozenset(here & set(session.user_ids)),
        )
        for session in plain
    ]


def _uses(connection: Connection, ids: Sequence[str]) -> dict[str, list[ChannelUse]]:
    """Lanes that carried something; one row a (session, user, channel), so it stays small."""
    uses: dict[str, list[ChannelUse]] = {}
    for row in _USES(connection, ids=list(ids)):
        session_id, user_id, _channel = row["lane"].split("|")
        use = ChannelUse(row["channel"], user_id, row["connection_id"], row["thread_ref"])
        uses.setdefault(session_id, []).append(use)
    return uses


def _session(
    row: Mapping[Any, Any], people: Sequence[tuple[str, str]], read_seqs: dict[str, int]
) -> Session:
    return Session(
        id=row["id"],
        agent_id=row["agent_id"],
        agent_name=row["agent_name"],
        participants=tuple(people),
        title=row["title"],
        metadata=row["metadata"],
        channel=row["channel"],
        last_seq=row["last_seq"],
        created_at=row["created_at"],
        read_seqs=read_seqs,
    )
