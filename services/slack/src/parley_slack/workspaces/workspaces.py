"""The connected workspaces, ready to be called: accounts and clients, cached for seconds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from parley.channel.v1 import outcome_pb2
from parley_kit.adapter.connections import (
    CONNECTED,
    RECONNECT_NEEDED,
    REVOKED,
    Account,
    Connections,
    Tokens,
    UnreadableTokensError,
)
from parley_kit.adapter.outcomes import unreadable
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.clock import monotonic_seconds
from parley_kit.logs import get_logger
from parley_slack.workspaces.clients import SlackClients
from parley_slack.workspaces.failures import failed_otherwise, not_sent
from parley_slack.workspaces.tokens import TokenRotation

log = get_logger(__name__)
_CACHE_SECONDS = 5.0
_HEARD_SECONDS = 10.0


@dataclass(frozen=True)
class Workspace:
    """An account with the client that calls for it."""

    account: Account
    client: AsyncWebClient
    tokens: Tokens

    @property
    def connection_id(self) -> str:
        """The connection's id."""
        return self.account.connection_id

    @property
    def team_id(self) -> str:
        """The team, empty for an installation in a whole organisation."""
        return team_of(self.account)


def account_key(enterprise_id: str, team_id: str) -> str:
    """The key of an installation."""
    return f"{enterprise_id}/{team_id}"


def team_of(account: Account) -> str:
    """The team of an account key."""
    return account.account.partition("/")[2]


def enterprise_of(account: Account) -> str:
    """The organisation of an account key; empty for a workspace of its own."""
    return account.account.partition("/")[0]


class Workspaces:
    """What is connected, as far as it was read within the last seconds."""

    def __init__(
        self, connections: Connections, clients: SlackClients, rotation: TokenRotation
    ) -> None:
        self._connections = connections
        self._clients = clients
        self._rotation = rotation
        self._accounts: dict[str, Account] = {}
        self._ready: dict[str, Workspace] = {}
        self._heard_at: dict[str, float] = {}
        self._read_at = float("-inf")
        self._lock = asyncio.Lock()

    async def accounts(self, *, fresh: bool = False) -> list[Account]:
        """Every connection in any state."""
        if fresh or monotonic_seconds() - self._read_at > _CACHE_SECONDS:
            async with self._lock:
                await self._read()
        return list(self._accounts.values())

    async def _read(self) -> None:
        accounts = {account.connection_id: account for account in await self._connections.all()}
        self._ready = {
            key: known
            for key, known in self._ready.items()
            if key in accounts and accounts[key].connected_at == known.account.connected_at
        }
        self._accounts = accounts
        self._read_at = monotonic_seconds()

    def forget(self) -> None:
        """Reads everything anew at the next use: something has changed."""
        self._ready.clear()
        self._read_at = float("-inf")

    async def find(self, team_id: str, enterprise_id: str = "") -> Account | None:
        """The account that a payload's team and organisation belong to."""
        for fresh in (False, True):
            accounts = await self.accounts(fresh=fresh)
            found = [a for a in accounts if team_id and team_of(a) == team_id]
            found += [a for a in accounts if not team_of(a) and enterprise_of(a) == enterprise_id]
            if found:
                return found[0]
        return None

    async def heard(self, connection_id: str) -> None:
        """Keeps when Slack last brought something, written every few seconds at most."""
        now = monotonic_seconds()
        if now - self._heard_at.get(connection_id, float("-inf")) > _HEARD_SECONDS:
            self._heard_at[connection_id] = now
            await self._connections.note_received(connection_id)

    async def ready(self, connection_id: str) -> Workspace:
        """A workspace whose token is good for the next call.

        Raises:
            DeliveryFailedError: It needs to be connected again, or could not be renewed now.
        """
        known = self._ready.get(connection_id)
        if known is None or self._rotation.is_due(known.tokens):
            known = await self._make(connection_id)
        return known

    async def _make(self, connection_id: str) -> Workspace:
        account = self._accounts.get(connection_id) or await self._connections.get(connection_id)
        if account.status != CONNECTED:
            raise unusable(account)
        tokens = await self._stored(connection_id)
        if self._rotation.is_due(tokens):
            tokens = await self._renewed(connection_id, tokens)
        made = Workspace(account, self._clients.client(tokens.access), tokens)
        self._ready[connection_id] = made
        return made

    async def _stored(self, connection_id: str) -> Tokens:
        try:
            return await self._connections.tokens(connection_id)
        except UnreadableTokensError as error:
            self.forget()
            raise unreadable(error) from error

    async def _renewed(self, connection_id: str, tokens: Tokens) -> Tokens:
        try:
            return await self._rotation.renew(connection_id, tokens.access)
        except Exception as error:
            raise await self.noted(failed_otherwise(error, connection_id)) from error

    async def check(self, connection_id: str, *, renew: bool = False) -> None:
        """Asks Slack whether the token holds (``auth.test``), after renewing it where asked to.

        A connection that had to be connected again and works after all is connected.

        Raises:
            DeliveryFailedError: It does not hold, or Slack does not answer.
        """
        account = await self._connections.get(connection_id)
        tokens = await self._stored(connection_id)
        if renew:
            self._ready.pop(connection_id, None)
            tokens = await self._renewed(connection_id, tokens)
        workspace = Workspace(account, self._clients.client(tokens.access), tokens)
        try:
            await workspace.client.auth_test()
        except Exception as error:
            failure = failed_otherwise(error, connection_id)
            raise await self.noted(failure, workspace) from error
        if renew and account.status == RECONNECT_NEEDED:
            await self._connections.mark(connection_id, CONNECTED, "")
            self.forget()

    async def noted(
        self, failure: DeliveryFailedError, used: Workspace | None = None
    ) -> DeliveryFailedError:
        """Draws the consequences of a failure for its connection; answers what to report.

        A token that ended can often be rotated, or was replaced while the call was under way:
        then nothing is lost, and the next attempt works.
        """
        connection_id = failure.connection_id
        if failure.failure_class != outcome_pb2.FAILURE_CLASS_RECONNECT or not connection_id:
            return failure
        if used is not None and await self._has_newer(used, failure.code):
            return not_sent(failure.code, "The token was replaced just now.", connection_id)
        await self._connections.mark(
            connection_id, RECONNECT_NEEDED, failure.message, error=failure.code
        )
        log.warning("a workspace must be connected again", code=failure.code)
        self.forget()
        return failure

    async def _has_newer(self, used: Workspace, code: str) -> bool:
        """Whether there is another token than the one that was refused; rotates one that ended."""
        self._ready.pop(used.connection_id, None)
        stored = await self._stored(used.connection_id)
        if stored.access == used.tokens.access and code == "token_expired":
            stored = await self._renewed(used.connection_id, used.tokens)
        return bool(stored.access) and stored.access != used.tokens.access


def unusable(account: Account) -> DeliveryFailedError:
    """The failure of a delivery to a workspace that is not connected any more."""
    code = account.last_error or ("revoked" if account.status == REVOKED else account.status)
    return DeliveryFailedError(
        outcome_pb2.FAILURE_CLASS_RECONNECT,
        code,
        f"{account.display_name} must be connected to Parley again ({code}).",
        connection_id=account.connection_id,
    )
