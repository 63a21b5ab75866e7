"""The state of the channel: what Slack says of each token, asked at most every few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from parley.channel.v1 import channel_pb2
from parley_kit.adapter.connections import CONNECTED, REVOKED, Account
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.clock import monotonic_seconds
from parley_slack.settings import SlackSettings
from parley_slack.workspaces.connection_proto import to_connection
from parley_slack.workspaces.renewals import Renewals
from parley_slack.workspaces.workspaces import Workspaces

CHECK_SECONDS = 12.0
_TIMEOUT_SECONDS = 5.0
_RATE_LIMITED = "ratelimited"  # of auth.test, which says nothing of sending: limits are a method's own


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a workspace that is connected; `is_passing` where messages still go out."""

    text: str
    is_passing: bool = False


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
        status, detail = judged(accounts, self._troubles)
        connections = [to_connection(account) for account in accounts]
        return channel_pb2.CheckHealthResponse(
            status=status, detail=detail, connections=connections
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


def judged(accounts: list[Account], troubles: Mapping[str, Trouble]) -> tuple[str, str]:
    """The channel's status and what to do: ok, degraded, down or not_connected.

    It is down, so that messages take another channel, only where no workspace takes any.
    """
    present = [account for account in accounts if account.status != REVOKED]
    if not present:
        return "not_connected", "Connect a workspace at /api/channels/slack/auth."
    wrong = {
        account.connection_id: troubles.get(account.connection_id) or Trouble(account.detail)
        for account in present
        if account.status != CONNECTED or account.connection_id in troubles
    }
    if not wrong:
        return "ok", ""
    is_down = sum(not each.is_passing for each in wrong.values()) == len(present)
    first = min(wrong.values(), key=lambda each: each.is_passing)
    return ("down" if is_down else "degraded"), first.text
