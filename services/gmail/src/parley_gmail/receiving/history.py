"""What is new in a mailbox: Gmail's history since a cursor, or a bounded look back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from parley_gmail.google.api import GmailApi
from parley_gmail.google.refusals import GoogleRefusedError
from parley_gmail.receiving.labels import is_worth_fetching
from parley_kit.adapter.connections import Account

_PAGE = 500
_RESYNC_PAGE = 100
RESYNC_DAYS = 7
RESYNC_MESSAGES = 500
_NOT_FOUND = 404


class StaleCursorError(Exception):
    """Gmail no longer keeps the history since our cursor (about a week)."""


@dataclass(frozen=True)
class News:
    """A page of message ids, oldest first; `cursor` is set once nothing comes after them."""

    message_ids: tuple[str, ...]
    cursor: int | None


class History:
    """Reads a mailbox's history."""

    def __init__(self, api: GmailApi) -> None:
        self._api = api

    async def now(self, account: Account) -> int:
        """The mailbox's present history id."""
        request = self._api.users.getProfile(userId="me")
        return int((await self._api.call(account.connection_id, request))["historyId"])

    async def since(self, account: Account, cursor: int) -> AsyncIterator[News]:
        """Pages of what was added after the cursor.

        Raises:
            StaleCursorError: The cursor is too old.
        """
        token: str | None = None
        while True:
            page = await self._page(account, cursor, token)
            token = page.get("nextPageToken")
            yield News(_added(page, account), None if token else int(page["historyId"]))
            if not token:
                return

    async def _page(self, account: Account, cursor: int, token: str | None) -> dict[str, Any]:
        request = self._api.history.list(
            userId="me",
            startHistoryId=str(cursor),
            historyTypes=["messageAdded"],
            maxResults=_PAGE,
            **({"pageToken": token} if token else {}),
        )
        try:
            page: dict[str, Any] = await self._api.call(account.connection_id, request)
        except GoogleRefusedError as error:
            if error.status == _NOT_FOUND:
                raise StaleCursorError(str(cursor)) from error
            raise
        return page

    async def recent(self, account: Account) -> AsyncIterator[News]:
        """The last week's mail, at most 500; the cursor is taken before looking."""
        cursor = await self.now(account)
        found: list[str] = []
        token: str | None = None
        while len(found) < RESYNC_MESSAGES:
            request = self._api.messages.list(
                userId="me",
                q=f"newer_than:{RESYNC_DAYS}d",
                maxResults=_RESYNC_PAGE,
                **({"pageToken": token} if token else {}),
            )
            page = await self._api.call(account.connection_id, request)
            found += [message["id"] for message in page.get("messages", [])]
            token = page.get("nextPageToken")
            if not token:
                break
        yield News(tuple(reversed(found)), cursor)


def _added(page: dict[str, Any], account: Account) -> tuple[str, ...]:
    messages = (
        added["message"]
        for record in page.get("history", [])
        for added in record.get("messagesAdded", [])
    )
    is_personal = bool(account.user_id)
    heard = (
        message["id"]
        for message in messages
        if is_worth_fetching(message.get("labelIds", ()), is_personal=is_personal)
    )
    return tuple(dict.fromkeys(heard))
