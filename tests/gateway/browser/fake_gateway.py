"""A gateway that runs: the pages, their REST reads and the WebSocket's frames, state in memory."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect
from tests.gateway.browser.conversation_log import ANN, CHANNELS, ConversationLog, Json
from tests.gateway.browser.samples import channel_state

PAGES = Path(__file__).parents[3] / "services/gateway/src/parley_gateway/pages"
TOKEN = "good-token"  # made up
ADMIN_KEY = "good-key"  # made up
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
FRAMES: dict[str, set[str]] = {
    "hello": {"resume"},
    "message.send": {"session_id", "text", "idempotency_key"},
    "feedback.respond": {"request_id", "value", "comment", "digest", "edited_action"},
    "ack": {"session_id", "seq"},
    "channel.switch": {"session_id", "channel"},
    "preferences.update": {"channels", "quiet_hours"},
    "typing": {"session_id"},
    "ping": set(),
}


def problem(status: int, code: str, detail: str) -> JSONResponse:
    body = {"status": status, "code": code, "title": code, "detail": detail}
    return JSONResponse(body, status, media_type="application/problem+json")


def page(*parts: str) -> Any:
    async def serve(_: Request) -> Response:
        return FileResponse(PAGES.joinpath(*parts), headers={"Content-Security-Policy": POLICY})

    return serve


class FakeGateway:
    """Serves one person (`Ann Meyer`) and one operator; tests change `log` and look at `frames`."""

    def __init__(self, log: ConversationLog) -> None:
        self.log = log
        self.url = ""
        self.frames: list[Json] = []
        self.sockets: set[WebSocket] = set()
        self.channels: list[Json] = [channel_state(name) for name in CHANNELS]
        self.deliveries: list[Json] = []
        self.agents: list[Json] = []
        self.preferences: Json = {"channels": list(CHANNELS)}
        self.demo: Json | None = None
        self.asked_by_demo: list[str] = []
        self.calls: list[tuple[str, str]] = []
        self.roles: set[str | None] = set()
        self.is_accepting = True
        self.swallowed: set[str] = set()
        self.cut_after: set[str] = set()
        self.refused: list[str] = []
        self._by_key: dict[str, Json] = {}
        self._sent: dict[WebSocket, dict[str, int]] = {}
        log.listeners.append(self._broadcast)

    def app(self) -> Starlette:
        everything = ["GET", "POST", "DELETE"]
        return Starlette(
            routes=[
                Route("/", page("chat", "index.html")),
                Route("/console", page("console", "index.html")),
                Mount("/assets", StaticFiles(directory=PAGES)),
                Route(
                    "/api/browser-session", self._session("parley_user", TOKEN), methods=everything
                ),
                Route(
                    "/api/console-session",
                    self._session("parley_admin", ADMIN_KEY),
                    methods=everything,
                ),
                Route("/api/{path:path}", self._rest, methods=["GET", "POST", "PUT", "DELETE"]),
                WebSocketRoute("/ws", self._socket),
            ]
        )

    def _broadcast(self, event: Json) -> None:
        for socket in self.sockets:
            self._sent[socket][event["session_id"]] = event["seq"]
            asyncio.get_running_loop().create_task(_send(socket, event))

    async def drop_sockets(self) -> None:
        for socket in list(self.sockets):
            await socket.close(1012)

    def _session(self, cookie: str, secret: str) -> Any:
        async def serve(request: Request) -> Response:
            if request.method == "POST":
                body = await request.json()
                if secret not in body.values():
                    return problem(401, "bad_credential", "This token is not known.")
                answer = JSONResponse({"user": ANN})
                answer.set_cookie(cookie, "1", httponly=True, samesite="strict")
                return answer
            if request.cookies.get(cookie) != "1":
                return problem(401, "bad_credential", "Sign in first.")
            answer = JSONResponse({"user": ANN})
            if request.method == "DELETE":
                answer.delete_cookie(cookie)
            return answer

        return serve

    async def _rest(self, request: Request) -> Response:
        path = request.path_params["path"]
        self.calls.append((request.method, path))
        self.roles.add(request.headers.get("x-parley-as"))
        if request.method != "GET" and request.headers.get("x-parley-csrf") != "1":
            return problem(403, "not_allowed", "The CSRF header is missing.")
        if request.method == "GET":
            return self._read(path, request)
        body = await request.json() if await request.body() else {}
        return self._write(request.method, path, body)

    def _read(self, path: str, request: Request) -> Response:
        query = request.query_params
        if path.endswith("/messages"):
            after, limit = int(query.get("after", 0)), int(query.get("limit", 200))
            found = [m for m in self.log.messages[path.split("/")[1]] if m["seq"] > after]
            return JSONResponse({"messages": found[:limit], "has_more": len(found) > limit})
        if path.startswith("messages/"):
            subject = path.split("/")[1]
            found = [d for d in self.deliveries if d["subject_id"] == subject]
            if not found:
                return problem(404, "unknown_id", f"No message {subject}.")
            return JSONResponse({"deliveries": found})
        state, session, status = (query.get(name) for name in ("state", "session_id", "status"))
        requests = [
            r
            for r in self.log.requests.values()
            if session in {None, r["session_id"]} and status in {None, r["status"]}
        ]
        pages: dict[str, Any] = {
            "sessions": {"sessions": [s.shown() for s in self.log.sessions.values()]},
            "feedback-requests": {"feedback_requests": requests},
            f"users/{ANN['id']}": ANN | {"timezone": "Europe/Berlin"},
            f"users/{ANN['id']}/preferences": self.preferences,
            "channels": {"channels": self.channels},
            "agents": {"agents": self.agents},
            "deliveries": {
                "deliveries": [
                    d
                    for d in self.deliveries
                    if state in {None, d["state"]} and session in {None, d["session_id"]}
                ]
            },
        } | ({"demo": self.demo} if self.demo else {})
        if path not in pages:
            return problem(404, "unknown_id", "There is nothing here.")
        return JSONResponse(pages[path])

    def _write(self, method: str, path: str, body: Json) -> Response:
        if path == "demo/question":
            self.asked_by_demo.append(body["kind"])
        elif path == "agents":
            agent = {
                "id": "agt_2",
                "name": body["name"],
                "webhook_url": body.get("webhook_url", ""),
            }
            self.agents.append(
                agent | {"created_at": self.log.sessions["ses_1"].shown()["created_at"]}
            )
            return JSONResponse(agent | {"key": "pk_shown_once", "webhook_secret": "whsec_x"}, 201)
        elif path.startswith("deliveries/"):
            _, delivery_id, verb = path.split("/")
            found = next(d for d in self.deliveries if d["id"] == delivery_id)
            found["state"] = {"retry": "queued", "cancel": "cancelled"}[verb]
        elif path.endswith("/refresh"):
            return JSONResponse({"connections": []})
        elif method == "DELETE":
            self.channels[-1]["connections"] = []
        return JSONResponse({})

    async def _socket(self, socket: WebSocket) -> None:
        if socket.cookies.get("parley_user") != "1" or not self.is_accepting:
            await socket.close(1008)
            return
        await socket.accept("parley.v1")
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await self._hear(socket, await socket.receive_json())
        self.sockets.discard(socket)

    async def _hear(self, socket: WebSocket, frame: Json) -> None:
        self.frames.append(frame)
        kind = frame.pop("type")
        frame_id = frame.pop("id", None)
        unknown = set(frame) - FRAMES[kind]
        if unknown:
            self.refused.append(f"unknown fields: {unknown}")
            await _send(socket, _error(frame_id, "invalid_field", self.refused[-1]))
        elif kind == "hello":
            await self._greet(socket, frame.get("resume", {}))
        elif kind == "ping":
            await _send(socket, {"type": "pong"})
        elif kind == "ack":
            self._check_ack(socket, frame)
            await self._tell_read(frame)
        elif kind in self.cut_after:
            sockets, self.sockets = self.sockets, set()
            self._do(kind, frame)
            for each in sockets:
                await each.close(1012)
        elif kind != "typing" and kind not in self.swallowed:
            await _send(socket, {"id": frame_id} | self._do(kind, frame))
        frame["type"] = kind

    def _check_ack(self, socket: WebSocket, frame: Json) -> None:
        if frame["seq"] > self._sent[socket].get(frame["session_id"], 0):
            self.refused.append(f"acknowledges what this line did not send: {frame}")

    async def _tell_read(self, ack: Json) -> None:
        """To all of the person's tabs, as the real one does."""
        if self.log.mark_read(ack["session_id"], ack["seq"]):
            for socket in list(self.sockets):
                await _send(socket, {"type": "read", "user_id": ANN["id"]} | ack)

    async def _greet(self, socket: WebSocket, resume: dict[str, int]) -> None:
        sessions = [s.shown() for s in self.log.sessions.values()]
        await _send(
            socket,
            {"type": "welcome", "user": ANN, "sessions": sessions, "heartbeat_seconds": 20},
        )
        self._sent[socket] = {s["id"]: s["last_seq"] for s in sessions}
        for session_id, seq in resume.items():
            for event in self.log.sessions[session_id].events[seq:]:
                await _send(socket, event)
        self.sockets.add(socket)

    def _do(self, kind: str, frame: Json) -> Json:
        if kind == "message.send":
            author = {"kind": "user", **ANN}
            if frame["idempotency_key"] not in self._by_key:
                message = self.log.say(frame["session_id"], frame["text"], author, "websocket")
                self._by_key[frame["idempotency_key"]] = message
            return {"type": "ok", "data": self._by_key[frame["idempotency_key"]]}
        if kind == "channel.switch":
            self.log.sessions[frame["session_id"]].channel = frame["channel"] or ""
            data = {"channel": frame["channel"], "by": ANN}
            self.log.append(frame["session_id"], "channel.switched", data)
        elif kind == "preferences.update":
            self.preferences = frame | {}
        elif not self.log.answer(
            frame["request_id"],
            frame["value"],
            "websocket",
            ANN["name"],
            frame.get("comment", ""),
            frame.get("edited_action"),
        ):
            request = self.log.requests[frame["request_id"]]
            error = _error(None, "already_decided", "This request is already decided.")
            return error | {k: v for k, v in self.winner(request).items() if v is not None}
        return {"type": "ok", "data": None}

    def winner(self, request: Json) -> Json:
        """What the refusal of a late answer tells."""
        return {"request_status": request["status"], "response": request["response"]}


def _error(frame_id: str | None, code: str, message: str) -> Json:
    return {"type": "error", "code": code, "message": message} | (
        {"id": frame_id} if frame_id else {}
    )


async def _send(socket: WebSocket, frame: Json) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.send_json(frame)
