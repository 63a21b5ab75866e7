"""The gateway's routes that the client uses, over plain dicts."""

import asyncio
import itertools
import time

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from tests.client import documents

KEY = "agt_key.secret"


class FakeParley:
    """Stores what it gets; `seen` holds every request in order."""

    def __init__(self):
        self.seen = []
        self.users, self.sessions, self.messages = {}, {}, {}
        self.questions, self.keys = {}, {}
        self.events = []
        self.auto_answer = None
        self._numbers = itertools.count(1)
        self._loop = None
        self._news = None
        self.app = self._routed()

    def calls(self, method, path):
        return [each for each in self.seen if (each["method"], each["path"]) == (method, path)]

    def decide(self, request_id, value, status="answered", comment=None):
        response = documents.response(value, comment) if status == "answered" else None
        self.questions[request_id] |= {"status": status, "response": response}
        self._loop.call_soon_threadsafe(self._tell)

    def _tell(self):
        self._news.set()
        self._news = asyncio.Event()

    async def until(self, is_enough, request):
        deadline = time.monotonic() + float(request.query_params.get("wait_seconds", 0))
        while not is_enough() and (left := deadline - time.monotonic()) > 0:
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                return

    def _id(self, prefix):
        return f"{prefix}_{next(self._numbers)}"

    def _routed(self):
        session = "/api/sessions/{session_id}"
        request = "/api/feedback-requests/{id}"
        table = [
            ("POST", "/api/agents", self._agent),
            ("POST", "/api/users", self._user),
            ("GET", "/api/users/{id}", self._get_user),
            ("POST", "/api/users/{id}/tokens", self._token),
            ("GET", "/api/users/{id}/preferences", self._preferences),
            ("PUT", "/api/users/{id}/preferences", self._preferences),
            ("POST", "/api/sessions", self._session),
            ("GET", "/api/sessions", self._list_sessions),
            ("GET", session, self._get_session),
            ("PUT", f"{session}/channel", self._switch),
            ("POST", f"{session}/messages", self._send),
            ("GET", f"{session}/messages", self._list_messages),
            ("GET", f"{session}/events", self._list_events),
            ("POST", "/api/messages/batch", self._batch),
            ("GET", "/api/messages/{id}/deliveries", self._deliveries),
            ("POST", f"{session}/feedback-requests", self._ask),
            ("GET", request, self._question),
            ("POST", f"{request}/cancel", self._cancel),
        ]
        return Starlette(
            routes=[Route(path, self._noted(act), methods=[method]) for method, path, act in table]
        )

    def _noted(self, act):
        async def endpoint(request):
            if self._loop is None:
                self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()
            body = await request.json() if await request.body() else None
            noted = {"method": request.method, "path": request.url.path, "body": body}
            self.seen.append({**noted, "headers": dict(request.headers)})
            if request.headers.get("authorization") != f"Bearer {KEY}":
                return JSONResponse(documents.problem(401, "bad_credential"), 401)
            wanted = request.path_params.get("session_id")
            if wanted is not None and wanted not in self.sessions:
                detail = f"No session with the id {wanted!r}."
                return JSONResponse(documents.problem(404, "unknown_id", detail), 404)
            return JSONResponse(await act(request, body))

        return endpoint

    async def _agent(self, _request, body):
        return documents.agent(self._id("agt"), body)

    async def _user(self, _request, body):
        user = documents.user(self._id("usr"), body)
        return self.users.setdefault(user["id"], user)

    async def _get_user(self, request, _body):
        return self.users[request.path_params["id"]]

    async def _token(self, _request, _body):
        return {"token": "token-canary", "expires_at": documents.NOW}

    async def _preferences(self, _request, body):
        return body or {"channels": [], "quiet_hours": {"start": "22:00", "end": "07:00"}}

    async def _session(self, _request, body):
        session = documents.session(self._id("ses"), body)
        return self.sessions.setdefault(session["id"], session)

    async def _get_session(self, request, _body):
        return self.sessions[request.path_params["session_id"]]

    async def _list_sessions(self, request, _body):
        at = int(request.query_params.get("page_token", 0))
        end = at + int(request.query_params["limit"])
        listed = list(self.sessions.values())
        more = str(end) if end < len(listed) else None
        return {"sessions": listed[at:end], "next_page_token": more}

    async def _switch(self, request, body):
        session = self.sessions[request.path_params["session_id"]]
        session["channel"] = body["channel"]
        return session

    async def _send(self, request, body):
        key = request.headers["idempotency-key"]
        return self._said(request.path_params["session_id"], body, key)

    def _said(self, session_id, body, key):
        if key not in self.keys:
            seq = len(self.events) + 1
            message = documents.message(self._id("msg"), session_id, seq, body)
            self.messages[message["id"]] = self.keys[key] = message
            self._log(session_id, "message.created", message)
        return self.keys[key]

    def _log(self, session_id, kind, data):
        self.events.append(documents.event(session_id, len(self.events) + 1, kind, data))
        self._tell()

    async def _batch(self, _request, body):
        assert len(body["messages"]) <= 100
        return {"results": [self._batched(each) for each in body["messages"]]}

    def _batched(self, each):
        if each["text"] == "bad":
            return {"status": 422, "problem": documents.problem(422, "invalid_field")}
        said = self._said(each["session_id"], each, each["idempotency_key"])
        return {"status": 202, "message": said, "problem": None}

    async def _list_messages(self, request, _body):
        after = int(request.query_params["after"])
        return {"messages": [each for each in self.messages.values() if each["seq"] > after]}

    async def _list_events(self, request, _body):
        after = int(request.query_params["after"])
        await self.until(lambda: len(self.events) > after, request)
        return {"events": self.events[after:]}

    async def _deliveries(self, request, _body):
        return {"deliveries": [documents.delivery(request.path_params["id"])]}

    async def _ask(self, request, body):
        key, session_id = request.headers["idempotency-key"], request.path_params["session_id"]
        if key in self.keys:
            return self.keys[key]
        question = documents.question(self._id("fbr"), session_id, body)
        self.questions[question["id"]] = self.keys[key] = question
        self._log(session_id, "feedback.requested", {"id": question["id"]})
        if self.auto_answer is not None:
            answer = self.auto_answer(question)
            self._loop.call_later(0.05, lambda: self.decide(question["id"], answer))
        return question

    async def _question(self, request, _body):
        question = self.questions[request.path_params["id"]]
        await self.until(lambda: question["status"] != "pending", request)
        return question

    async def _cancel(self, request, _body):
        self.decide(request.path_params["id"], None, "cancelled")
        return self.questions[request.path_params["id"]]
