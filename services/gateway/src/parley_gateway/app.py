"""The ASGI application: routes, refusals, and the envelope around them."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp

from parley_gateway import openapi, refusals
from parley_gateway.bootstrap import Gateway
from parley_gateway.envelope import Envelope
from parley_gateway.route import DirectRoutes
from parley_gateway.routes import (
    agents,
    answer_page,
    channels,
    deliveries,
    demo,
    events,
    feedback,
    messages,
    oauth,
    operations,
    pages,
    sessions,
    sign_in,
    users,
    webhooks,
)
from parley_gateway.websocket.endpoint import endpoint

_ROUTERS = (
    messages.router,
    feedback.router,
    events.router,
    sessions.router,
    webhooks.router,
    users.router,
    agents.router,
    deliveries.router,
    channels.router,
    oauth.router,
    answer_page.router,
    sign_in.router,
    operations.router,
    demo.router,
    pages.router,
)
_NO_TELEMETRY = {  # its spans would name paths, and `/f/{token}` is a secret
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}


def create_app(gateway: Gateway) -> ASGIApp:
    """The application that serves this gateway."""
    app = FastAPI(
        title="Parley",
        version=version("parley-gateway"),
        summary="AI agents ask people for decisions on whichever channel the person answers.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_NO_TELEMETRY,  # type: ignore[arg-type]  # a TypedDict
    )
    app.state.gateway = gateway
    for router in _ROUTERS:
        # Not include_router: its lookup in two steps costs time on every request.
        app.router.routes.extend(router.routes)
    app.router.routes.append(WebSocketRoute("/ws", endpoint))
    refusals.install(app)
    openapi.install(app)
    return Envelope(DirectRoutes(app), gateway.metrics, is_secure=gateway.settings.is_secure)
