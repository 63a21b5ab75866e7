"""The yardstick: a Starlette application with nothing but WebSockets, served as the gateway is.

`/echo` sends back what comes; `/crowd` hears what `POST /say?count=N` tells, by a queue a client,
as often at once as one request gives Parley messages.
"""

import asyncio
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

AT_ONCE = 20
crowd = set()


async def echo(socket):
    await socket.accept()
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnect:
        pass


async def hear(socket):
    await socket.accept()
    queue = asyncio.Queue()
    crowd.add(queue)
    writing = asyncio.create_task(write(socket, queue))
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        pass
    finally:
        crowd.discard(queue)
        writing.cancel()


async def write(socket, queue):
    while True:
        await socket.send_text(await queue.get())


async def say(request):
    text = (await request.body()).decode()
    for _ in range(int(request.query_params["count"]) // AT_ONCE):
        for queue in crowd:
            for _ in range(AT_ONCE):
                queue.put_nowait(text)
        await asyncio.sleep(0)
    return PlainTextResponse("told")


app = Starlette(
    routes=[
        WebSocketRoute("/echo", echo),
        WebSocketRoute("/crowd", hear),
        Route("/say", say, methods=["POST"]),
    ]
)

if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        http="httptools",
        ws="websockets-sansio",
        loop="uvloop",
        ws_per_message_deflate=False,
        lifespan="off",
        access_log=False,
        log_level="warning",
        backlog=1024,
    )
