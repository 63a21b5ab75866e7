"""Server and client of the kit against each other, on a real port."""

import asyncio

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from parley.orchestrator.v1 import agents_pb2, agents_pb2_grpc
from parley_kit import errors
from parley_kit.rpc import Registration, ServiceClient, ServiceServer
from parley_kit.settings import ServiceSettings


class Agents(agents_pb2_grpc.AgentServiceServicer):
    def __init__(self):
        self.raises = None
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def ListAgents(self, request, context):
        await self.goes_on.wait()
        if self.raises is not None:
            raise self.raises
        return agents_pb2.ListAgentsResponse()


def settings(**values):
    return ServiceSettings(_env_file=None, **values)


@pytest.fixture
async def served():
    agents = Agents()
    name = agents_pb2.DESCRIPTOR.services_by_name["AgentService"].full_name
    add = lambda server: agents_pb2_grpc.add_AgentServiceServicer_to_server(agents, server)  # noqa: E731
    server = ServiceServer(settings(service_token="t" * 20), 0, [Registration(name, add)])
    await server.start()
    yield agents, server
    await server.stop(0)


async def _call(server, token="t" * 20):
    client = ServiceClient(f"127.0.0.1:{server.port}", settings(service_token=token))
    try:
        stub = client.stub(agents_pb2_grpc.AgentServiceStub)
        return await stub.ListAgents(agents_pb2.ListAgentsRequest())
    finally:
        await client.close()


async def test_a_server_that_stops_ends_what_it_took_and_is_away_for_the_rest(served):
    agents, server = served
    agents.goes_on.clear()
    client = ServiceClient(f"127.0.0.1:{server.port}", settings(service_token="t" * 20))
    stub = client.stub(agents_pb2_grpc.AgentServiceStub)

    async def call(seconds):
        await asyncio.sleep(seconds)
        return await stub.ListAgents(agents_pb2.ListAgentsRequest(), wait_for_ready=False)

    taken = asyncio.ensure_future(call(0))
    await asyncio.sleep(0.3)
    late = [asyncio.ensure_future(call(n * 0.0002)) for n in range(200)]
    await asyncio.sleep(0.02)  # some are on their way
    stopping = asyncio.create_task(server.stop(10))
    await asyncio.sleep(0.5)
    agents.goes_on.set()
    assert await taken == agents_pb2.ListAgentsResponse()
    found = await asyncio.gather(*late, return_exceptions=True)
    kinds = {type(one) for one in found}
    assert errors.UnavailableError in kinds
    assert kinds <= {errors.UnavailableError, agents_pb2.ListAgentsResponse}
    await stopping
    await client.close()


@pytest.mark.parametrize("kind", errors.FAMILY.values(), ids=lambda kind: kind.__name__)
async def test_every_error_crosses_the_wire_whole(served, kind):
    agents, server = served
    agents.raises = kind("why", metadata={"k": "v"}, retry_after=errors.timedelta(seconds=3))
    with pytest.raises(kind) as raised:
        await _call(server)
    assert raised.value.message == "why"
    assert raised.value.metadata == {"k": "v"}
    assert raised.value.reason == kind.usual_reason
    assert raised.value.retry_after == errors.timedelta(seconds=3)


async def test_a_defect_says_nothing_of_its_inside(served):
    agents, server = served
    agents.raises = KeyError("secret detail")
    with pytest.raises(errors.InternalError) as raised:
        await _call(server)
    assert "secret" not in raised.value.message
    assert raised.value.metadata["request_id"]


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_no_or_wrong_token_is_refused(served, token):
    with pytest.raises(errors.UnauthenticatedError):
        await _call(served[1], token)


async def test_health_needs_no_token(served):
    async with grpc.aio.insecure_channel(f"127.0.0.1:{served[1].port}") as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        answer = await stub.Check(health_pb2.HealthCheckRequest())
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_an_oversized_call_is_refused(served):
    client = ServiceClient(f"127.0.0.1:{served[1].port}", settings(service_token="t" * 20))
    stub = client.stub(agents_pb2_grpc.AgentServiceStub)
    with pytest.raises(errors.ResourceExhaustedError):
        await stub.CreateAgent(agents_pb2.CreateAgentRequest(name="x" * 5_000_000))
    await client.close()


def test_listening_beyond_loopback_needs_a_token():
    with pytest.raises(ValueError, match="PARLEY_SERVICE_TOKEN"):
        ServiceServer(settings(host="0.0.0.0"), 0, [])
