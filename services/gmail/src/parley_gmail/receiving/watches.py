"""Gmail's watches: while one lives, Google publishes a hint for each change of the mailbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from parley_gmail.google.api import GmailApi
from parley_kit.adapter.connections import Account
from parley_kit.adapter.service import Storage
from parley_kit.clock import Clock, rfc3339
from parley_kit.logs import get_logger

log = get_logger(__name__)
RENEW_AFTER = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEASE_SECONDS = 30.0


def is_due(account: Account, topic: str, now: datetime) -> bool:
    """Whether the watch wants renewing: daily, and when the topic changed. Google ends it in 7 days."""
    renewed = account.state.get("watch_renewed_at")
    if account.state.get("watch_topic") != topic or not isinstance(renewed, str):
        return True
    return datetime.fromisoformat(renewed) + RENEW_AFTER <= now


class Watches:
    """Keeps a watch on every mailbox; does nothing without a topic."""

    def __init__(self, topic: str, api: GmailApi, storage: Storage, clock: Clock) -> None:
        self._topic = topic
        self._api = api
        self._storage = storage
        self._clock = clock

    async def renew(self, account: Account) -> None:
        """Renews the watch when it is due.

        Raises:
            GoogleRefusedError: Google refused, e.g. because it may not publish to the topic.
            GoogleUnreachableError: Google did not answer.
        """
        if not self._topic or not is_due(account, self._topic, self._clock()):
            return
        leases, name = self._storage.leases, f"watch:{account.connection_id}"
        holder = await leases.acquire(name, _LEASE_SECONDS)
        if holder is None:
            return
        try:
            await self._watch(account)
        finally:
            await leases.release(name, holder)

    async def _watch(self, account: Account) -> None:
        body = {"topicName": self._topic, "labelIds": ["INBOX"], "labelFilterBehavior": "include"}
        request = self._api.users.watch(userId="me", body=body)
        watch = await self._api.call(account.connection_id, request)
        expires_at = _EPOCH + timedelta(milliseconds=int(watch["expiration"]))
        renewed = {
            "watch_topic": self._topic,
            "watch_renewed_at": rfc3339(self._clock()),
            "watch_expires_at": rfc3339(expires_at),
        }
        # The watch's historyId is not used: the cursor stays with what has been read.
        await self._storage.connections.store_state(
            account.connection_id, {**account.state, **renewed}
        )
        log.info("a watch is renewed", connection=account.connection_id)
