"""What a channel says back to the sender of an item: which conversation they mean, or why not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.tables import AdapterTables
from parley_kit.store import Database, Transaction

CLAIM_SECONDS = 15
WANTED, ASKED, CHOSEN, CONCLUDED = "wanted", "asked", "chosen", "concluded"


@dataclass(frozen=True)
class Choice:
    """A conversation that a text may belong to."""

    session_id: str
    title: str
    agent_name: str


@dataclass(frozen=True)
class Reply:
    """One thing to say back.

    Attributes:
        item: What it answers, with its sender and its text.
        state: `WANTED` is to be said; `CONCLUDED` is a question whose outcome is to be shown.
        choices: Of a question; empty for a note.
        note: What to say, for people, or how it concluded.
        session_id: What was chosen; empty before.
        provider_ref: Where the question is; empty before it went out.
        tries: How often it was taken before this time.
    """

    inbound_id: str
    item: inbox_pb2.InboundItem
    state: str
    choices: tuple[Choice, ...]
    note: str
    session_id: str
    verdict: str
    provider_ref: str
    tries: int


class Replies:
    """The replies of one channel service; each is kept until it was said for sure."""

    def __init__(self, database: Database, tables: AdapterTables) -> None:
        self._database = database
        self._inbox = tables.inbox
        self._replies = tables.replies
        self.changed = asyncio.Event()

    def settle_in(self, tx: Transaction, result: inbox_pb2.IngestResult) -> bool:
        """Keeps what follows from a verdict, in the transaction that settles it; whether any."""
        if result.verdict == inbox_pb2.INGEST_VERDICT_CHOOSE or result.tells_sender:
            return self._want(tx, result)
        is_chosen = self._replies.c.inbound_id == result.inbound_id, self._replies.c.state == CHOSEN
        values = {
            "state": CONCLUDED,
            "note": result.detail,
            "verdict": inbox_pb2.IngestVerdict.Name(result.verdict),
            "due_at": tx.now,
        }
        concluded = tx.connection.execute(update(self._replies).where(*is_chosen).values(values))
        return bool(concluded.rowcount)

    def _want(self, tx: Transaction, result: inbox_pb2.IngestResult) -> bool:
        held = select(self._inbox.c.item).where(self._inbox.c.inbound_id == result.inbound_id)
        item = tx.connection.execute(held).scalar()
        if not item:
            return False
        values = {
            "inbound_id": result.inbound_id,
            "item": item,
            "state": WANTED,
            "choices": [[c.session_id, c.title, c.agent_name] for c in result.choices],
            "note": result.detail,
            "session_id": "",
            "verdict": inbox_pb2.IngestVerdict.Name(result.verdict),
            "provider_ref": "",
            "tries": 0,
            "due_at": tx.now,
        }
        dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(self._replies).values(values)
        tx.connection.execute(
            statement.on_conflict_do_update(index_elements=["inbound_id"], set_=values)
        )
        return True

    async def take(self, limit: int = 20) -> list[Reply]:
        """Takes what is due for 15 s; what is not done by then comes up again."""

        def command(tx: Transaction) -> list[Reply]:
            rows = list(tx.connection.execute(self._due(tx.now, limit)).mappings())
            ids = [row["inbound_id"] for row in rows]
            values = {
                "due_at": tx.now + timedelta(seconds=CLAIM_SECONDS),
                "tries": self._replies.c.tries + 1,
            }
            if ids:
                is_taken = self._replies.c.inbound_id.in_(ids)
                tx.connection.execute(update(self._replies).where(is_taken).values(values))
            return [_reply(row) for row in rows]

        return await self._database.write(command)

    def _due(self, now: datetime, limit: int) -> Select[Any]:
        return (
            select(self._replies)
            .where(self._replies.c.due_at <= now)
            .order_by(self._replies.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

    async def asked(self, inbound_id: str, provider_ref: str) -> None:
        """Keeps where a question is; it waits for the person now, who may have been faster."""
        is_it, is_wanted = self._replies.c.inbound_id == inbound_id, self._replies.c.state == WANTED

        def command(tx: Transaction) -> None:
            where = {"provider_ref": provider_ref}
            tx.connection.execute(update(self._replies).where(is_it).values(where))
            waits = {"state": ASKED, "due_at": None, "tries": 0}
            tx.connection.execute(update(self._replies).where(is_it, is_wanted).values(waits))

        await self._database.write(command)

    async def later(self, inbound_id: str, delay: timedelta) -> None:
        """Lets it come up again after the delay."""
        is_it = self._replies.c.inbound_id == inbound_id
        await self._database.write(
            lambda tx: tx.connection.execute(
                update(self._replies).where(is_it).values(due_at=tx.now + delay)
            )
        )

    async def done(self, inbound_ids: Sequence[str]) -> None:
        """Forgets what was said."""
        is_it = self._replies.c.inbound_id.in_(inbound_ids)
        await self._database.write(
            lambda tx: tx.connection.execute(delete(self._replies).where(is_it))
        )

    async def find(self, inbound_id: str) -> Reply | None:
        """The question about an item, if it is still open."""

        def query(tx: Transaction) -> Reply | None:
            is_it = self._replies.c.inbound_id == inbound_id
            row = tx.connection.execute(select(self._replies).where(is_it)).mappings().first()
            return _reply(row) if row else None

        return await self._database.write(query)

    async def choose(self, reply: Reply, session_id: str) -> bool:
        """Hands the item in again with what was chosen; False when that was done before."""

        def command(tx: Transaction) -> bool:
            is_open = (
                self._replies.c.inbound_id == reply.inbound_id,
                self._replies.c.state.in_((WANTED, ASKED)),
            )
            values = {"state": CHOSEN, "session_id": session_id, "due_at": None}
            chosen = tx.connection.execute(update(self._replies).where(*is_open).values(values))
            if not chosen.rowcount:
                return False
            item = inbox_pb2.InboundItem()
            item.CopyFrom(reply.item)
            item.text.session_id = session_id
            again = {"item": item.SerializeToString(), "due_at": tx.now, "verdict": None}
            is_it = self._inbox.c.inbound_id == reply.inbound_id
            tx.connection.execute(update(self._inbox).where(is_it).values(again))
            return True

        return await self._database.write(command)


def _reply(row: RowMapping) -> Reply:
    return Reply(
        inbound_id=row["inbound_id"],
        item=inbox_pb2.InboundItem.FromString(row["item"]),
        state=row["state"],
        choices=tuple(Choice(*choice) for choice in row["choices"]),
        note=row["note"],
        session_id=row["session_id"],
        verdict=row["verdict"],
        provider_ref=row["provider_ref"],
        tries=row["tries"],
    )
