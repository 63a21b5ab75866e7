"""Socket Mode: the same events and interactions over a connection that the app opens."""

import asyncio
import json
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from parley_sandbox.ids import opaque
from parley_sandbox.outbox import Receipt

ACK_SECONDS = 3.0
MAX_SOCKETS = 10


class Sockets:
    """The app's open connections and the envelopes that await their acknowledgement."""

    def __init__(self) -> None:
        self._open: list[WebSocket] = []
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[str]] = {}
        self._turn = 0

    @property
    def is_connected(self) -> bool:
        """Whether the app listens on a socket."""
        return bool(self._open)

    def new_ticket(self) -> str:
        """Return the single-use ticket of `apps.connections.open`."""
        ticket = opaque()
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket, app_id: str) -> None:
        """Serve one connection until the app closes it."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets or len(self._open) >= MAX_SOCKETS:
            await socket.close(code=1008)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        await socket.send_json(_hello(app_id, len(self._open) + 1))
        self._open.append(socket)
        try:
            while True:
                self._acknowledge(await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            self._open.remove(socket)

    async def send(self, kind: str, payload: dict[str, Any]) -> Receipt:
        """Send to one of the connections and wait for its acknowledgement."""
        envelope_id = opaque(12)
        self._turn += 1
        socket = self._open[self._turn % len(self._open)]
        answered = self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        envelope = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind == "interactive",
        }
        try:
            await socket.send_json(envelope)
            body = await asyncio.wait_for(answered, ACK_SECONDS)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            return Receipt(None, "", "http_timeout", {})
        finally:
            self._waiting.pop(envelope_id, None)
        return Receipt(200, body, "", {})

    def _acknowledge(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(message.get("envelope_id", ""))
        if waiting and not waiting.done():
            answer = message.get("payload")
            waiting.set_result(json.dumps(answer) if answer else "")


def _hello(app_id: str, connections: int) -> dict[str, Any]:
    return {
        "type": "hello",
        "num_connections": connections,
        "connection_info": {"app_id": app_id},
        "debug_info": {"host": "sandbox", "approximate_connection_time": 18_060},
    }
