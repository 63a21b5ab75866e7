"""What every HTTP exchange passes: request id, security headers, body limit, figures. Pure ASGI."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley_gateway.metrics import Metrics
from parley_gateway.problems import Problem, ProblemError
from parley_kit.clock import monotonic_seconds
from parley_kit.logs import request_id

MAX_BODY_BYTES = 1024 * 1024
_ACCEPTED_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
# Only what a browser shows as a page needs these; each header costs time on the hot path.
_OF_PAGES = (
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_UNLESS_SET = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
_HUNG_UP = 499  # counted, as proxies do, where the client went before it was answered
_JSON = frozenset({b"application/json", b"application/problem+json"})


class Envelope:
    """The outermost layer around the application."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, is_secure: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._always = [*_ALWAYS]
        if is_secure:
            self._always.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = monotonic_seconds()
        current = _request_id(scope)
        request_id.set(current)
        status, is_answered = _HUNG_UP, False
        extra = [(b"x-request-id", current.encode()), *self._always]

        async def send_completed(message: Message) -> None:
            nonlocal status, is_answered
            if message["type"] == "http.response.start":
                status, is_answered = message["status"], True
                message["headers"] = _completed(message.get("headers", ()), extra)
            await send(message)

        try:
            await self._app(scope, limited(scope, receive), send_completed)
        except Exception:
            if not is_answered:  # else it is in the log already
                status = 500
                raise
        finally:
            route = getattr(scope.get("route"), "path", "none")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.observe_request(method, route, status, monotonic_seconds() - started)


def _completed(headers: Any, extra: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    completed = [*headers, *extra]
    given = dict(headers)
    completed += [pair for pair in _UNLESS_SET if pair[0] not in given]
    if given.get(b"content-type") not in _JSON:
        completed += _OF_PAGES
    return completed


def _request_id(scope: MutableMapping[str, Any]) -> str:
    brought = header(scope, b"x-request-id")
    if brought is not None and _ACCEPTED_ID.fullmatch(brought):
        return brought.decode()
    return secrets.token_hex(16)


def header(scope: MutableMapping[str, Any], name: bytes) -> bytes | None:
    """The first header of this lower-case name."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return None


def limited(scope: MutableMapping[str, Any], receive: Receive) -> Callable[[], Awaitable[Message]]:
    """A receive that refuses bodies above 1 MiB, announced or not."""
    announced = header(scope, b"content-length") or b"0"
    total = 0

    async def receive_limited() -> Message:
        nonlocal total
        if announced.isdigit() and int(announced) > MAX_BODY_BYTES:
            raise too_large()
        message = await receive()
        total += len(message.get("body", b""))
        if total > MAX_BODY_BYTES:
            raise too_large()
        return message

    return receive_limited


def too_large() -> ProblemError:
    """The refusal of a body that is too large."""
    return ProblemError(Problem(413, "too_large", "The body may have at most 1 MiB."))
