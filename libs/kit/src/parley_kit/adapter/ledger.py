"""The record of sends: a delivery id goes out once, and inbound references find it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, delete, insert, select, update

from parley_kit.adapter.tables import AdapterTables
from parley_kit.store import Database, Transaction

CLAIMED, SENT = "claimed", "sent"


@dataclass(frozen=True)
class Claim:
    """The intent to send.

    Attributes:
        request_id: Of a card; empty for a message.
        details: What the channel wants to know when an answer comes: digest, addressee, …
    """

    delivery_id: str
    session_id: str
    user_id: str
    request_id: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SentRecord:
    """A send that the provider accepted.

    Attributes:
        references: What inbound items may name it by: message ids, thread ids, timestamps.
        learned_addresses: What was found out of the recipient, e.g. the Slack user of an e-mail.
        presumed_delivered_at: From then on silence counts as arrival, where the connection was in
            step since; None where the channel cannot tell.
    """

    provider_ref: str
    thread_ref: str
    connection_id: str
    sent_at: datetime
    references: tuple[str, ...] = ()
    learned_addresses: Mapping[str, str] = field(default_factory=dict)
    presumed_delivered_at: datetime | None = None


@dataclass(frozen=True)
class LedgerEntry:
    """What is known of a delivery; `sent` is None while it is claimed only."""

    claim: Claim
    claimed_at: datetime
    sent: SentRecord | None


class Ledger:
    """The ledger of one channel service."""

    def __init__(self, database: Database, tables: AdapterTables) -> None:
        self._database = database
        self._ledger = tables.ledger
        self._references = tables.references
        self._connections = tables.connections

    async def claim(self, claims: Sequence[Claim]) -> dict[str, LedgerEntry]:
        """Claims the ids that are new; answers the entries of those that were known before."""

        def command(tx: Transaction) -> dict[str, LedgerEntry]:
            known = self._known(tx, [claim.delivery_id for claim in claims])
            fresh = {c.delivery_id: c for c in claims if c.delivery_id not in known}
            if fresh:
                tx.connection.execute(
                    insert(self._ledger), [_claim_row(claim, tx.now) for claim in fresh.values()]
                )
            return known

        return await self._database.write(command)

    async def record(self, sent: dict[str, SentRecord], released: Iterable[str] = ()) -> None:
        """Stores sends and takes back the claims of what was for sure not sent."""
        gone = list(released)

        def command(tx: Transaction) -> None:
            if gone:
                held = self._ledger.c.delivery_id.in_(gone), self._ledger.c.state == CLAIMED
                tx.connection.execute(delete(self._ledger).where(*held))
            self._store(tx, sent)

        if sent or gone:
            await self._database.write(command)

    def _store(self, tx: Transaction, sent: Mapping[str, SentRecord]) -> None:
        """Two statements for all, whatever their number: a row by itself costs ten times as much."""
        held = select(self._ledger.c.delivery_id).where(
            self._ledger.c.delivery_id.in_(sent), self._ledger.c.state == CLAIMED
        )
        claimed = tx.connection.execute(held.with_for_update()).scalars().all()
        if not claimed:
            return
        is_it = self._ledger.c.delivery_id == bindparam("of_delivery")
        rows = [_sent_row(delivery_id, sent[delivery_id]) for delivery_id in claimed]
        tx.connection.execute(update(self._ledger).where(is_it), rows)
        references = [
            {"reference": text, "delivery_id": delivery_id}
            for delivery_id in claimed
            for text in dict.fromkeys(sent[delivery_id].references)
        ]
        if references:
            tx.connection.execute(insert(self._references), references)

    async def note(self, delivery_id: str, details: dict[str, Any]) -> bool:
        """Adds to the details of a claimed delivery, durably, before the step that they describe.

        Answers False where the claim is gone, or holds one of the keys already: another attempt
        has it, and this one must not go on.
        """

        def command(tx: Transaction) -> bool:
            is_it = self._ledger.c.delivery_id == delivery_id, self._ledger.c.state == CLAIMED
            held = select(self._ledger.c.details).where(*is_it).with_for_update()
            known = tx.connection.execute(held).scalar_one_or_none()
            if known is None or known.keys() & details.keys():
                return False
            merged = {**known, **details}
            tx.connection.execute(update(self._ledger).where(*is_it).values(details=merged))
            return True

        return await self._database.write(command)

    def take_arrived(self, tx: Transaction, limit: int = 100) -> list[LedgerEntry]:
        """Sends of which nothing bad was heard in time, each once, within a transaction.

        Silence says nothing while nobody listens: the connection must have been in step since.
        """
        in_step = select(self._connections.c.connection_id).where(
            self._connections.c.connection_id == self._ledger.c.connection_id,
            self._connections.c.last_synced_at >= self._ledger.c.presumed_delivered_at,
        )
        due = (
            select(self._ledger)
            .where(self._ledger.c.presumed_delivered_at <= tx.now, in_step.exists())
            .order_by(self._ledger.c.presumed_delivered_at)
            .limit(limit)
            .with_for_update(skip_locked=True, of=self._ledger)
        )
        entries = [_entry(row) for row in tx.connection.execute(due).mappings()]
        self.doubt_arrival(tx, [entry.claim.delivery_id for entry in entries])
        return entries

    def doubt_arrival(self, tx: Transaction, delivery_ids: Sequence[str]) -> None:
        """Silence no longer counts as arrival: it was told, or there is bad news."""
        if delivery_ids:
            is_one = self._ledger.c.delivery_id.in_(delivery_ids)
            tx.connection.execute(
                update(self._ledger).where(is_one).values(presumed_delivered_at=None)
            )

    async def find(self, delivery_id: str) -> LedgerEntry | None:
        """The entry of a delivery, if it was ever claimed."""

        def query(tx: Transaction) -> LedgerEntry | None:
            return self._known(tx, [delivery_id]).get(delivery_id)

        return await self._database.write(query)

    async def find_by_references(
        self, references: Sequence[str], limit: int = 100
    ) -> list[LedgerEntry]:
        """The newest sent entries that carry any of the references, newest first."""

        def query(tx: Transaction) -> list[LedgerEntry]:
            named = select(self._references.c.delivery_id).where(
                self._references.c.reference.in_(references)
            )
            rows = tx.connection.execute(
                select(self._ledger)
                .where(self._ledger.c.delivery_id.in_(named))
                .order_by(self._ledger.c.sent_at.desc(), self._ledger.c.delivery_id.desc())
                .limit(limit)
            )
            return [_entry(row) for row in rows.mappings()]

        return await self._database.write(query) if references else []

    def _known(self, tx: Transaction, ids: Sequence[str]) -> dict[str, LedgerEntry]:
        rows = tx.connection.execute(
            select(self._ledger).where(self._ledger.c.delivery_id.in_(ids))
        )
        return {row["delivery_id"]: _entry(row) for row in rows.mappings()}


def _claim_row(claim: Claim, now: datetime) -> dict[str, Any]:
    return {
        "delivery_id": claim.delivery_id,
        "state": CLAIMED,
        "session_id": claim.session_id,
        "user_id": claim.user_id,
        "request_id": claim.request_id,
        "details": claim.details,
        "claimed_at": now,
    }


def _sent_row(delivery_id: str, record: SentRecord) -> dict[str, Any]:
    return {
        "of_delivery": delivery_id,
        "state": SENT,
        "provider_ref": record.provider_ref,
        "thread_ref": record.thread_ref,
        "connection_id": record.connection_id,
        "sent_at": record.sent_at,
        "learned_addresses": dict(record.learned_addresses),
        "presumed_delivered_at": record.presumed_delivered_at,
    }


def _entry(row: RowMapping) -> LedgerEntry:
    claim = Claim(
        row["delivery_id"], row["session_id"], row["user_id"], row["request_id"], row["details"]
    )
    sent = None
    if row["state"] == SENT:
        sent = SentRecord(
            row["provider_ref"],
            row["thread_ref"],
            row["connection_id"],
            row["sent_at"],
            learned_addresses=row["learned_addresses"] or {},
            presumed_delivered_at=row["presumed_delivered_at"],
        )
    return LedgerEntry(claim, row["claimed_at"], sent)
