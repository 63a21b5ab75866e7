"""Tells whether a mail went out whose answer was lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from parley_gmail.google.api import GmailApi
from parley_gmail.google.refusals import GoogleRefusedError, GoogleUnreachableError
from parley_gmail.sending import header_of, message_id_of, sent_record
from parley_gmail.writing.mime import DELIVERY_HEADER
from parley_gmail.writing.threads import MailThread
from parley_kit import crash_points
from parley_kit.adapter.connections import Connections
from parley_kit.adapter.ledger import LedgerEntry, SentRecord
from parley_kit.adapter.provider import LookUp
from parley_kit.adapter.sending import SEND_SECONDS
from parley_kit.clock import Clock
from parley_kit.errors import ServiceError

_NOT_FOUND = 404
# An attempt that still runs may be about to send; after its time it was cancelled or its process died.
ATTEMPT_LIMIT = timedelta(seconds=SEND_SECONDS + 5)
_HEADERS = ["Message-ID", DELIVERY_HEADER]


class LookUps:
    """Looks at the draft, then for the sent mail."""

    def __init__(
        self, api: GmailApi, connections: Connections, clock: Clock, delivered_after: timedelta
    ) -> None:
        self._api = api
        self._connections = connections
        self._clock = clock
        self._delivered_after = delivered_after

    async def look_up(self, entry: LedgerEntry) -> LookUp:
        """The verdict on a claimed delivery.

        A draft that is still there is deleted first, so that nobody can send it any more: only
        then is "not sent" sure.
        """
        details = entry.claim.details
        if "draft_id" not in details:
            return self._without_draft(entry)
        connection_id = str(details["connection_id"])
        try:
            if await self._took_back(connection_id, str(details["draft_id"])):
                return LookUp(None, is_surely_not_sent=True, detail="drafts: it was still a draft")
            sent = await self._find(entry, connection_id)
        except (GoogleRefusedError, GoogleUnreachableError, ServiceError) as error:
            return LookUp(None, detail=f"the mailbox could not be asked: {error}")
        if sent is None:
            return LookUp(None, detail="the draft is gone, the mail is not in the thread or search")
        return LookUp(sent, detail="found in the mailbox by its delivery header")

    def _without_draft(self, entry: LedgerEntry) -> LookUp:
        is_over = self._clock() - entry.claimed_at > ATTEMPT_LIMIT
        detail = (
            "no draft was stored, so nothing was sent" if is_over else "the attempt may still run"
        )
        return LookUp(None, is_surely_not_sent=is_over, detail=detail)

    async def _took_back(self, connection_id: str, draft_id: str) -> bool:
        request = self._api.drafts.delete(userId="me", id=draft_id)
        try:
            await self._api.call(connection_id, request)
        except GoogleRefusedError as error:
            if error.status == _NOT_FOUND:
                return False
            raise
        crash_points.reach("gmail.draft_taken_back")
        return True

    async def _find(self, entry: LedgerEntry, connection_id: str) -> SentRecord | None:
        account = await self._connections.get(connection_id)
        details = entry.claim.details
        message = await self._in_thread(entry, connection_id) or await self._by_search(
            entry, connection_id
        )
        if message is None:
            return None
        thread = MailThread(
            subject=str(details["subject"]), message_ids=tuple(details["message_ids"])
        )
        message_id, now = message_id_of(message), self._clock()
        return sent_record(account, message, message_id, thread, now, self._delivered_after)

    async def _in_thread(self, entry: LedgerEntry, connection_id: str) -> dict[str, Any] | None:
        thread_id = entry.claim.details.get("thread_id")
        if not thread_id:
            return None
        request = self._api.threads.get(
            userId="me", id=thread_id, format="metadata", metadataHeaders=_HEADERS
        )
        try:
            thread = await self._api.call(connection_id, request)
        except GoogleRefusedError as error:
            if error.status == _NOT_FOUND:
                return None
            raise
        messages = thread.get("messages", [])
        return next((m for m in messages if _is_sent(m, entry.claim.delivery_id)), None)

    async def _by_search(self, entry: LedgerEntry, connection_id: str) -> dict[str, Any] | None:
        delivery_id = entry.claim.delivery_id
        query = f'in:sent "{delivery_id}"'
        listed = await self._api.call(
            connection_id, self._api.messages.list(userId="me", q=query, maxResults=10)
        )
        for found in listed.get("messages", []):
            request = self._api.messages.get(
                userId="me", id=found["id"], format="metadata", metadataHeaders=_HEADERS
            )
            message: dict[str, Any] = await self._api.call(connection_id, request)
            if _is_sent(message, delivery_id):
                return message
        return None


def _is_sent(message: dict[str, Any], delivery_id: str) -> bool:
    is_ours = header_of(message, DELIVERY_HEADER) == delivery_id
    return is_ours and "SENT" in message.get("labelIds", [])
