"""The service as a process of its own."""

import asyncio

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

KEY = "k" * 40


async def _ended(process):
    return await asyncio.wait_for(process.wait(), 30)


async def test_without_a_key_it_refuses_and_says_what_to_do(tools, tmp_path):
    async with tools.spawned(tmp_path) as (process, lines):
        assert await _ended(process) == 2
    written = "".join(lines)
    assert "PARLEY_SECRET_KEYS is empty; make a key with" in written
    assert "Traceback" not in written


async def test_it_serves_without_slack_credentials_and_drains_on_sigterm(tools, tmp_path):
    async with tools.spawned(tmp_path, PARLEY_SECRET_KEYS=KEY) as (process, lines):
        address = f"127.0.0.1:{await tools.port_in(lines)}"
        async with grpc.aio.insecure_channel(address) as channel:
            question = health_pb2.HealthCheckRequest(service="parley.channel.v1.ChannelService")
            answer = await health_pb2_grpc.HealthStub(channel).Check(question)
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
        process.terminate()
        assert await _ended(process) == 0, lines


async def test_migrate_makes_the_tables_and_ends(tools, tmp_path):
    async with tools.spawned(tmp_path, "migrate", PARLEY_SECRET_KEYS=KEY) as (process, lines):
        assert await _ended(process) == 0, lines
    assert (tmp_path / "parley-slack.db").exists()
