"""Access tokens that are fresh: one refresh at a time per mailbox, stored before it is used."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass

from parley_gmail.google.refusals import GoogleRefusedError, GoogleUnreachableError
from parley_gmail.google.scopes import missing_scopes, scopes_sentence
from parley_gmail.google.tokens import EARLY, TokenEndpoint
from parley_kit import crash_points
from parley_kit.adapter.connections import RECONNECT_NEEDED, Connections, Tokens
from parley_kit.adapter.leases import Leases
from parley_kit.clock import Clock, monotonic_seconds
from parley_kit.sealing import Secret

_CACHE_SECONDS = 30.0
_LEASE_SECONDS = 20.0
DEAD = {"invalid_grant", "deleted_client"}
RECONNECT_DETAIL = (
    "Google no longer accepts this mailbox's token (revoked, expired or password changed): "
    "connect the mailbox again."
)


@dataclass(frozen=True)
class _Cached:
    tokens: Tokens
    until_seconds: float


class Access:
    """The access tokens of all mailboxes."""

    def __init__(
        self, connections: Connections, leases: Leases, endpoint: TokenEndpoint, clock: Clock
    ) -> None:
        self._connections = connections
        self._leases = leases
        self._endpoint = endpoint
        self._clock = clock
        self._cache: dict[str, _Cached] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def token(self, connection_id: str) -> Secret:
        """A token that lives for some minutes yet.

        Raises:
            GoogleRefusedError: Google refused the refresh; ``invalid_grant`` is for good.
            GoogleUnreachableError: Google did not answer the refresh.
        """
        tokens = await self._known(connection_id)
        if self._is_fresh(tokens):
            return tokens.access
        return await self.renewed(connection_id, tokens.access)

    async def renewed(self, connection_id: str, stale: Secret) -> Secret:
        """A token other than the stale one; whoever comes first refreshes for all."""
        async with self._locks[connection_id]:
            cached = self._cache.get(connection_id)
            if cached and cached.tokens.access != stale and self._is_fresh(cached.tokens):
                return cached.tokens.access
            async with self._leases.held(f"refresh:{connection_id}", _LEASE_SECONDS):
                tokens = await self._connections.tokens(connection_id)
                if tokens.access == stale or not self._is_fresh(tokens):
                    tokens = await self._refresh(connection_id, tokens)
        self._remember(connection_id, tokens)
        return tokens.access

    def forget(self, connection_id: str) -> None:
        """Drops what is cached, after a connection was renewed or revoked."""
        self._cache.pop(connection_id, None)

    async def _known(self, connection_id: str) -> Tokens:
        cached = self._cache.get(connection_id)
        if cached and cached.until_seconds > monotonic_seconds():
            return cached.tokens
        tokens = await self._connections.tokens(connection_id)
        self._remember(connection_id, tokens)
        return tokens

    async def _refresh(self, connection_id: str, tokens: Tokens) -> Tokens:
        if not tokens.refresh:
            await self.bury(connection_id, RECONNECT_DETAIL, "no_refresh_token")
            raise GoogleRefusedError(400, "invalid_grant", is_about_token=True)
        try:
            grant = await self._endpoint.refresh(tokens.refresh)
        except GoogleUnreachableError as error:
            raise GoogleUnreachableError(error.cause, was_asked=False) from error
        except GoogleRefusedError as error:
            if error.reason in DEAD:
                await self.bury(connection_id, RECONNECT_DETAIL, error.reason)
            raise
        crash_points.reach("gmail.token_refreshed")
        await self._connections.store_tokens(connection_id, grant.tokens, grant.scopes)
        if grant.scopes and (missing := missing_scopes(grant.scopes)):
            await self.bury(connection_id, scopes_sentence(missing), "missing_scopes")
        return grant.tokens

    async def bury(self, connection_id: str, detail: str, reason: str) -> None:
        """Marks a mailbox that only a person can bring back."""
        self.forget(connection_id)
        await self._connections.mark(connection_id, RECONNECT_NEEDED, detail, reason)

    def _is_fresh(self, tokens: Tokens) -> bool:
        if not tokens.access:
            return False
        return tokens.expires_at is None or tokens.expires_at - EARLY > self._clock()

    def _remember(self, connection_id: str, tokens: Tokens) -> None:
        until = monotonic_seconds() + _CACHE_SECONDS
        self._cache[connection_id] = _Cached(tokens, until)
