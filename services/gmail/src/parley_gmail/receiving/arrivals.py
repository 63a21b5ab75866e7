"""Tells that mails arrived: a server that cannot deliver one says so, mostly within minutes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.ledger import LedgerEntry
from parley_kit.adapter.service import Storage
from parley_kit.clock import to_timestamp
from parley_kit.errors import ServiceError
from parley_kit.logs import get_logger
from parley_kit.store import Transaction

log = get_logger(__name__)
_LONGEST_PAUSE_SECONDS = 5.0
_SHORTEST_PAUSE_SECONDS = 0.2
_AT_ONCE = 100


class Arrivals:
    """Reports a mail as delivered once no bounce came in time, and bounces were looked for."""

    def __init__(self, storage: Storage, delivered_after: timedelta) -> None:
        self._storage = storage
        pause = max(_SHORTEST_PAUSE_SECONDS, delivered_after.total_seconds() / 10)
        self._pause_seconds = min(_LONGEST_PAUSE_SECONDS, pause)

    async def run(self) -> None:
        """Looks every few seconds, more often where mails arrive soon, until cancelled."""
        while True:
            try:
                while await self.report() == _AT_ONCE:
                    pass
            except ServiceError as error:
                log.warning("arrivals wait", reason=error.message)
            await asyncio.sleep(self._pause_seconds)

    async def report(self) -> int:
        """Reports what is due, with the same commit that forgets it; answers how many."""
        storage = self._storage

        def command(tx: Transaction) -> int:
            entries = storage.ledger.take_arrived(tx, _AT_ONCE)
            storage.inbox.put_in(tx, [_report(entry) for entry in entries])
            return len(entries)

        count = await storage.database.write(command)
        if count:
            storage.inbox.changed.set()
        return count


def _report(entry: LedgerEntry) -> inbox_pb2.InboundItem:
    if entry.sent is None:
        raise AssertionError("only sends can arrive")
    item = inbox_pb2.InboundItem(
        channel="gmail",
        inbound_id=f"arrived/{entry.claim.delivery_id}",
        received_at=to_timestamp(entry.sent.presumed_delivered_at),
    )
    item.sender.connection_id = entry.sent.connection_id
    item.report.CopyFrom(
        inbox_pb2.DeliveryReport(
            delivery_id=entry.claim.delivery_id,
            state="delivered",
            detail="no bounce came in time",
        )
    )
    return item
