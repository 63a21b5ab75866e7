"""For whoever runs the gateway."""

from __future__ import annotations

from fastapi import APIRouter, Request
from grpc_health.v1 import health_pb2
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from parley_gateway.api_guide import frame_groups, groups
from parley_gateway.asyncapi import document
from parley_gateway.documents import json_response
from parley_gateway.html_pages import page
from parley_gateway.models.problem import problem_responses
from parley_gateway.route import OpenRoute, gateway_of
from parley_kit.errors import ServiceError, UnavailableError

READY_SECONDS = 2.0
_OPEN = {"security": list[object]()}

router = APIRouter(tags=["operations"], route_class=OpenRoute)


@router.get("/healthz", openapi_extra=_OPEN)
async def is_alive() -> Response:
    """The process runs."""
    return json_response({"status": "ok"})


@router.get("/readyz", responses=problem_responses(503), openapi_extra=_OPEN)
async def is_ready(request: Request) -> Response:
    """The orchestrator can be reached and serves."""
    try:
        answer = await gateway_of(request).health.Check(
            health_pb2.HealthCheckRequest(), timeout=READY_SECONDS, wait_for_ready=False
        )
    except ServiceError:
        raise _unready("cannot be reached") from None
    if answer.status != health_pb2.HealthCheckResponse.SERVING:
        raise _unready("does not serve now")
    return json_response({"status": "ready"})


def _unready(why: str) -> UnavailableError:
    return UnavailableError(
        f"The orchestrator {why}. Is it started, and is PARLEY_ORCHESTRATOR its address?",
        metadata={"service": "orchestrator"},
    )


@router.get("/metrics", response_class=Response, openapi_extra=_OPEN)
async def metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    text = generate_latest(gateway_of(request).metrics.registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


@router.get("/asyncapi.json", include_in_schema=False)
async def asyncapi(request: Request) -> Response:
    """The WebSocket for programs."""
    return json_response(document(gateway_of(request).settings.public_url))


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> Response:
    """The interface for people; works without a network and without scripts."""
    openapi = request.app.openapi()
    return page(
        "docs.html",
        summary=openapi["info"]["summary"],
        version=openapi["info"]["version"],
        groups=groups(openapi),
        frames=frame_groups(document(gateway_of(request).settings.public_url)),
    )
