"""The cookies of our own pages: the person's for the chat, the operator's for the console."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from parley.orchestrator.v1 import users_pb2
from parley_gateway import cookies
from parley_gateway.documents import json_response
from parley_gateway.models import users as models
from parley_gateway.models.problem import problem_responses
from parley_gateway.principal import Principal
from parley_gateway.route import OpenRoute, gateway_of
from parley_kit.clock import rfc3339
from parley_kit.errors import PermissionDeniedError, UnauthenticatedError

router = APIRouter(
    prefix="/api",
    tags=["sign-in"],
    route_class=OpenRoute,
    responses=problem_responses(401, 403, 422),
)


@router.post("/browser-session", response_model=models.BrowserSession)
async def sign_in(request: Request, document: models.BrowserToken) -> Response:
    """Keeps a user's token in a cookie that scripts cannot read."""
    _check_own_page(request)
    gateway = gateway_of(request)
    person = await gateway.authenticator.user(document.token)
    response = json_response(await _signed_in(request, person))
    seconds = _seconds_left(person, gateway.clock().timestamp())
    cookies.keep(
        response,
        cookies.USER,
        document.token,
        seconds=seconds,
        is_secure=gateway.settings.is_secure,
    )
    return response


@router.get("/browser-session", response_model=models.BrowserSession)
async def who_is_signed_in(request: Request) -> Response:
    """Who is signed in at the chat."""
    token = request.cookies.get(cookies.USER)
    if token is None:
        raise UnauthenticatedError("Nobody is signed in on this page.")
    person = await gateway_of(request).authenticator.user(token)
    return json_response(await _signed_in(request, person))


@router.delete("/browser-session", status_code=204, response_class=Response)
async def sign_out(request: Request) -> Response:
    """Forgets the token."""
    return _dropped(request, cookies.USER)


@router.post("/console-session", response_model=models.ConsoleSession)
async def sign_in_operator(request: Request, document: models.ConsoleKey) -> Response:
    """Opens the operator's console for 12 hours; the cookie does not hold the key."""
    _check_own_page(request)
    gateway = gateway_of(request)
    if not gateway.authenticator.is_admin_key(document.key):
        raise UnauthenticatedError("This is not the admin key (PARLEY_ADMIN_KEY).")
    expires_at = gateway.clock() + cookies.CONSOLE_LIFETIME
    value = cookies.console_value(gateway.keys, gateway.settings.admin_secret, expires_at)
    response = json_response({"role": "admin", "expires_at": rfc3339(expires_at)})
    cookies.keep(
        response,
        cookies.CONSOLE,
        value,
        seconds=int(cookies.CONSOLE_LIFETIME.total_seconds()),
        is_secure=gateway.settings.is_secure,
    )
    return response


@router.get("/console-session", response_model=models.ConsoleSession)
async def console_session(request: Request) -> Response:
    """Whether the operator is signed in."""
    value = request.cookies.get(cookies.CONSOLE, "")
    expires_at = gateway_of(request).authenticator.console_expiry(value)
    if expires_at is None:
        raise UnauthenticatedError("The operator is not signed in on this page.")
    return json_response({"role": "admin", "expires_at": rfc3339(expires_at)})


@router.delete("/console-session", status_code=204, response_class=Response)
async def sign_out_operator(request: Request) -> Response:
    """Closes the console."""
    return _dropped(request, cookies.CONSOLE)


def _dropped(request: Request, name: str) -> Response:
    _check_own_page(request)
    response = Response(status_code=204)
    cookies.drop(response, name, is_secure=gateway_of(request).settings.is_secure)
    return response


async def _signed_in(request: Request, person: Principal) -> dict[str, dict[str, str]]:
    answer = await gateway_of(request).orchestrator.users.GetUser(
        users_pb2.GetUserRequest(caller=person.caller, user_id=person.id)
    )
    return {"user": {"id": answer.user.id, "name": answer.user.name}}


def _check_own_page(request: Request) -> None:
    # Signing somebody in from a foreign page would make them act as another person.
    if not gateway_of(request).origins.may_act_by_cookie(request.method, request.headers):
        raise PermissionDeniedError("Sign in and out on this site's own page.")


def _seconds_left(person: Principal, now: float) -> int:
    if person.expires_at is None:
        return int(cookies.CONSOLE_LIFETIME.total_seconds())
    return max(1, int(person.expires_at.timestamp() - now))
