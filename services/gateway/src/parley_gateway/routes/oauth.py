"""Connecting accounts: OAuth from the gateway's side, the same for every channel."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from parley.channel.v1 import authorization_pb2, channel_pb2
from parley_gateway.documents import invalid_fields, json_response
from parley_gateway.html_pages import page
from parley_gateway.models.problem import problem_responses
from parley_gateway.principal import Principal
from parley_gateway.problems import ProblemError, problem_of
from parley_gateway.route import OpenRoute, SignedInRoute, check_role, gateway_of, principal_of
from parley_gateway.routes.paths import ChannelPath, QueryId
from parley_gateway.translate.channels import connection_view
from parley_kit.errors import (
    PermissionDeniedError,
    Reason,
    ServiceError,
    UnauthenticatedError,
)

BINDING_SECONDS = 600
_CONSOLE = ("/console", "Go to the console")
COMPLETE_SECONDS = 30.0

Handler = Callable[[Request], Awaitable[Response]]


class BrowserRoute(SignedInRoute):
    """A route that people open in a browser: where it does not work, a page says what to do."""

    def get_route_handler(self) -> Handler:  # type: ignore[override]
        """FastAPI's handler, with pages for people."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except ServiceError as error:
                if "text/html" not in request.headers.get("accept", ""):
                    raise
                return _not_begun(request, error)

        return handle


router = APIRouter(
    prefix="/api/channels",
    tags=["channels"],
    route_class=BrowserRoute,
    responses=problem_responses(401, 403, 404, 422, 503),
)
returning = APIRouter(prefix="/api/channels", tags=["channels"], route_class=OpenRoute)


@router.get(
    "/{channel}/auth", status_code=302, response_class=Response, responses=problem_responses(409)
)
async def start_authorization(
    request: Request,
    channel: ChannelPath,
    user_id: QueryId = "",
    login_hint: Annotated[str, Query(pattern=r"^[^\x00-\x1f\x7f]{0,254}$")] = "",
    *,
    shared: bool = False,
) -> Response:
    """Sends the browser to the provider; admin, or a person for their own account."""
    service = gateway_of(request).channel(channel)
    owner = _owner(principal_of(request), user_id, is_shared=shared)
    binding = secrets.token_urlsafe(32)
    answer = await service.StartAuthorization(
        channel_pb2.StartAuthorizationRequest(
            user_id=owner, browser_binding=binding, login_hint=login_hint
        )
    )
    response = RedirectResponse(answer.authorize_url, 302)
    # Lax, not Strict: the provider's redirect back is a navigation from another site.
    response.set_cookie(
        _cookie(channel),
        binding,
        max_age=BINDING_SECONDS,
        path=f"/api/channels/{channel}",
        secure=gateway_of(request).settings.is_secure,
        httponly=True,
        samesite="lax",
    )
    return response


_PAGE = {"text/html": {"schema": {"type": "string"}}}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    status: answer | {"content": {**answer["content"], **_PAGE}}
    for status, answer in problem_responses(400, 401, 403, 404, 409, 422, 503, 504).items()
}


@returning.get(
    "/{channel}/callback",
    response_class=Response,
    responses=_ANSWERS | {200: {"description": "Connected", "content": _PAGE}},
    openapi_extra={"security": []},
)
async def complete_authorization(request: Request, channel: ChannelPath) -> Response:
    """Where the provider sends the browser back to."""
    wants_page = "application/json" not in request.headers.get("accept", "")
    try:
        connection = await _completed(request, channel)
    except ServiceError as error:
        if not wants_page:
            raise
        problem = problem_of(error)
        return page(
            "notice.html",
            problem.status,
            title="Not connected",
            tone="bad",
            text=problem.detail,
            link=_CONSOLE,
        )
    if not wants_page:
        return json_response(connection_view(connection))
    response = _ended(channel, connection)
    response.delete_cookie(_cookie(channel), path=f"/api/channels/{channel}")
    return response


def _ended(channel: str, connection: authorization_pb2.Connection) -> Response:
    """What became of it; an account that cannot be used yet is not called connected."""
    name = connection.display_name or channel
    if connection.status == authorization_pb2.CONNECTION_STATUS_CONNECTED:
        home = ("/", "Go to the web chat") if connection.user_id else _CONSOLE
        title, text = f"{channel.capitalize()} is connected", f"{name} is ready."
        text = f"{text} You can close this page."
        return page("notice.html", title=title, tone="good", text=text, link=home)
    whose = f"user_id={connection.user_id}" if connection.user_id else "shared=true"
    again = (f"/api/channels/{channel}/auth?{whose}", "Connect again")
    title = f"{name} cannot be used yet"
    return page("notice.html", title=title, tone="bad", text=connection.detail, link=again)


def _not_begun(request: Request, error: ServiceError) -> Response:
    """A browser that comes from a mail or from Slack shows its sign-in only at the second look."""
    problem = problem_of(error)
    if not isinstance(error, UnauthenticatedError):
        title, text, link = "That did not work", problem.detail, None
    elif "again" in request.query_params:
        title, link = "Sign in first", ("/", "Open the web chat")
        text = "Open the web chat with your sign-in link, then open this address once more."
    else:
        title, link = "Connect your account", (_again(request), "Continue")
        text = "Go on in the browser where you are signed in to the web chat or the console."
    tone = "good" if title.startswith("Connect") else "bad"
    return page("notice.html", problem.status, title=title, tone=tone, text=text, link=link)


def _again(request: Request) -> str:
    query = "&".join(filter(None, (request.url.query, "again=1")))
    return f"{request.url.path}?{query}"


async def _completed(request: Request, channel: str) -> authorization_pb2.Connection:
    service = gateway_of(request).channel(channel)
    binding = request.cookies.get(_cookie(channel), "")
    if not binding:
        raise PermissionDeniedError(
            "This sign-in was not started in this browser, or it took too long. Start it again.",
            reason=Reason.ERROR_REASON_BAD_STATE,
        )
    answer = await service.CompleteAuthorization(
        channel_pb2.CompleteAuthorizationRequest(
            parameters=dict(request.query_params), browser_binding=binding
        ),
        timeout=COMPLETE_SECONDS,
    )
    return answer.connection


def _owner(principal: Principal, user_id: str, *, is_shared: bool) -> str:
    check_role(principal, frozenset({"admin", "user"}))
    if is_shared and user_id:
        detail = "give `user_id` or `shared=true`, not both"
        raise ProblemError(invalid_fields([{"loc": ("user_id",), "msg": detail}]))
    if principal.role == "user" and (is_shared or user_id != principal.id):
        raise PermissionDeniedError(
            "A person may connect only their own account: add `?user_id=` with your own id.",
            metadata={"needs": "admin"},
        )
    return user_id


def _cookie(channel: str) -> str:
    return f"parley_oauth_{channel}"


router.routes.extend(returning.routes)
