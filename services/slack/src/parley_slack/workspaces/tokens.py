"""Token rotation: once at a time in all replicas, stored before it is used."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from parley_kit import crash_points
from parley_kit.adapter.connections import Connections, Tokens
from parley_kit.adapter.leases import Leases
from parley_kit.clock import Clock
from parley_kit.sealing import Secret
from parley_slack.settings import SlackSettings
from parley_slack.workspaces.clients import SlackClients

ROTATE_BEFORE = timedelta(minutes=30)
_LEASE_SECONDS = 15.0


class OAuthCalls:
    """Slack's ``oauth.v2.access``, with the app's credentials."""

    def __init__(self, settings: SlackSettings, clients: SlackClients, clock: Clock) -> None:
        self._client_id = settings.client_id
        self._client_secret = settings.client_secret
        self._redirect_uri = settings.callback_url
        self._client: AsyncWebClient = clients.client(Secret(""))
        self._clock = clock

    async def exchange(self, code: str) -> dict[str, Any]:
        """The answer to a temporary code; raises what slack_sdk and aiohttp raise."""
        return await self._access(code=code, redirect_uri=self._redirect_uri)

    async def refresh(self, refresh_token: Secret) -> dict[str, Any]:
        """The answer to a refresh token, which works once."""
        return await self._access(grant_type="refresh_token", refresh_token=refresh_token.reveal())

    def tokens_of(self, answer: dict[str, Any]) -> Tokens:
        """The tokens of an answer; without rotation there is no expiry."""
        seconds = answer.get("expires_in")
        expires_at = self._clock() + timedelta(seconds=int(seconds)) if seconds else None
        return Tokens(
            Secret(str(answer["access_token"])),
            Secret(str(answer.get("refresh_token") or "")),
            expires_at,
        )

    async def _access(self, **arguments: str) -> dict[str, Any]:
        # oauth_v2_access() uses aiohttp's deprecated BasicAuth; this is the same call.
        secret = self._client_secret.get_secret_value()
        basic = {"Authorization": aiohttp.encode_basic_auth(self._client_id, secret)}
        response = await self._client.api_call("oauth.v2.access", data=arguments, headers=basic)
        data = response.data
        return data if isinstance(data, dict) else {}


class TokenRotation:
    """Renews the tokens of connections."""

    def __init__(
        self, connections: Connections, leases: Leases, calls: OAuthCalls, clock: Clock
    ) -> None:
        self._connections = connections
        self._leases = leases
        self._calls = calls
        self._clock = clock
        self._under_way: set[asyncio.Task[Tokens]] = set()

    def has_ended(self, tokens: Tokens) -> bool:
        """Whether Slack does not take the token any more."""
        return tokens.expires_at is not None and tokens.expires_at <= self._clock()

    def is_due(self, tokens: Tokens) -> bool:
        """Whether the token should be renewed before the next call."""
        has_end = tokens.expires_at is not None and bool(tokens.refresh)
        return has_end and tokens.expires_at <= self._clock() + ROTATE_BEFORE  # type: ignore[operator]

    async def renew(self, connection_id: str, used: Secret) -> Tokens:
        """Newer tokens than the one that was used; another replica may have fetched them.

        Tokens that cannot be rotated come back as they are stored. Raises what slack_sdk and
        aiohttp raise, and UnavailableError while another replica holds the lease.

        Who asks may give up meanwhile: the rotation goes on, because the refresh token is used up
        and what Slack answers must be stored.
        """
        task = asyncio.create_task(self._renewed(connection_id, used))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def _renewed(self, connection_id: str, used: Secret) -> Tokens:
        async with self._leases.held(f"rotate/{connection_id}", _LEASE_SECONDS):
            stored = await self._connections.tokens(connection_id)
            if stored.access != used or not stored.refresh:
                return stored
            try:
                answer = await self._calls.refresh(stored.refresh)
            except SlackApiError:
                newer = await self._connections.tokens(connection_id)
                if newer.access != used:  # a replica that outlived its lease was faster
                    return newer
                raise
            tokens = self._calls.tokens_of(answer)
            crash_points.reach("slack.token_rotated")
            await self._connections.store_tokens(connection_id, tokens)
            return tokens
