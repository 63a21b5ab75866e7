"""Who calls: bearer keys and tokens, or the cookies of our own pages."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from starlette.requests import HTTPConnection

from parley.orchestrator.v1 import access_pb2, access_pb2_grpc
from parley_gateway import cookies
from parley_gateway.principal import ADMIN, EVERYBODY, Principal, Role, agent, user
from parley_gateway.same_origin import CSRF_HEADER, OriginPolicy
from parley_kit.clock import Clock, from_timestamp, monotonic_seconds
from parley_kit.errors import (
    DeadlineExceededError,
    PermissionDeniedError,
    UnauthenticatedError,
    UnavailableError,
)
from parley_kit.sealing import KeyRing, Secret, token_hash

REMEMBERED_SECONDS = 5.0
ASK_SECONDS = 5.0
MAX_REMEMBERED = 10_000
MAX_CREDENTIAL = 512
AS_HEADER = "x-parley-as"
_HELP = (
    "Send `Authorization: Bearer <key>` with the admin key, an agent's key or a user's token, "
    "or sign in on the page."
)


class Authenticator:
    """Finds the principal of a request; remembers answers of the orchestrator for 5 s."""

    def __init__(
        self,
        access: access_pb2_grpc.AccessServiceStub,
        admin_key: Secret,
        keys: KeyRing,
        origins: OriginPolicy,
        clock: Clock,
    ) -> None:
        self._access = access
        self._admin_key = admin_key
        self._keys = keys
        self._origins = origins
        self._clock = clock
        self._remembered: dict[str, tuple[Principal, float]] = {}
        self._asking: dict[str, asyncio.Task[Principal]] = {}

    async def identify(
        self, request: HTTPConnection, roles: frozenset[Role] = EVERYBODY
    ) -> Principal:
        """The principal of a request, by its Authorization header or its cookies.

        Whoever has both cookies, the person's and the operator's, acts as the operator, except
        where only a person may act (`roles`) or the page says ``X-Parley-As: user``.

        Raises:
            UnauthenticatedError: No credential holds.
            PermissionDeniedError: A cookie was used from another site's page.
        """
        header = request.headers.get("authorization")
        if header is not None:
            return await self.bearer(_bearer_token(header))
        if not (cookies.USER in request.cookies or cookies.CONSOLE in request.cookies):
            raise UnauthenticatedError(_HELP)
        if not self._origins.may_act_by_cookie(request.scope.get("method", "GET"), request.headers):
            raise PermissionDeniedError(
                f"With a cookie, changes need the header `{CSRF_HEADER}: 1` and must come from "
                "this site's own page."
            )
        return await self._by_cookie(request, roles)

    async def _by_cookie(self, request: HTTPConnection, roles: frozenset[Role]) -> Principal:
        console = request.cookies.get(cookies.CONSOLE)
        token = request.cookies.get(cookies.USER)
        says_user = request.headers.get(AS_HEADER) == "user" or "admin" not in roles
        wants_user = token is not None and says_user
        if console is not None and not wants_user and self.console_expiry(console) is not None:
            return ADMIN
        if token is None:
            raise UnauthenticatedError("The console's sign-in has ended. Sign in again.")
        return await self.user(token)

    def console_expiry(self, cookie: str) -> datetime | None:
        """When the operator's cookie ends; None when it does not hold."""
        return cookies.console_expiry(self._keys, self._admin_key, cookie, self._clock())

    def is_admin_key(self, key: str) -> bool:
        """Whether this is the operator's key; compared in constant time."""
        raw, expected = key.encode(), self._admin_key.reveal().encode()
        return bool(self._admin_key) and hmac.compare_digest(raw, expected)

    async def bearer(self, token: str) -> Principal:
        """The admin, agent or user who holds a token."""
        if self.is_admin_key(token):
            return ADMIN
        return await self._known("any:", token, self._ask_both)

    async def user(self, token: str) -> Principal:
        """The user who holds a token; keys of other roles do not hold here."""
        return await self._known("user:", token, self._ask_user)

    async def _known(
        self, kind: str, token: str, ask: Callable[[str], Awaitable[Principal]]
    ) -> Principal:
        if not 0 < len(token) <= MAX_CREDENTIAL or not token.isascii():
            raise UnauthenticatedError(_HELP)
        place = kind + token_hash(token)
        found = self._remembered.get(place)
        if found is not None and monotonic_seconds() < found[1] and self._is_current(found[0]):
            return found[0]
        principal = await self._asked_once(place, token, ask)
        if not self._is_current(principal):
            raise UnauthenticatedError("The token has expired. Ask for a new one.")
        return principal

    async def _asked_once(
        self, place: str, token: str, ask: Callable[[str], Awaitable[Principal]]
    ) -> Principal:
        task = self._asking.get(place)
        if task is None:
            task = asyncio.ensure_future(self._remember(place, ask(token)))
            self._asking[place] = task
            task.add_done_callback(lambda _done: self._asking.pop(place, None))
        return await asyncio.shield(task)  # one client that goes away must not fail the others

    async def _remember(self, place: str, answer: Awaitable[Principal]) -> Principal:
        try:
            principal = await answer
        except DeadlineExceededError:  # asking who calls changes nothing: simply try again
            raise UnavailableError("Who calls cannot be checked now. Try again shortly.") from None
        while len(self._remembered) >= MAX_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[place] = (principal, monotonic_seconds() + REMEMBERED_SECONDS)
        return principal

    async def _ask_both(self, token: str) -> Principal:
        try:
            request = access_pb2.AuthenticateAgentRequest(key=token)
            return agent(
                (await self._access.AuthenticateAgent(request, timeout=ASK_SECONDS)).agent_id
            )
        except UnauthenticatedError:
            return await self._ask_user(token)

    async def _ask_user(self, token: str) -> Principal:
        answer = await self._access.AuthenticateUser(
            access_pb2.AuthenticateUserRequest(token=token), timeout=ASK_SECONDS
        )
        has_end = answer.HasField("expires_at")
        return user(answer.user_id, from_timestamp(answer.expires_at) if has_end else None)

    def _is_current(self, principal: Principal) -> bool:
        return principal.expires_at is None or self._clock() < principal.expires_at

    def forget_users(self, user_ids: Iterable[str]) -> None:
        """Drops what is remembered of users whose tokens were revoked."""
        gone = set(user_ids)
        kept = {
            place: entry
            for place, entry in self._remembered.items()
            if entry[0].role != "user" or entry[0].id not in gone
        }
        self._remembered = kept


def _bearer_token(header: str) -> str:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthenticatedError(_HELP)
    return token.strip()
