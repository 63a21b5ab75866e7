"""An agent's HTTP server that keeps what it is sent."""

# digits that only look like digits are the point

import asyncio
import contextlib
import json
from types import SimpleNamespace

from aiohttp import web


class Receiver:
    """An agent's HTTP server; `script` are the next statuses or responses, then 204."""

    def __init__(self):
        self.received, self.script = [], []
        self.heard = asyncio.Condition()

    async def handle(self, request):
        body = (await request.read()).decode()
        self.received.append(
            SimpleNamespace(
                headers={key.lower(): value for key, value in request.headers.items()}, body=body
            )
        )
        async with self.heard:
            self.heard.notify_all()
        answer = self.script.pop(0) if self.script else 204
        return web.Response(status=answer) if isinstance(answer, int) else answer

    async def until(self, count, seconds=15):
        async with asyncio.timeout(seconds), self.heard:
            await self.heard.wait_for(lambda: len(self.received) >= count)
        return [json.loads(one.body) for one in self.received]


@contextlib.asynccontextmanager
async def listening(receiver, host="127.0.0.1"):
    """The receiver on a free port; answers the port."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    try:
        yield site._server.sockets[0].getsockname()[1]
    finally:
        await runner.cleanup()
