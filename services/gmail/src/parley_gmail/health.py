"""The state of the channel: each mailbox is asked for its profile, at most every ten seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from parley.channel.v1 import channel_pb2
from parley_gmail.authorization import not_configured
from parley_gmail.google.api import GmailApi
from parley_gmail.google.refusals import GoogleRefusedError, GoogleUnreachableError
from parley_gmail.settings import GmailSettings
from parley_gmail.translate import to_connection
from parley_kit.adapter.connections import CONNECTED, REVOKED, Account, Connections
from parley_kit.clock import monotonic_seconds
from parley_kit.errors import ServiceError

PROBE_SECONDS = 10.0
_NO_MAILBOX = "No mailbox is connected: open /api/channels/gmail/auth?shared=true and sign in."


@dataclass(frozen=True)
class State:
    """What the channel says of itself."""

    status: str
    detail: str


@dataclass(frozen=True)
class Probe:
    """What a mailbox answered; `trouble` is empty when it was well."""

    trouble: str
    at_seconds: float


def judge(
    accounts: Sequence[Account], troubles: dict[str, str], missing_credentials: list[str]
) -> State:
    """The whole channel's state from its mailboxes'; pure."""
    living = [account for account in accounts if account.status != REVOKED]
    if not living:
        detail = not_configured(missing_credentials) if missing_credentials else _NO_MAILBOX
        return State("not_connected", detail)
    ill = {
        account.display_name: account.detail or troubles.get(account.connection_id, "")
        for account in living
        if account.status != CONNECTED or troubles.get(account.connection_id)
    }
    if not ill:
        return State("ok", "")
    detail = "; ".join(f"{name}: {trouble}" for name, trouble in ill.items())
    return State("degraded" if len(ill) < len(living) else "down", detail)


class Health:
    """Probes mailboxes and judges."""

    def __init__(self, settings: GmailSettings, api: GmailApi, connections: Connections) -> None:
        self._settings = settings
        self._api = api
        self._connections = connections
        self._probes: dict[str, Probe] = {}
        self._lock = asyncio.Lock()

    async def check(self) -> channel_pb2.CheckHealthResponse:
        """The state with every connection; calls Google for what is older than ten seconds."""
        async with self._lock:
            accounts = await self._connections.all()
            connected = [account for account in accounts if account.status == CONNECTED]
            troubles = await asyncio.gather(*(self._trouble(each) for each in connected))
            accounts = await self._connections.all()  # a probe may have found a dead token
        by_id = {each.connection_id: why for each, why in zip(connected, troubles, strict=True)}
        state = judge(accounts, by_id, self._settings.missing_credentials)
        return channel_pb2.CheckHealthResponse(
            status=state.status,
            detail=state.detail,
            connections=[to_connection(account) for account in accounts],
        )

    async def _trouble(self, account: Account) -> str:
        known = self._probes.get(account.connection_id)
        if known is None or known.at_seconds + PROBE_SECONDS < monotonic_seconds():
            trouble = await self._probe(account.connection_id)
            known = Probe(trouble, monotonic_seconds())
            self._probes[account.connection_id] = known
        return known.trouble

    async def _probe(self, connection_id: str) -> str:
        try:
            await self._api.call(connection_id, self._api.users.getProfile(userId="me"))
        except GoogleRefusedError as error:
            return f"Google answered {error.status} {error.reason}"
        except GoogleUnreachableError as error:
            return f"Google did not answer ({error.cause})"
        except ServiceError as error:
            return error.message
        return ""
