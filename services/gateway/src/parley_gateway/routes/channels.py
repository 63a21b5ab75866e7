"""The channels, how they do, and their connections."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from parley.channel.v1 import channel_pb2
from parley.orchestrator.v1 import channels_pb2
from parley_gateway.documents import json_response
from parley_gateway.models import channels as models
from parley_gateway.models.problem import problem_responses
from parley_gateway.route import AdminRoute, SignedInRoute, gateway_of, principal_of
from parley_gateway.routes.paths import ChannelPath, Identifier, QueryId
from parley_gateway.translate.channels import channel_view, connection_view

router = APIRouter(
    prefix="/api/channels",
    tags=["channels"],
    route_class=SignedInRoute,
    responses=problem_responses(401, 503),
)
admin = APIRouter(
    prefix="/api/channels",
    tags=["channels"],
    route_class=AdminRoute,
    responses=problem_responses(401, 403, 404, 422, 503),
)


@router.get("", response_model=models.Channels)
async def list_channels(request: Request) -> Response:
    """Per channel: status, breaker, queue, recent results; for the admin its connections too."""
    answer = await gateway_of(request).orchestrator.channels.ListChannels(
        channels_pb2.ListChannelsRequest(caller=principal_of(request).caller)
    )
    return json_response({"channels": [channel_view(state) for state in answer.channels]})


@admin.get("/{channel}/status", response_model=models.ChannelHealth)
async def channel_status(request: Request, channel: ChannelPath) -> Response:
    """A channel's own report on itself and on each connection."""
    health = await (
        gateway_of(request).channel(channel).CheckHealth(channel_pb2.CheckHealthRequest())
    )
    return json_response(
        {
            "channel": channel,
            "status": health.status,
            "detail": health.detail,
            "inbox_depth": health.inbox_depth,
            "connections": [connection_view(each) for each in health.connections],
        }
    )


@admin.post(
    "/{channel}/refresh", response_model=models.Connections, responses=problem_responses(409)
)
async def refresh_connections(
    request: Request, channel: ChannelPath, connection_id: QueryId = ""
) -> Response:
    """Refreshes the token of one connection, or of all, now."""
    answer = (
        await gateway_of(request)
        .channel(channel)
        .RefreshAuthorization(
            channel_pb2.RefreshAuthorizationRequest(connection_id=connection_id), timeout=30
        )
    )
    return json_response({"connections": [connection_view(each) for each in answer.connections]})


@admin.delete(
    "/{channel}/connections/{connection_id}",
    response_model=models.Connection,
    responses=problem_responses(409),
)
async def revoke_connection(
    request: Request, channel: ChannelPath, connection_id: Identifier
) -> Response:
    """Revokes a connection at the provider and forgets its token."""
    answer = (
        await gateway_of(request)
        .channel(channel)
        .RevokeAuthorization(
            channel_pb2.RevokeAuthorizationRequest(connection_id=connection_id), timeout=30
        )
    )
    return json_response(connection_view(answer.connection))


router.routes.extend(admin.routes)
