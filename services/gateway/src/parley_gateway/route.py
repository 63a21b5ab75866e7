"""How a route is entered: who calls is settled before the body is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, cast

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from parley_gateway.documents import JsonRequest, check_content_type
from parley_gateway.principal import EVERYBODY, Principal, Role
from parley_gateway.problems import ProblemError, problem_of
from parley_gateway.refusals import defect
from parley_kit.errors import PermissionDeniedError, ServiceError

if TYPE_CHECKING:
    from parley_gateway.bootstrap import Gateway

Handler = Callable[[Request], Awaitable[Response]]


class OpenRoute(APIRoute):
    """A route that authenticates by itself, or that everybody may use."""

    def get_route_handler(self) -> Callable[..., Awaitable[Response]]:  # type: ignore[override]
        """FastAPI's handler, with JSON read strictly."""
        return _with_json(super().get_route_handler(), has_document=self.body_field is not None)


class SignedInRoute(APIRoute):
    """A route for callers with a credential."""

    roles: ClassVar[frozenset[Role]] = EVERYBODY

    def get_route_handler(self) -> Callable[..., Awaitable[Response]]:  # type: ignore[override]
        """FastAPI's handler, entered only by these roles."""
        has_document = self.body_field is not None
        return self._guarded(_with_json(super().get_route_handler(), has_document=has_document))

    def _guarded(self, handler: Handler) -> Handler:
        roles = self.roles

        async def handle(request: Request) -> Response:
            principal = await gateway_of(request).authenticator.identify(request, roles)
            check_role(principal, roles)
            request.state.principal = principal
            return await handler(request)

        return handle


class AdminRoute(SignedInRoute):
    """A route for the operator."""

    roles = frozenset({"admin"})


class UserRoute(SignedInRoute):
    """A route for a person who acts for themself."""

    roles = frozenset({"user"})


class DirectRoute(SignedInRoute):
    """A hot route: its endpoint takes the request and answers, past FastAPI's own handling.

    That handling (three exit stacks, dependencies, validation twice) costs more than the rest of
    the way through the gateway.
    """

    @cached_property
    def _entry(self) -> Handler:
        return self._guarded(cast("Handler", self.endpoint))

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; refusals are answered as everywhere else."""
        if scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)  # 405
            return
        request = Request(scope, receive, send)
        try:
            response = await self._entry(request)
        except ServiceError as error:
            response = problem_of(error).response()
        except ProblemError as error:
            response = error.problem.response()
        except ClientDisconnect:
            return  # nobody waits for an answer
        except Exception as error:  # noqa: BLE001  # logged there
            response = await defect(request, error)
        await response(scope, receive, send)


class DirectRoutes:
    """The application, with its hot routes in front of all that the others pass."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._routes = [one for one in app.router.routes if isinstance(one, DirectRoute)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection."""
        if scope["type"] == "http" and scope["method"] == "POST":
            for route in self._routes:
                found = route.path_regex.match(scope["path"])
                if found is not None:
                    more = {"app": self._app, "route": route, "path_params": found.groupdict()}
                    scope.update(more)
                    await route.handle(scope, receive, send)
                    return
        await self._app(scope, receive, send)


def _with_json(handler: Handler, *, has_document: bool) -> Handler:
    async def handle(request: Request) -> Response:
        if has_document and _has_body(request):
            check_content_type(request.headers.get("content-type", ""))
        return await handler(JsonRequest(request.scope, request.receive))

    return handle


def _has_body(request: Request) -> bool:
    return (
        request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    )


def check_role(principal: Principal, roles: frozenset[Role]) -> None:
    """Refuses other roles.

    Raises:
        PermissionDeniedError: Names the role that is needed.
    """
    if principal.role not in roles:
        needs = " or ".join(sorted(roles))
        raise PermissionDeniedError(
            f"This needs the role {needs}; the credential is of the role {principal.role}.",
            metadata={"needs": needs},
        )


def gateway_of(connection: HTTPConnection) -> Gateway:
    """The gateway that serves this connection."""
    return cast("Gateway", connection.app.state.gateway)


def principal_of(request: Request) -> Principal:
    """Who calls a signed-in route."""
    return cast("Principal", request.state.principal)
