"""A gateway's stream as tests see it."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
import contextlib

from parley.orchestrator.v1 import stream_pb2


class Line:
    """A gateway's stream, and all that came over it."""

    def __init__(self, parley, gateway_id):
        self.call = parley.stubs.StreamService.Connect()
        self.gateway_id = gateway_id
        self.frames = []

    async def say(self, **frame):
        await self.call.write(stream_pb2.ConnectRequest(gateway_id=self.gateway_id, **frame))

    async def until(self, holds, seconds=10):
        """Reads until something holds of the frames so far; answers it."""
        async with asyncio.timeout(seconds):
            while not (found := holds(self.frames)):
                self.frames.append(await self.call.read())
        return found

    async def events(self, kind, count=1):
        def found(frames):
            events = [e for f in frames for e in f.events if e.event.kind == kind]
            return events if len(events) >= count else None

        return await self.until(found)


@contextlib.asynccontextmanager
async def line(parley, gateway_id="g1", present=()):
    made = Line(parley, gateway_id)
    await made.say(present_user_ids=[user.id for user in present])
    try:
        yield made
    finally:
        made.call.cancel()


async def channel_of(parley, user):
    """Where a message to a person goes now."""
    message = await parley.send(parley.agent_caller, parley.talk)
    found = await parley.deliveries(message_id=message.id)
    return next((d.channel, d.state) for d in found if d.user_id == user.id)


async def until_present(parley, user, state="sent"):
    async with asyncio.timeout(10):
        while await channel_of(parley, user) != ("websocket", state):
            await asyncio.sleep(0.02)
