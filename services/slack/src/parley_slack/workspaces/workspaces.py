"""The connected workspaces, ready to be called: accounts and clients, cached for seconds."""

from __future__ import annotations

import asyncio

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
from parley_slack.workspaces.failures import PERMANENT, RECONNECT, failed_otherwise, not_sent
from parley_slack.workspaces.installation import (
    Workspace,
    is_installed_at,
    is_org_wide_at,
    unusable,
)
from parley_slack.workspaces.renewals import Renewals

log = get_logger(__name__)
_CACHE_SECONDS = 5.0
_HEARD_SECONDS = 10.0
_NOTED_SECONDS = 10.0


class Workspaces:
    """What is connected, as far as it was read within the last seconds."""

    def __init__(self, connections: Connections, clients: SlackClients, renewals: Renewals) -> None:
        self._connections = connections
        self._clients = clients
        self._renewals = renewals
        self._accounts: dict[str, Account] = {}
        self._ready: dict[str, Workspace] = {}
        self._heard_at: dict[str, float] = {}
        self._noted: dict[str, tuple[str, float]] = {}
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
        self._renewals.forget()
        self._read_at = float("-inf")

    async def find(self, team_id: str, enterprise_id: str, *, is_org_wide: bool) -> Account | None:
        """The account that a payload's team and organisation belong to; a live one first.

        The app may be in a workspace and in the organisation around it: the payload tells which.
        """
        for fresh in (False, True):
            found = [
                account
                for account in await self.accounts(fresh=fresh)
                if is_installed_at(account, team_id, enterprise_id)
            ]
            best = min(
                found,
                key=lambda a: (a.status == REVOKED, is_org_wide_at(a) != is_org_wide),
                default=None,
            )
            if best is not None and best.status != REVOKED:
                return best
        return best

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
        if known is None or self._renewals.is_due(connection_id, known.tokens):
            known = await self._make(connection_id)
        return known

    async def _make(self, connection_id: str) -> Workspace:
        account = self._accounts.get(connection_id) or await self._connections.get(connection_id)
        if account.status != CONNECTED:
            raise unusable(account)
        tokens = await self._stored(connection_id)
        if self._renewals.is_due(connection_id, tokens):
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

    async def _renewed(
        self, connection_id: str, tokens: Tokens, *, has_ended: bool = False
    ) -> Tokens:
        try:
            return await self._renewals.renew(connection_id, tokens, has_ended=has_ended)
        except DeliveryFailedError as failure:
            raise await self.noted(failure) from failure

    async def check(self, connection_id: str, *, renew: bool = False) -> None:
        """Asks Slack whether the token holds (``auth.test``), after renewing it where asked to.

        A connection that had to be connected again and works after all is connected.

        Raises:
            DeliveryFailedError: It does not hold, or Slack does not answer.
        """
        account = await self._connections.get(connection_id)
        tokens = await self._stored(connection_id)
        if renew or self._renewals.is_due(connection_id, tokens):
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
        if failure.failure_class != RECONNECT or not connection_id:
            await self._note_error(failure)
            return failure
        if used is not None and await self._has_newer(used, failure.code):
            return not_sent(failure.code, "The token was replaced just now.", connection_id)
        await self._connections.mark(
            connection_id, RECONNECT_NEEDED, failure.message, error=failure.code
        )
        log.warning("a workspace must be connected again", code=failure.code)
        self.forget()
        return failure

    async def _note_error(self, failure: DeliveryFailedError) -> None:
        """Keeps the workspace's last error, written every few seconds at most.

        A person who cannot be reached is no error of the workspace.
        """
        connection_id, now = failure.connection_id, monotonic_seconds()
        known_code, noted_at = self._noted.get(connection_id, ("", float("-inf")))
        is_known = known_code == failure.code and now - noted_at < _NOTED_SECONDS
        if connection_id and failure.failure_class != PERMANENT and not is_known:
            self._noted[connection_id] = failure.code, now
            await self._connections.note_error(connection_id, failure.code)

    async def _has_newer(self, used: Workspace, code: str) -> bool:
        """Whether there is another token than the one that was refused; rotates one that ended."""
        self._ready.pop(used.connection_id, None)
        stored = await self._stored(used.connection_id)
        if stored.access == used.tokens.access and code == "token_expired":
            stored = await self._renewed(used.connection_id, used.tokens, has_ended=True)
        return bool(stored.access) and stored.access != used.tokens.access
