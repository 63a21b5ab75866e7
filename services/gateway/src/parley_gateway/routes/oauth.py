"""Connecting accounts: OAuth from the gateway's side, the same for every channel."""

from __future__ import annotations

import secrets
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
from parley_gateway.translate import connection_view
from parley_kit.errors import PermissionDeniedError, Reason, ServiceError

BINDING_SECONDS = 600
COMPLETE_SECONDS = 30.0

router = APIRouter(
    prefix="/api/channels",
    tags=["channels"],
    route_class=SignedInRoute,
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
            link=("/console", "Back to the console"),
        )
    if not wants_page:
        return json_response(connection_view(connection))
    response = page(
        "notice.html",
        title=f"{channel.capitalize()} is connected",
        tone="good",
        text=f"{connection.display_name or channel} is ready. You can close this page.",
        link=("/console", "Go to the console"),
    )
    response.delete_cookie(_cookie(channel), path=f"/api/channels/{channel}")
    return response


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
