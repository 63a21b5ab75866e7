"""The app was removed or its tokens revoked, on Slack's side."""

from __future__ import annotations

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.connections import REVOKED, Account, Connections
from parley_kit.clock import Clock, to_timestamp
from parley_slack.inbound.payloads import Payload, number_at, object_at, text_at
from parley_slack.workspaces.workspaces import Workspaces

_REMOVED = "The app was removed from the workspace; install it again."


def ends_connection(payload: Payload, account: Account) -> bool:
    """Whether the event ends this connection; one from before a new installation does not.

    Slack promises no order of the two events, and none against a new installation.
    """
    event = object_at(payload, "event")
    if number_at(payload, "event_time") < int(account.connected_at.timestamp()):
        return False
    if text_at(event, "type") == "app_uninstalled":
        return True
    bots = object_at(event, "tokens").get("bot")
    return text_at(event, "type") == "tokens_revoked" and bool(bots)


async def end_connection(
    connections: Connections, workspaces: Workspaces, account: Account, clock: Clock, event_id: str
) -> inbox_pb2.InboundItem:
    """Forgets the tokens; the item tells the orchestrator."""
    await connections.mark(account.connection_id, REVOKED, _REMOVED, error="app_uninstalled")
    workspaces.forget()
    item = inbox_pb2.InboundItem(
        channel="slack", inbound_id=f"event/{event_id}", received_at=to_timestamp(clock())
    )
    item.connection.connection_id = account.connection_id
    return item
