"""One poll of one mailbox: fetch what is new, store it with the cursor, in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from parley.orchestrator.v1 import inbox_pb2
from parley_gmail.google.api import GmailApi
from parley_gmail.google.refusals import GoogleRefusedError
from parley_gmail.receiving.history import History, News, StaleCursorError
from parley_gmail.receiving.incoming import Incoming, arrived, inbound_id
from parley_gmail.receiving.labels import is_heard
from parley_kit import crash_points
from parley_kit.adapter.connections import Account
from parley_kit.adapter.service import Storage
from parley_kit.logs import get_logger
from parley_kit.store import Transaction

log = get_logger(__name__)
_LEASE_SECONDS = 15.0  # a dead holder delays the next poll by no more; two at once only read twice
_CHUNK = 20  # stored together, so that a failure further on does not fetch them again
_FETCHES = 4
_NOT_FOUND = 404


class MailboxPoll:
    """Polls mailboxes; replicas take turns by lease."""

    def __init__(self, api: GmailApi, storage: Storage) -> None:
        self._api = api
        self._storage = storage
        self._history = History(api)
        self._incoming = Incoming(storage.ledger)

    async def run(self, connection_id: str) -> bool:
        """Brings in what is new; does nothing, and answers False, while another replica does.

        Raises:
            GoogleRefusedError: Google answered with an error; the cursor stays where it is.
            GoogleUnreachableError: Google did not answer; likewise.
        """
        leases, name = self._storage.leases, f"poll:{connection_id}"
        holder = await leases.acquire(name, _LEASE_SECONDS)
        if holder is None:
            return False
        try:
            await self._poll(await self._storage.connections.get(connection_id))
        finally:
            await leases.release(name, holder)
        return True

    async def _poll(self, account: Account) -> None:
        if account.cursor is None:
            await self._store(account, [], await self._history.now(account))
            return
        try:
            await self._take_all(account, self._history.since(account, account.cursor))
        except StaleCursorError:
            log.warning("the history is too old; looking back", connection=account.connection_id)
            await self._take_all(account, self._history.recent(account))

    async def _take_all(self, account: Account, pages: AsyncIterator[News]) -> None:
        async for news in pages:
            await self._take(account, news)

    async def _take(self, account: Account, news: News) -> None:
        ids = [inbound_id(account, each) for each in news.message_ids]
        known = await self._storage.inbox.has(ids)
        fresh = [each for each in news.message_ids if inbound_id(account, each) not in known]
        chunks = [fresh[at : at + _CHUNK] for at in range(0, len(fresh), _CHUNK)] or [[]]
        for number, chunk in enumerate(chunks, start=1):
            items = await self._fetched(account, chunk)
            await self._store(account, items, news.cursor if number == len(chunks) else None)

    async def _fetched(
        self, account: Account, message_ids: Sequence[str]
    ) -> list[inbox_pb2.InboundItem]:
        slots = asyncio.Semaphore(_FETCHES)

        async def one(message_id: str) -> inbox_pb2.InboundItem | None:
            async with slots:
                return await self._fetch(account, message_id)

        items = await asyncio.gather(*(one(each) for each in message_ids))
        return [item for item in items if item is not None]

    async def _fetch(self, account: Account, message_id: str) -> inbox_pb2.InboundItem | None:
        request = self._api.messages.get(userId="me", id=message_id, format="raw")
        try:
            message = await self._api.call(account.connection_id, request)
        except GoogleRefusedError as error:
            if error.status == _NOT_FOUND:
                return None  # deleted meanwhile
            raise
        mail = arrived(message)
        if not is_heard(mail.labels, is_personal=bool(account.user_id)):
            return None
        return await self._incoming.item(account, mail)

    async def _store(
        self, account: Account, items: Sequence[inbox_pb2.InboundItem], cursor: int | None
    ) -> None:
        """Stores items and cursor together; the inbox drops what it has already."""
        storage = self._storage
        bounced = [item.report.delivery_id for item in items if item.HasField("report")]

        def command(tx: Transaction) -> int:
            stored = storage.inbox.put_in(tx, items)
            storage.ledger.doubt_arrival(tx, bounced)
            if cursor is not None:
                storage.connections.advance_cursor(tx, account.connection_id, cursor)
                storage.connections.note_synced(tx, account.connection_id)
            if stored:
                crash_points.reach("gmail.storing_mail")
            return stored

        if await storage.database.write(command):
            crash_points.reach("gmail.mail_stored")
            storage.inbox.changed.set()
            await storage.connections.note_received(account.connection_id)
