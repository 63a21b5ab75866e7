"""Listens to every mailbox at once: a task each, so that none holds up another."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from parley_gmail.google.refusals import GoogleRefusedError, GoogleUnreachableError
from parley_gmail.mailboxes import email_of
from parley_gmail.receiving.mailbox_poll import MailboxPoll
from parley_gmail.receiving.watches import Watches
from parley_kit.adapter.connections import CONNECTED, Account, Connections
from parley_kit.errors import ServiceError
from parley_kit.logs import get_logger

log = get_logger(__name__)
_ROSTER_SECONDS = 1.0
# Another replica was reading: what a push told may have come after it looked.
_TAKEN_SECONDS = 1.0
_LONGEST_PAUSE = timedelta(minutes=5)


class Listener:
    """Polls each mailbox every so often, and soon after a push or a new sign-in."""

    def __init__(
        self,
        poll: MailboxPoll,
        watches: Watches,
        connections: Connections,
        interval_seconds: float,
    ) -> None:
        self._poll = poll
        self._watches = watches
        self._connections = connections
        self._interval_seconds = interval_seconds
        self._wakes: dict[str, asyncio.Event] = {}
        self._by_email: dict[str, set[str]] = {}
        self._signed_in_at: dict[str, datetime] = {}

    def wake(self, email: str) -> None:
        """Polls the mailboxes of an address now; one that is not connected is no matter."""
        for connection_id in self._by_email.get(email.lower(), ()):
            self._wakes[connection_id].set()

    async def run(self) -> None:
        """Listens until cancelled."""
        tasks: dict[str, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            while True:
                for account in await self._roster():
                    task = tasks.get(account.connection_id)
                    if task is None or task.done():
                        listening = self._listen(account.connection_id)
                        tasks[account.connection_id] = group.create_task(listening)
                await asyncio.sleep(_ROSTER_SECONDS)

    async def _roster(self) -> list[Account]:
        try:
            accounts = await self._connections.all()
        except ServiceError as error:
            log.warning("the mailboxes cannot be read", reason=error.message)
            return []
        connected = [account for account in accounts if account.status == CONNECTED]
        self._by_email = {}
        for account in connected:
            self._by_email.setdefault(email_of(account), set()).add(account.connection_id)
            wake = self._wakes.setdefault(account.connection_id, asyncio.Event())
            if self._signed_in_at.get(account.connection_id) != account.connected_at:
                wake.set()  # its task may sleep still, from before the sign-in
        self._signed_in_at = {each.connection_id: each.connected_at for each in connected}
        return connected

    async def _listen(self, connection_id: str) -> None:
        """Polls one mailbox until it is no longer connected."""
        wake = self._wakes[connection_id]
        while True:
            wake.clear()
            pause = await self._once(connection_id)
            if pause is None:
                return
            try:
                async with asyncio.timeout(pause):  # wait_for of 3.11 may lose a cancellation
                    await wake.wait()
            except TimeoutError:
                continue

    async def _once(self, connection_id: str) -> float | None:
        """Renews the watch and polls; answers the pause in seconds, None to stop."""
        try:
            account = await self._connections.get(connection_id)
            if account.status != CONNECTED:
                return None
            await self._watch(account)
            if not await self._poll.run(connection_id):
                return min(_TAKEN_SECONDS, self._interval_seconds)
        except GoogleRefusedError as error:
            await self._note(connection_id, error.reason)
            return self._pause(error.retry_after)
        except GoogleUnreachableError as error:
            await self._note(connection_id, error.cause)
        except ServiceError as error:
            log.warning("a poll waits", connection=connection_id, reason=error.message)
        except Exception:  # one mailbox's odd mail must not stop the others
            log.exception("a poll broke off", connection=connection_id)
            await self._note(connection_id, "defect")
        return self._interval_seconds

    async def _watch(self, account: Account) -> None:
        """A watch that fails does not stop the poll, which finds everything anyway, if later."""
        try:
            await self._watches.renew(account)
        except (GoogleRefusedError, GoogleUnreachableError) as error:
            await self._note(account.connection_id, f"watch: {error}")

    def _pause(self, retry_after: timedelta | None) -> float:
        wished = min(retry_after or timedelta(0), _LONGEST_PAUSE).total_seconds()
        return max(self._interval_seconds, wished)

    async def _note(self, connection_id: str, reason: str) -> None:
        log.warning("a mailbox is in trouble", connection=connection_id, reason=reason)
        try:
            await self._connections.note_error(connection_id, reason)
        except ServiceError as error:
            log.warning("an error was not noted", reason=error.message)
