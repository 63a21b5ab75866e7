"""Named leases: one replica at a time refreshes a token, polls a mailbox, renews a watch."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import delete

from parley_kit.adapter.tables import AdapterTables
from parley_kit.errors import UnavailableError
from parley_kit.store import Database, Transaction, upsert

_POLL_SECONDS = 0.05


class Leases:
    """The leases of one channel service; a dead holder's lease runs out."""

    def __init__(self, database: Database, tables: AdapterTables) -> None:
        self._database = database
        self._leases = tables.leases

    async def acquire(self, name: str, seconds: float) -> str | None:
        """A holder's mark, or None while somebody else holds the lease."""
        holder = uuid.uuid4().hex

        def command(tx: Transaction) -> bool:
            values = {"holder": holder, "until": tx.now + timedelta(seconds=seconds)}
            statement = upsert(tx.connection.dialect.name, self._leases)
            statement = statement.values(name=name, **values)
            taken = statement.on_conflict_do_update(
                index_elements=["name"],
                set_=values,
                where=self._leases.c.until < tx.now,
            )
            # An INSERT's rowcount is -1 on PostgreSQL, whether a row was written or not.
            return tx.connection.execute(taken.returning(self._leases.c.name)).first() is not None

        return holder if await self._database.write(command) else None

    async def release(self, name: str, holder: str) -> None:
        """Gives a lease back."""

        def command(tx: Transaction) -> None:
            is_mine = self._leases.c.name == name, self._leases.c.holder == holder
            tx.connection.execute(delete(self._leases).where(*is_mine))

        await self._database.write(command)

    @asynccontextmanager
    async def held(self, name: str, seconds: float) -> AsyncIterator[None]:
        """Waits for a lease, at most as long as it may last, and holds it.

        Raises:
            UnavailableError: Somebody else held it all the time.
        """
        holder = await self._wait_for(name, seconds)
        try:
            yield
        finally:
            await self.release(name, holder)

    async def _wait_for(self, name: str, seconds: float) -> str:
        for _ in range(int(seconds / _POLL_SECONDS) + 1):
            if holder := await self.acquire(name, seconds):
                return holder
            await asyncio.sleep(_POLL_SECONDS)
        raise UnavailableError(f"{name} is busy; try again.", retry_after=timedelta(seconds=1))
