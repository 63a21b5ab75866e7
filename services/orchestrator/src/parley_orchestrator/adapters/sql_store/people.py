"""Agents, users and their tokens in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from parley_kit.ids import new_id
from parley_kit.store import Query, is_one_of
from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.domain.people import Agent, Preferences, QuietHours, Sender, User

_BY_IDS = Query(
    lambda dialect: select(t.users).where(is_one_of(dialect, t.users.c.id, "ids")), ["ids"]
)


class SqlPeople:
    """Implements `ports.People`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def add_agent(self, agent: Agent, key_hash: str, sealed_webhook_secret: str) -> None:
        """Stores an agent."""
        values = {
            "id": agent.id,
            "name": agent.name,
            "key_hash": key_hash,
            "webhook_url": agent.webhook_url,
            "sealed_webhook_secret": sealed_webhook_secret,
            "created_at": agent.created_at,
        }
        self._connection.execute(insert(t.agents).values(values))

    def agents(self) -> list[Agent]:
        """All agents, by creation."""
        rows = self._connection.execute(select(t.agents).order_by(t.agents.c.id)).mappings()
        return [Agent(r["id"], r["name"], r["webhook_url"], r["created_at"]) for r in rows]

    def agent_by_key(self, key_hash: str) -> str | None:
        """The id of the agent that holds a key."""
        found = select(t.agents.c.id).where(t.agents.c.key_hash == key_hash)
        return self._connection.execute(found).scalar()

    def webhook_of(self, agent_id: str) -> tuple[str, list[str]]:
        """An agent's webhook address and its sealed secrets, the newest first."""
        table = t.agents.c
        row = self._connection.execute(select(t.agents).where(table.id == agent_id)).one()
        has_old = row.old_webhook_secret_until and row.old_webhook_secret_until > self._now
        old = [row.sealed_old_webhook_secret] if has_old else []
        return row.webhook_url, [row.sealed_webhook_secret, *old]

    def replace_webhook_secret(self, agent_id: str, sealed: str, old_until: datetime) -> bool:
        """Gives an agent a new secret; the one before it signs too until then."""
        table = t.agents
        changed = self._connection.execute(
            update(table)
            .where(table.c.id == agent_id)
            .values(
                sealed_old_webhook_secret=table.c.sealed_webhook_secret,
                old_webhook_secret_until=old_until,
                sealed_webhook_secret=sealed,
            )
        )
        return bool(changed.rowcount)

    def add_user(self, user: User) -> None:
        """Stores a user."""
        values = {
            "id": user.id,
            "name": user.name,
            "email": user.email,
            "slack_user_id": user.slack_user_id,
            "slack_team_id": user.slack_team_id,
            "timezone": user.timezone,
            "created_by": user.created_by,
            "created_at": user.created_at,
            **_preference_values(user.preferences),
        }
        self._connection.execute(insert(t.users).values(values))

    def users(self, ids: Iterable[str]) -> dict[str, User]:
        """Users by id; unknown ids are absent."""
        return {row["id"]: _user(row) for row in _BY_IDS(self._connection, ids=list(ids))}

    def users_like(self, sender: Sender) -> list[User]:
        """Users that a sender's addresses may mean, newest first."""
        given = sender.addresses
        conditions = []
        if given.get("slack_user_id"):
            conditions.append(t.users.c.slack_user_id == given["slack_user_id"])
        if given.get("email"):
            conditions.append(func.lower(t.users.c.email) == given["email"].lower())
        if not conditions:
            return []
        found = select(t.users).where(or_(*conditions)).order_by(t.users.c.id.desc()).limit(200)
        return [_user(row) for row in self._connection.execute(found).mappings()]

    def learn(self, user_id: str, addresses: Mapping[str, str]) -> None:
        """Keeps the Slack user that a channel found, or the workspace in which the id is meant."""
        slack_user_id = addresses.get("slack_user_id", "")
        team_id = addresses.get("slack_team_id", "")
        if not slack_user_id:
            return
        users = t.users.c
        is_open = or_(
            users.slack_user_id == "",
            and_(users.slack_user_id == slack_user_id, users.slack_team_id == ""),
        )
        learned = self._connection.execute(
            update(t.users)
            .where(users.id == user_id, is_open)
            .values(
                slack_user_id=slack_user_id,
                slack_team_id=case((users.slack_team_id == "", team_id), else_=users.slack_team_id),
            )
        )
        if learned.rowcount:
            self.note_overview([user_id])

    def set_preferences(self, user_id: str, preferences: Preferences) -> None:
        """Replaces a user's preferences."""
        self._connection.execute(
            update(t.users).where(t.users.c.id == user_id).values(_preference_values(preferences))
        )
        self.note_overview([user_id])

    def note_overview(self, user_ids: Iterable[str]) -> None:
        """Keeps that something these people see of their requests and preferences has changed."""
        rows = [{"id": new_id("chg", self._now), "user_id": user_id} for user_id in user_ids]
        if rows:
            self._connection.execute(insert(t.overview_changes), rows)

    def overview_changes(self, after: str, limit: int) -> list[tuple[str, User]]:
        """Changes behind an id, oldest first, with whom they are of."""
        changes = t.overview_changes
        found = (
            select(changes.c.id.label("change_id"), t.users)
            .join(t.users, t.users.c.id == changes.c.user_id)
            .where(changes.c.id > after)
            .order_by(changes.c.id)
            .limit(limit)
        )
        rows = self._connection.execute(found).mappings()
        return [(row["change_id"], _user(row)) for row in rows]

    def forget_overview_changes(self, before: str) -> int:
        """Drops changes before an id; answers how many."""
        old = delete(t.overview_changes).where(t.overview_changes.c.id < before)
        return self._connection.execute(old).rowcount

    def add_token(
        self, token_hash: str, user_id: str, issued_by: str, expires_at: datetime
    ) -> None:
        """Stores a user token's hash."""
        values = {
            "token_hash": token_hash,
            "user_id": user_id,
            "issued_by": issued_by,
            "expires_at": expires_at,
        }
        self._connection.execute(insert(t.user_tokens).values(values))

    def user_by_token(self, token_hash: str) -> tuple[str, datetime] | None:
        """Whose token it is and until when; None when it does not hold."""
        tokens = t.user_tokens
        row = self._connection.execute(
            select(tokens.c.user_id, tokens.c.expires_at).where(
                tokens.c.token_hash == token_hash,
                tokens.c.expires_at > self._now,
                tokens.c.revoked_at.is_(None),
            )
        ).one_or_none()
        return None if row is None else (row.user_id, row.expires_at)

    def revoke_tokens(self, user_id: str) -> int:
        """Revokes all live tokens of a user; answers how many."""
        tokens = t.user_tokens
        revoked = self._connection.execute(
            update(tokens)
            .where(tokens.c.user_id == user_id, tokens.c.revoked_at.is_(None))
            .values(revoked_at=self._now)
        )
        return revoked.rowcount


def _preference_values(preferences: Preferences) -> dict[str, Any]:
    quiet = preferences.quiet_hours
    return {
        "channels": list(preferences.channels),
        "quiet_hours": {"start": quiet.start, "end": quiet.end} if quiet else None,
    }


def _user(row: Mapping[Any, Any]) -> User:
    quiet = row["quiet_hours"]
    return User(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        slack_user_id=row["slack_user_id"],
        slack_team_id=row["slack_team_id"],
        timezone=row["timezone"],
        preferences=Preferences(tuple(row["channels"]), QuietHours(**quiet) if quiet else None),
        created_by=row["created_by"],
        created_at=row["created_at"],
    )
