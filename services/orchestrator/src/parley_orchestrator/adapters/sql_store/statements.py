"""Small pieces that the repositories' statements share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Table

from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.ports import Page, Viewer


def paged(statement: Select[Any], table: Table, page: Page) -> Select[Any]:
    """Newest first, below a mark; ids are time-ordered."""
    if page.before:
        statement = statement.where(table.c.id < page.before)
    return statement.order_by(table.c.id.desc()).limit(page.size)


def seen_by(statement: Select[Any], session_id: Any, viewer: Viewer) -> Select[Any]:
    """Only what belongs to sessions that the viewer may see."""
    if viewer.agent_id:
        statement = statement.join(t.sessions, t.sessions.c.id == session_id).where(
            t.sessions.c.agent_id == viewer.agent_id
        )
    if viewer.user_id:
        statement = statement.join(
            t.session_users, t.session_users.c.session_id == session_id
        ).where(t.session_users.c.user_id == viewer.user_id)
    return statement
