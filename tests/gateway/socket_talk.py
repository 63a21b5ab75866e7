"""Talking frames with the gateway's WebSocket in tests."""

import asyncio
import json

from websockets.exceptions import ConnectionClosed


async def said(socket, **frame):
    await socket.send(json.dumps(frame))


async def heard(socket):
    return json.loads(await asyncio.wait_for(socket.recv(), 30))


async def greeted(socket, resume=None):
    await said(socket, type="hello", resume=resume or {})
    return await heard(socket)


async def events(socket, count):
    return [await heard(socket) for _ in range(count)]


async def close_code(socket):
    try:
        while True:
            await asyncio.wait_for(socket.recv(), 30)
    except ConnectionClosed as closed:
        return closed.rcvd.code


async def asked(socket, **frame):
    await said(socket, **frame)
    return await heard(socket)


def append(parley, count=1, kind="message.created"):
    for _ in range(count):
        parley.orchestrator.log.append("ses_1", kind, {"n": 1})


def present(parley):
    return any("usr_ann" in one.present_user_ids for one in parley.orchestrator.heard)
