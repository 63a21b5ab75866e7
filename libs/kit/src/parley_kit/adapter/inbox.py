"""The durable inbox: what the provider brought is stored before it is acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from parley.orchestrator.v1 import inbox_pb2
from parley_kit import crash_points
from parley_kit.adapter.replies import Replies
from parley_kit.adapter.tables import AdapterTables
from parley_kit.store import Database, Transaction

CLAIM_SECONDS = 15


class Inbox:
    """Items that wait to be handed to the orchestrator, each once per `inbound_id`."""

    def __init__(self, database: Database, tables: AdapterTables, replies: Replies) -> None:
        self._database = database
        self._inbox = tables.inbox
        self._replies = replies
        self.changed = asyncio.Event()

    async def put(self, items: Sequence[inbox_pb2.InboundItem]) -> int:
        """Stores items; answers how many were new. Only then may the provider get its 200."""
        stored = await self._database.write(lambda tx: self.put_in(tx, items))
        crash_points.reach("adapter.items_stored")
        if stored:
            self.changed.set()
        return stored

    def put_in(self, tx: Transaction, items: Sequence[inbox_pb2.InboundItem]) -> int:
        """The same within a transaction of the caller's; set `changed` after it."""
        if not items:
            return 0
        dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
        rows = [_row(item, tx.now) for item in items]
        statement = dialect.insert(self._inbox).on_conflict_do_nothing(
            index_elements=["inbound_id"]
        )
        new = tx.connection.execute(statement.returning(self._inbox.c.inbound_id), rows)
        return len(new.all())

    async def has(self, inbound_ids: Sequence[str]) -> set[str]:
        """Which of the ids are stored already."""

        def query(tx: Transaction) -> set[str]:
            known = select(self._inbox.c.inbound_id).where(
                self._inbox.c.inbound_id.in_(inbound_ids)
            )
            return set(tx.connection.execute(known).scalars())

        return await self._database.write(query)

    async def take(self, limit: int = 100) -> list[inbox_pb2.InboundItem]:
        """Takes the oldest due items for 15 s; what is not settled by then comes up again."""

        def command(tx: Transaction) -> list[inbox_pb2.InboundItem]:
            rows = tx.connection.execute(self._due(tx.now, limit)).all()
            ids = [row.inbound_id for row in rows]
            later = {
                "due_at": tx.now + timedelta(seconds=CLAIM_SECONDS),
                "tries": self._inbox.c.tries + 1,
            }
            if ids:
                tx.connection.execute(
                    update(self._inbox).where(self._inbox.c.inbound_id.in_(ids)).values(later)
                )
            return [inbox_pb2.InboundItem.FromString(row.item) for row in rows]

        return await self._database.write(command)

    def _due(self, now: datetime, limit: int) -> Select[Any]:
        return (
            select(self._inbox.c.inbound_id, self._inbox.c.item)
            .where(self._inbox.c.due_at <= now)
            .order_by(self._inbox.c.received_at, self._inbox.c.inbound_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

    async def settle(self, results: Sequence[inbox_pb2.IngestResult]) -> None:
        """Marks items as handed over, with the orchestrator's verdict; forgets their content.

        What is to be said to their senders is kept in the same transaction.
        """

        def command(tx: Transaction) -> bool:
            is_more = False
            for result in results:
                is_more |= self._replies.settle_in(tx, result)
                values = {
                    "due_at": None,
                    "item": b"",
                    "verdict": inbox_pb2.IngestVerdict.Name(result.verdict),
                    "detail": result.detail,
                    "session_id": result.session_id,
                }
                tx.connection.execute(
                    update(self._inbox)
                    .where(self._inbox.c.inbound_id == result.inbound_id)
                    .values(values)
                )

            return is_more

        is_more = await self._database.write(command) if results else False
        if is_more:
            self._replies.changed.set()

    async def session_of(self, inbound_id: str) -> str:
        """The session that a text went to; empty where that is not known."""
        is_it = self._inbox.c.inbound_id == inbound_id
        query = select(self._inbox.c.session_id).where(is_it)
        found = await self._database.write(lambda tx: tx.connection.execute(query).scalar())
        return found or ""

    async def postpone(self, inbound_ids: Sequence[str], delay: timedelta) -> None:
        """Lets taken items come up again after the delay."""

        def command(tx: Transaction) -> None:
            tx.connection.execute(
                update(self._inbox)
                .where(self._inbox.c.inbound_id.in_(inbound_ids), self._inbox.c.verdict.is_(None))
                .values(due_at=tx.now + delay)
            )

        await self._database.write(command)

    async def depth(self) -> tuple[int, timedelta]:
        """How many items wait, and how long the oldest has waited."""

        def query(tx: Transaction) -> tuple[int, timedelta]:
            waiting = select(func.count(), func.min(self._inbox.c.received_at)).where(
                self._inbox.c.due_at.is_not(None)
            )
            count, oldest = tx.connection.execute(waiting).one()
            return count, (tx.now - oldest) if oldest else timedelta(0)

        return await self._database.write(query)


def _row(item: inbox_pb2.InboundItem, now: datetime) -> dict[str, Any]:
    return {
        "inbound_id": item.inbound_id,
        "item": item.SerializeToString(),
        "received_at": now,
        "tries": 0,
        "due_at": now,
    }
