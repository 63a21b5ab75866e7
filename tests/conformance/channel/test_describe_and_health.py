"""A channel says what it is and how it is."""

import re

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from parley.channel.v1 import channel_pb2, channel_pb2_grpc
from parley_kit.errors import UnauthenticatedError
from parley_kit.rpc import ServiceClient
from parley_kit.settings import ServiceSettings

KINDS = {"approval", "choice", "text", "form", "comment"}


async def test_the_description_is_sane_and_constant(channel):
    found = channel.description
    assert re.fullmatch(r"[a-z][a-z0-9-]*", found.channel)
    assert found.display_name
    assert found.version
    assert found.address_keys
    assert found.furthest_state in {"sent", "delivered", "read"}
    assert 1 <= found.max_batch_size <= 200
    assert found.max_text_characters >= 1_000
    assert set(found.feedback_kinds) <= KINDS
    assert await channel.stub.Describe(channel_pb2.DescribeRequest()) == found


async def test_the_started_channel_has_its_name(sandboxed):
    assert sandboxed.description.channel == sandboxed.target.name


async def test_health_names_its_connections(channel):
    health = await channel.stub.CheckHealth(channel_pb2.CheckHealthRequest())
    assert health.status in {"ok", "degraded", "down", "not_connected"}
    assert bool(health.detail) is (health.status != "ok")
    assert health.inbox_depth >= 0
    assert [c.connection_id for c in health.connections if c.status == 1]


async def test_health_is_cheap_enough_to_be_asked_often(sandboxed):
    first = await sandboxed.stub.CheckHealth(channel_pb2.CheckHealthRequest())
    sandboxed.fault(kind="latency", seconds=20)
    for _ in range(20):
        again = await sandboxed.stub.CheckHealth(channel_pb2.CheckHealthRequest(), timeout=5)
        assert again.status == first.status


async def test_grpc_health_serves(channel):
    async with grpc.aio.insecure_channel(channel.target.address) as line:
        stub = health_pb2_grpc.HealthStub(line)
        for service in ("", "parley.channel.v1.ChannelService"):
            answer = await stub.Check(health_pb2.HealthCheckRequest(service=service))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING


@pytest.mark.parametrize("token", ["", "wrong", "x" * 4_000])
async def test_no_or_a_wrong_service_token_is_refused(channel, token):
    if not channel.target.token:
        pytest.skip("this channel wants no token")
    settings = ServiceSettings(_env_file=None, service_token=token)
    client = ServiceClient(channel.target.address, settings)
    stub = client.stub(channel_pb2_grpc.ChannelServiceStub)
    try:
        with pytest.raises(UnauthenticatedError):
            await stub.Describe(channel_pb2.DescribeRequest())
    finally:
        await client.close()
