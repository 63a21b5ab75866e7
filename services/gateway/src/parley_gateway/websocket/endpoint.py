"""`/ws`: who may connect, the greeting, and the frames of one client in their order."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from parley.orchestrator.v1 import users_pb2
from parley_gateway import cookies
from parley_gateway.bootstrap import Gateway
from parley_gateway.principal import Principal
from parley_gateway.problems import Problem, problem_of
from parley_gateway.route import gateway_of
from parley_gateway.translate.conversations import session_view
from parley_gateway.websocket import frames
from parley_gateway.websocket.commands import carry_out
from parley_gateway.websocket.hub import SIGNED_OUT
from parley_gateway.websocket.line import TRY_AGAIN_LATER, Line
from parley_gateway.websocket.rate import TokenBucket
from parley_kit import crash_points
from parley_kit.clock import monotonic_seconds
from parley_kit.errors import PermissionDeniedError, ServiceError, UnauthenticatedError

PROTOCOL = "parley.v1"
HEARTBEAT_SECONDS = 25
POLICY_VIOLATION = 1008
_BEARER = "bearer."
_ANSWERED_ALWAYS = (frames.Say, frames.Respond, frames.SwitchChannel, frames.UpdatePreferences)


async def endpoint(socket: WebSocket) -> None:
    """Serves one client until it or we close."""
    gateway = gateway_of(socket)
    try:
        principal = await _admitted(gateway, socket)
    except ServiceError as error:
        await socket.send_denial_response(problem_of(error).response())
        return
    offered = socket.scope.get("subprotocols", [])
    await socket.accept(PROTOCOL if PROTOCOL in offered else None)
    line = Line(socket, principal, gateway.hub.events, gateway.metrics.observe_close)
    ending = _at_expiry(gateway, line)
    try:
        await _converse(gateway, socket, line)
    finally:
        if ending is not None:
            ending.cancel()
        gateway.hub.detach(line)
        await line.end()


async def _admitted(gateway: Gateway, socket: WebSocket) -> Principal:
    origin = socket.headers.get("origin")
    if origin is not None and not gateway.origins.is_allowed(
        origin, socket.headers.get("host", "")
    ):
        raise PermissionDeniedError(
            "Pages of this origin may not connect; PARLEY_ALLOWED_ORIGINS lists those that may."
        )
    offered = socket.scope.get("subprotocols", [])
    token = next((one.removeprefix(_BEARER) for one in offered if one.startswith(_BEARER)), None)
    token = token or socket.cookies.get(cookies.USER)
    if not token:
        raise UnauthenticatedError(
            "Connect with the page's cookie, or with the subprotocols `parley.v1, bearer.<token>`."
        )
    return await gateway.authenticator.user(token)


def _at_expiry(gateway: Gateway, line: Line) -> asyncio.TimerHandle | None:
    expires_at = line.principal.expires_at
    if expires_at is None:
        return None
    seconds = (expires_at - gateway.clock()).total_seconds()
    return asyncio.get_running_loop().call_later(max(0.0, seconds), line.close, SIGNED_OUT)


async def _converse(gateway: Gateway, socket: WebSocket, line: Line) -> None:
    bucket = TokenBucket(monotonic_seconds())
    with suppress(WebSocketDisconnect):
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if not bucket.takes(monotonic_seconds()):
                line.close(POLICY_VIOLATION, frames.error_text(_TOO_FAST))
                return
            await _answer(gateway, line, message.get("text"))


async def _answer(gateway: Gateway, line: Line, text: str | None) -> None:
    frame_id = None
    try:
        frame = frames.parsed(text or "")
        frame_id = frame.id
        answer = await _carried_out(gateway, line, frame)
    except frames.FrameError as error:
        answer = frames.error_text(error.problem, error.frame_id)
    except ServiceError as error:
        answer = frames.error_text(problem_of(error), frame_id)
    if answer is not None:
        await line.say(answer)


async def _carried_out(gateway: Gateway, line: Line, frame: frames.Frame) -> str | None:
    if isinstance(frame, frames.Ping):
        return frames.pong_text(frame.id)
    if isinstance(frame, frames.Hello):
        await _greet(gateway, line, frame)
        return None
    if not line.has_begun:
        raise frames.FrameError(_HELLO_FIRST, frame.id)
    data = await carry_out(gateway, line, frame)
    crash_points.reach("gateway.frame_carried_out")
    is_answered = frame.id is not None or isinstance(frame, _ANSWERED_ALWAYS)
    return frames.ok_text(frame.id, data) if is_answered else None


async def _greet(gateway: Gateway, line: Line, hello: frames.Hello) -> None:
    """Presence first, then the log: what happens in between is queued, and found by its seq."""
    if line.has_begun:
        raise frames.FrameError(Problem(409, "wrong_state", "Hello was said already."), hello.id)
    gateway.hub.attach(line)
    try:
        sessions = await gateway.hub.sessions(line.principal)
        answer = await gateway.orchestrator.users.GetUser(
            users_pb2.GetUserRequest(caller=line.principal.caller, user_id=line.principal.id)
        )
    except ServiceError as error:
        line.close(TRY_AGAIN_LATER, frames.error_text(problem_of(error), hello.id))
        return
    last = {session.id: session.last_seq for session in sessions}
    seen = last | {name: min(seq, last.get(name, seq)) for name, seq in hello.resume.items()}
    replays = [name for name, seq in seen.items() if seq < last.get(name, seq + 1)]
    welcome = frames.welcome_text(
        {"id": answer.user.id, "name": answer.user.name},
        [session_view(session) for session in sessions],
        HEARTBEAT_SECONDS,
    )
    line.begin(welcome, seen, replays)


_TOO_FAST = Problem(429, "limit_reached", "Too many frames; at most 50 a second are taken.")
_HELLO_FIRST = Problem(409, "hello_first", "Say hello first: `{type: hello, resume: {}}`.")
