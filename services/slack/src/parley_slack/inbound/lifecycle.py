"""The app was removed or its tokens revoked, on Slack's side."""

from __future__ import annotations

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.connections import Account, Connections
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.clock import Clock, to_timestamp
from parley_slack.inbound.payloads import Payload, id_at, number_at, object_at, text_at
from parley_slack.workspaces.installation import is_org_wide_at
from parley_slack.workspaces.workspaces import Workspaces

_REMOVED = "The app was removed from the workspace; install it again."


class Lifecycle:
    """Ends connections. Slack promises no order: of the two events, nor against a new installation."""

    def __init__(self, connections: Connections, workspaces: Workspaces, clock: Clock) -> None:
        self._connections = connections
        self._workspaces = workspaces
        self._clock = clock

    async def take(self, payload: Payload, account: Account) -> inbox_pb2.InboundItem | None:
        """Forgets the tokens if the event ends this installation; the item tells the orchestrator."""
        event_id = id_at(payload, "event_id")
        if not event_id or not _is_an_end(payload):
            return None
        account = await self._connections.get(account.connection_id)  # as it is now
        if not await self._ends(payload, account) or not await self._connections.end(
            account, _REMOVED, error="app_uninstalled"
        ):
            return None
        self._workspaces.forget()
        item = inbox_pb2.InboundItem(
            channel="slack", inbound_id=f"event/{event_id}", received_at=to_timestamp(self._clock())
        )
        item.connection.connection_id = account.connection_id
        return item

    async def _ends(self, payload: Payload, account: Account) -> bool:
        """Whether the event is about this installation, and not about the one before it.

        Slack's time has seconds. In the second of the installation, and where the app may only have
        left one workspace of an organisation, Slack is asked whether the token still holds.
        """
        at, installed_at = number_at(payload, "event_time"), account.connected_at.timestamp()
        if at < int(installed_at):
            return False
        if at > installed_at and not is_org_wide_at(account):
            return True
        try:
            await self._workspaces.check(account.connection_id)
        except DeliveryFailedError as failure:
            return failure.code in _DEAD
        return False


_DEAD = {"invalid_auth", "token_revoked", "account_inactive", "token_expired", "not_authed"}


def _is_an_end(payload: Payload) -> bool:
    event = object_at(payload, "event")
    if text_at(event, "type") == "app_uninstalled":
        return True
    bots = object_at(event, "tokens").get("bot")
    return text_at(event, "type") == "tokens_revoked" and bool(bots)
