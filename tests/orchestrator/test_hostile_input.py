"""Whatever comes in: a status that says what is wrong, never a defect of ours."""

import asyncio
from types import SimpleNamespace

import grpc
import pytest
from tests.orchestrator.good_requests import good_requests, made
from tests.orchestrator.hostile import BY_TYPE, ONLY_STORED, spoiled
from tests.orchestrator.running import (
    ADMIN,
    RPCS,
    orchestrator,
)

from parley.orchestrator.v1 import (
    stream_pb2,
)
from parley_kit.errors import ServiceError

REFUSALS = {
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.ALREADY_EXISTS,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}
AT_ONCE = 20


def test_every_rpc_has_a_good_request():
    fake = SimpleNamespace(
        agent=ADMIN, ann=ADMIN, user="", session="", message="", request="", delivery=""
    )
    assert {rpc for rpc, _ in good_requests(fake)} | {"StreamService/Connect"} == set(RPCS)


async def test_no_value_in_any_field_is_a_defect_of_ours(engine_url):
    """Every hostile value in every field of every request: taken or refused, and still serving."""
    async with orchestrator(engine_url) as parley:
        world = await made(parley)
        gate = asyncio.Semaphore(AT_ONCE)
        values = BY_TYPE if parley.database.is_sqlite else ONLY_STORED
        wrong, calls = [], []

        async def call(rpc, what, request):
            async with gate:
                try:
                    await parley.call(rpc, request, timeout=30)
                except ServiceError as error:
                    if error.code not in REFUSALS or not error.message:
                        wrong.append(f"{rpc} {what}: {error.code.name} {error.message[:100]}")
                calls.append(rpc)

        for rpc, good in good_requests(world):
            await asyncio.gather(*(call(rpc, what, one) for what, one in spoiled(good, values)))
        assert not wrong, "\n".join(wrong)
        assert len(calls) > 800
        assert await parley.events(SimpleNamespace(id=world.session), page_size=1)


async def test_the_stream_refuses_who_does_not_say_who_they_are(world):
    connect = world.parley.stubs.StreamService.Connect
    for first in (
        stream_pb2.ConnectRequest(),
        stream_pb2.ConnectRequest(present_user_ids=[world.user]),
        stream_pb2.ConnectRequest(gateway_id="g" * 201),
        stream_pb2.ConnectRequest(gateway_id="g\n"),
    ):
        call = connect(iter([first]))
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call.read()
        assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


async def test_the_stream_survives_hostile_frames(world):
    good = stream_pb2.ConnectRequest(
        gateway_id="g1",
        present_user_ids=[world.user],
        absent_user_ids=["usr_other"],
        acknowledgements=[
            stream_pb2.Acknowledgement(user_id=world.user, session_id=world.session, seq=1)
        ],
        typing=[stream_pb2.Typing(session_id=world.session, user_id=world.user, name="Ann")],
    )
    call = world.parley.stubs.StreamService.Connect()
    await call.write(good)
    for _what, frame in spoiled(good):
        if frame.gateway_id == "g1":
            await call.write(frame)
    await call.write(stream_pb2.ConnectRequest(present_user_ids=[world.user]))
    await world.parley.send(world.agent, SimpleNamespace(id=world.session), "still there?")
    async with asyncio.timeout(10):
        while True:
            answer = await call.read()
            if any(e.event.kind == "message.created" for e in answer.events):
                break
    call.cancel()
