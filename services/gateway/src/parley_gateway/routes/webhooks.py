"""Providers' webhooks, passed on raw to the channel that can verify them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from parley.channel.v1 import webhook_pb2
from parley_gateway.models.problem import problem_responses
from parley_gateway.route import OpenRoute, gateway_of
from parley_gateway.routes.paths import ChannelPath
from parley_kit import crash_points
from parley_kit.errors import DeadlineExceededError, UnavailableError

HANDLE_SECONDS = 10.0
ENDPOINTS = ("webhook", "events", "interactions")

# The channel's own answers pass through as they are, whatever their content type.
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Stored, or answered as the provider's protocol asks"},
    400: {"description": "The channel cannot use it"},
    401: {"description": "The proof that the provider sent it does not hold"},
    404: {"description": "There is no such channel, or it has no such endpoint"},
    **problem_responses(413, 503),
}

router = APIRouter(prefix="/api/channels", tags=["webhooks"], route_class=OpenRoute)


async def webhook(request: Request, channel: ChannelPath) -> Response:
    """Hands a provider's request to its channel; answers 200 only after it is stored."""
    service = gateway_of(request).channel(channel)
    raw = webhook_pb2.HandleWebhookRequest(
        endpoint=request.url.path.rpartition("/")[2],
        headers=[
            webhook_pb2.HttpHeader(name=name.decode("latin-1"), value=value.decode("latin-1"))
            for name, value in request.headers.raw
        ],
        body=await request.body(),
        query=request.url.query,
    )
    try:
        answer = await service.HandleWebhook(raw, timeout=HANDLE_SECONDS, wait_for_ready=False)
    except (UnavailableError, DeadlineExceededError):
        raise UnavailableError(
            f"The {channel} service does not answer; send this again.",
            metadata={"service": channel},
        ) from None
    crash_points.reach("gateway.webhook_handled")
    headers = {header.name: header.value for header in answer.headers}
    return Response(answer.body, answer.status or 200, headers)


for endpoint in ENDPOINTS:
    router.add_api_route(
        f"/{{channel}}/{endpoint}",
        webhook,
        methods=["POST"],
        name=endpoint,
        response_class=Response,
        responses=_ANSWERS,
        openapi_extra={"security": []},
    )
