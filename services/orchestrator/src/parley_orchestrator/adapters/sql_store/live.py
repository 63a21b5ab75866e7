"""Presence, and which inbound items were seen, in SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Delete, bindparam, delete, insert, select, tuple_

from parley_kit.store import Query, is_one_of
from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.adapters.sql_store.statements import upsert

_PRESENT = Query(
    lambda dialect: select(t.presence.c.user_id).where(
        is_one_of(dialect, t.presence.c.user_id, "ids"),
        t.presence.c.until > bindparam("now", type_=t.presence.c.until.type),
    ),
    ["ids", "now"],
)


def present(connection: Connection, now: datetime, user_ids: Iterable[str]) -> set[str]:
    """Who of the users is present."""
    return {row["user_id"] for row in _PRESENT(connection, ids=list(user_ids), now=now)}


class SqlLive:
    """Implements `ports.Live`."""

    def __init__(self, connection: Connection, now: datetime, hint: Callable[[str], None]) -> None:
        self._connection = connection
        self._now = now
        self._hint = hint

    def arrive(self, user_ids: Iterable[str], gateway_id: str, seconds: float) -> set[str]:
        """Marks users as present for a while; answers who was not before, anywhere."""
        wanted = sorted(set(user_ids))
        new = set(wanted) - self.present(wanted)
        until = self._now + timedelta(seconds=seconds)
        rows = [
            {"user_id": user_id, "gateway_id": gateway_id, "until": until} for user_id in wanted
        ]
        statement = upsert(self._connection.dialect.name, t.presence)
        statement = statement.on_conflict_do_update(
            index_elements=["user_id", "gateway_id"], set_={"until": statement.excluded.until}
        )
        if rows:
            self._connection.execute(statement, rows)
        self._tell(new)
        return new

    def leave(self, user_ids: Iterable[str] | None, gateway_id: str) -> None:
        """Ends the presence of users on a gateway; None for all of its users."""
        statement = delete(t.presence).where(t.presence.c.gateway_id == gateway_id)
        if user_ids is not None:
            statement = statement.where(t.presence.c.user_id.in_(list(user_ids)))
        self._end(statement)

    def expire(self) -> int:
        """Clears the presence that a crashed gateway left behind; answers how many rows it was."""
        return self._end(delete(t.presence).where(t.presence.c.until <= self._now))

    def _end(self, statement: Delete) -> int:
        ended = list(self._connection.execute(statement.returning(t.presence.c.user_id)).scalars())
        self._tell(set(ended) - self.present(ended) if ended else ())
        return len(ended)

    def _tell(self, user_ids: Iterable[str]) -> None:
        for user_id in user_ids:
            self._hint(f"presence:{user_id}")

    def present(self, user_ids: Iterable[str]) -> set[str]:
        """Who of the users is present."""
        return present(self._connection, self._now, user_ids)

    def companions(self, user_ids: Iterable[str]) -> dict[str, set[str]]:
        """The people who share a session with each of the users."""
        mine, theirs = t.session_users.alias(), t.session_users.alias()
        found = (
            select(mine.c.user_id, theirs.c.user_id.label("other"))
            .distinct()
            .join(theirs, theirs.c.session_id == mine.c.session_id)
            .where(mine.c.user_id.in_(list(user_ids)), theirs.c.user_id != mine.c.user_id)
        )
        companions: dict[str, set[str]] = {}
        for user_id, other in self._connection.execute(found):
            companions.setdefault(user_id, set()).add(other)
        return companions

    def seen(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, str]]:
        """Verdict and detail by (channel, inbound id), for items that were seen."""
        table = t.inbound
        found = select(table).where(tuple_(table.c.channel, table.c.inbound_id).in_(list(keys)))
        rows = self._connection.execute(found)
        return {(r.channel, r.inbound_id): (r.verdict, r.detail) for r in rows}

    def remember(self, channel: str, inbound_id: str, verdict: int, detail: str) -> None:
        """Stores that an item was seen."""
        values = {
            "channel": channel,
            "inbound_id": inbound_id,
            "verdict": verdict,
            "detail": detail,
            "received_at": self._now,
        }
        self._connection.execute(insert(t.inbound).values(values))
