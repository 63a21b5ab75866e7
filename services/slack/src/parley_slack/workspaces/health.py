"""The state of the channel: what Slack says of each token, asked at most every few seconds."""

from __future__ import annotations

import asyncio

from parley.channel.v1 import channel_pb2
from parley_kit.adapter.connections import CONNECTED
from parley_kit.adapter.health import Trouble, judged
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.clock import monotonic_seconds
from parley_slack.settings import SlackSettings
from parley_slack.workspaces.connection_proto import to_connection
from parley_slack.workspaces.renewals import Renewals
from parley_slack.workspaces.workspaces import Workspaces

CHECK_SECONDS = 12.0
_TIMEOUT_SECONDS = 5.0
_RATE_LIMITED = (
    "ratelimited"  # of auth.test, which says nothing of sending: limits are a method's own
)
_HOW_TO_CONNECT = "Connect a workspace at /api/channels/slack/auth."


class Health:
    """Checks the connected workspaces with ``auth.test``."""

    def __init__(self, settings: SlackSettings, workspaces: Workspaces, renewals: Renewals) -> None:
        self._settings = settings
        self._workspaces = workspaces
        self._renewals = renewals
        self._troubles: dict[str, Trouble] = {}
        self._checked_at = float("-inf")
        self._checked: frozenset[str] = frozenset()
        self._lock = asyncio.Lock()

    async def check(self) -> channel_pb2.CheckHealthResponse:
        """The answer to CheckHealth, without the inbox's figures."""
        if missing := self._settings.missing:
            detail = f"Set {', '.join(missing)}, then connect a workspace."
            return channel_pb2.CheckHealthResponse(status="not_connected", detail=detail)
        async with self._lock:
            await self._ask_slack()
        accounts = await self._workspaces.accounts()
        state = judged(accounts, self._troubles, _HOW_TO_CONNECT)
        connections = [to_connection(account) for account in accounts]
        return channel_pb2.CheckHealthResponse(
            status=state.status, detail=state.detail, connections=connections
        )

    async def _ask_slack(self) -> None:
        """Asks for every usable connection, unless that was done just now."""
        usable = {
            account.connection_id
            for account in await self._workspaces.accounts()
            if account.status == CONNECTED
        }
        is_recent = monotonic_seconds() - self._checked_at < CHECK_SECONDS
        wanted = usable - self._checked if is_recent else usable
        if not wanted:
            return
        if not is_recent:
            self._troubles.clear()
            self._checked_at = monotonic_seconds()
        results = await asyncio.gather(*(self._trouble(item) for item in sorted(wanted)))
        self._troubles |= {item: trouble for item, trouble in results if trouble}
        self._checked = frozenset(usable)

    async def _trouble(self, connection_id: str) -> tuple[str, Trouble | None]:
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                await self._workspaces.check(connection_id)
        except DeliveryFailedError as failure:
            is_passing = failure.code == _RATE_LIMITED
            return connection_id, Trouble(failure.message, is_passing)
        except TimeoutError:
            return connection_id, Trouble("Slack does not answer.")
        unrenewed = self._renewals.trouble(connection_id)
        return connection_id, Trouble(unrenewed, is_passing=True) if unrenewed else None
