"""The state of the channel: each mailbox is asked for its profile, at most every ten seconds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from parley.channel.v1 import channel_pb2
from parley_gmail.authorization import not_configured
from parley_gmail.google.api import GmailApi
from parley_gmail.google.refusals import (
    GoogleRefusedError,
    GoogleUnreachableError,
    is_rate_limit,
)
from parley_gmail.settings import GmailSettings
from parley_gmail.translate import to_connection
from parley_kit.adapter.connections import CONNECTED, Account, Connections
from parley_kit.adapter.health import Trouble, judged
from parley_kit.clock import monotonic_seconds
from parley_kit.errors import ServiceError

PROBE_SECONDS = 10.0
_NO_MAILBOX = "No mailbox is connected: open /api/channels/gmail/auth?shared=true and sign in."


@dataclass(frozen=True)
class Probe:
    """What a mailbox answered; no `trouble` when it was well."""

    trouble: Trouble | None
    at_seconds: float


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
        found = zip(connected, troubles, strict=True)
        by_id = {each.connection_id: trouble for each, trouble in found if trouble}
        state = judged(accounts, by_id, self._how_to_connect())
        return channel_pb2.CheckHealthResponse(
            status=state.status,
            detail=state.detail,
            connections=[to_connection(account) for account in accounts],
        )

    def _how_to_connect(self) -> str:
        missing = self._settings.missing_credentials
        return not_configured(missing) if missing else _NO_MAILBOX

    async def _trouble(self, account: Account) -> Trouble | None:
        known = self._probes.get(account.connection_id)
        if known is None or known.at_seconds + PROBE_SECONDS < monotonic_seconds():
            trouble = await self._probe(account.connection_id)
            known = Probe(trouble, monotonic_seconds())
            self._probes[account.connection_id] = known
        return known.trouble

    async def _probe(self, connection_id: str) -> Trouble | None:
        try:
            await self._api.call(connection_id, self._api.users.getProfile(userId="me"))
        except GoogleRefusedError as error:
            return Trouble(
                f"Google answered {error.status} {error.reason}", is_passing=is_rate_limit(error)
            )
        except GoogleUnreachableError as error:
            return Trouble(f"Google did not answer ({error.cause})")
        except ServiceError as error:
            return Trouble(error.message)
        return None
