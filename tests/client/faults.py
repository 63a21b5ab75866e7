"""Faults of a line and a server, in front of any ASGI application."""

from collections import deque
from dataclasses import dataclass, field

from starlette.responses import JSONResponse


@dataclass(frozen=True)
class Fault:
    """What comes instead of an answer: a status, or (0) a line that drops; `is_done`: afterwards."""

    status: int = 0
    headers: dict = field(default_factory=dict)
    body: dict | str = ""
    is_done: bool = False


class Faulty:
    """Puts the next fault in the place of the next answer."""

    def __init__(self, app):
        self._app = app
        self.faults = deque()

    async def __call__(self, scope, receive, send):
        if not self.faults:
            await self._app(scope, receive, send)
            return
        fault = self.faults.popleft()
        if fault.is_done:
            await self._app(scope, receive, _nowhere)
        if fault.status:
            headers = {"content-type": "application/problem+json", **fault.headers}
            await JSONResponse(fault.body, fault.status, headers)(scope, receive, send)
            return
        start = {"type": "http.response.start", "status": 200}
        await send({**start, "headers": [(b"content-length", b"9")]})
        raise ConnectionResetError("the test drops the line")


async def _nowhere(_message):
    pass
