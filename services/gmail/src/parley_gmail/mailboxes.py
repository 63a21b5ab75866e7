"""Which mailbox carries a mail."""

from __future__ import annotations

from collections.abc import Sequence

from parley.channel.v1 import outcome_pb2
from parley_kit.adapter.connections import CONNECTED, REVOKED, Account, Connections
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.clock import monotonic_seconds

_CACHE_SECONDS = 1.0


def owner_key(user_id: str, email: str) -> str:
    """A connection's key: a person cannot take over the shared mailbox by connecting it too."""
    return f"{user_id or 'shared'}/{email.lower()}"


def email_of(account: Account) -> str:
    """The mailbox's address."""
    return account.account.partition("/")[2]


def choose(accounts: Sequence[Account], user_id: str, earlier_connection_id: str) -> Account:
    """The mailbox to send from: the conversation's own, else the newest shared one.

    A person's own mailbox is used only where there is no shared one at all.

    Raises:
        DeliveryFailedError: There is none, or a person must connect it again.
    """
    living = [account for account in accounts if account.status != REVOKED]
    shared = [account for account in living if not account.user_id]
    candidates = shared or [account for account in living if account.user_id == user_id]
    if not candidates:
        raise DeliveryFailedError(
            outcome_pb2.FAILURE_CLASS_RECONNECT,
            "not_connected",
            "No mailbox is connected: open /api/channels/gmail/auth?shared=true and sign in.",
        )
    usable = [account for account in candidates if account.status == CONNECTED]
    if not usable:
        raise DeliveryFailedError(
            outcome_pb2.FAILURE_CLASS_RECONNECT,
            "reconnect_needed",
            candidates[-1].detail,
            connection_id=candidates[-1].connection_id,
        )
    same = [account for account in usable if account.connection_id == earlier_connection_id]
    return (same or usable)[-1]


class Mailboxes:
    """The connected mailboxes, read at most once a second."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._cached: list[Account] = []
        self._until_seconds = 0.0

    async def sender_for(self, user_id: str, earlier_connection_id: str) -> Account:
        """The mailbox that sends to this person.

        Raises:
            DeliveryFailedError: There is none that could.
        """
        return choose(await self._all(), user_id, earlier_connection_id)

    async def _all(self) -> list[Account]:
        if self._until_seconds < monotonic_seconds():
            self._cached = await self._connections.all()
            self._until_seconds = monotonic_seconds() + _CACHE_SECONDS
        return self._cached

    def forget(self) -> None:
        """Reads anew at the next call."""
        self._until_seconds = 0.0
