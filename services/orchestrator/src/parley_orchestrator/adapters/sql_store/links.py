"""Tokens that were sent to people, in SQL: as hashes only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from parley_kit.store import Query, is_one_of
from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.adapters.sql_store.delivery_rows import token_of
from parley_orchestrator.ports import LinkToken

_TOKENS = Query(
    lambda dialect: select(t.link_tokens).where(
        is_one_of(dialect, t.link_tokens.c.delivery_id, "ids")
    ),
    ["ids"],
)


class SqlLinks:
    """Implements `ports.Links`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def add(self, tokens: Sequence[LinkToken]) -> None:
        """Stores hashes of tokens."""
        if tokens:
            self._connection.execute(insert(t.link_tokens), [vars(token) for token in tokens])

    def of(self, delivery_ids: Iterable[str]) -> list[LinkToken]:
        """The tokens of deliveries."""
        return [token_of(row) for row in _TOKENS(self._connection, ids=list(delivery_ids))]

    def get(self, token_hash: str, purpose: str) -> LinkToken | None:
        """A token that has not expired."""
        table = t.link_tokens
        row = self._connection.execute(
            select(table).where(
                table.c.token_hash == token_hash,
                table.c.purpose == purpose,
                table.c.expires_at > self._now,
            )
        ).mappings()
        found = row.one_or_none()
        return token_of(found) if found else None

    def use(self, token_hash: str) -> bool:
        """Uses a token up; False when it was."""
        table = t.link_tokens
        used = self._connection.execute(
            update(table)
            .where(table.c.token_hash == token_hash, table.c.used_at.is_(None))
            .values(used_at=self._now)
        )
        return bool(used.rowcount)
