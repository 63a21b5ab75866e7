"""Presence, and which inbound items were seen, in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_

from parley_kit.store import Query, is_one_of, upsert
from parley_orchestrator.adapters import sql_tables as t

_PRESENT = Query(
    lambda dialect: select(t.presence.c.user_id).where(
        is_one_of(dialect, t.presence.c.user_id, "ids"),
        t.presence.c.until > bindparam("now", type_=t.presence.c.until.type),
    ),
    ["ids", "now"],
)


class SqlLive:
    """Implements `ports.Live`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

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
        return new

    def leave(self, user_ids: Iterable[str] | None, gateway_id: str) -> None:
        """Ends the presence of users on a gateway; None for all of its users.

        Then what others left behind when they crashed is cleared too.
        """
        statement = delete(t.presence).where(t.presence.c.gateway_id == gateway_id)
        if user_ids is not None:
            statement = statement.where(t.presence.c.user_id.in_(list(user_ids)))
        self._connection.execute(statement)
        if user_ids is None:
            self._connection.execute(delete(t.presence).where(t.presence.c.until <= self._now))

    def present(self, user_ids: Iterable[str]) -> set[str]:
        """Who of the users is present."""
        found = _PRESENT(self._connection, ids=list(user_ids), now=self._now)
        return {row["user_id"] for row in found}

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
