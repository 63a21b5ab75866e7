"""One name for several servers: calls take turns, and pass over one that has gone."""

import asyncio
import contextlib
import socket

import pytest
from tests.name_server import NameServer

from parley.orchestrator.v1 import agents_pb2, agents_pb2_grpc
from parley_kit import healthcheck
from parley_kit.errors import UnavailableError
from parley_kit.rpc import Registration, ServiceClient, ServiceServer
from parley_kit.rpc.options import dialled
from parley_kit.settings import ServiceSettings

NAME = agents_pb2.DESCRIPTOR.services_by_name["AgentService"].full_name


def settings(**values):
    return ServiceSettings(_env_file=None, **values)


class Counting(agents_pb2_grpc.AgentServiceServicer):
    def __init__(self):
        self.calls = 0

    async def ListAgents(self, request, context):
        self.calls += 1
        return agents_pb2.ListAgentsResponse()

    def register(self, server):
        agents_pb2_grpc.add_AgentServiceServicer_to_server(self, server)


@pytest.fixture
def names():
    server = NameServer(["127.0.0.1", "127.0.0.2"])
    yield server.address
    server.close()


@pytest.fixture
async def replicas():
    """Two servers on one port, at the two addresses of the name."""
    found, port = [], 0
    for host in ("127.0.0.1", "127.0.0.2"):
        agents = Counting()
        own = settings(host=host)
        server = ServiceServer(own, port, [Registration(NAME, agents.register)])
        await server.start()
        port = server.port
        found.append((agents, server))
    yield found
    for _, server in found:
        await server.stop(0)


@pytest.mark.parametrize(
    ("address", "target", "takes_turns"),
    [
        ("orchestrator:50050", "dns:///orchestrator:50050", True),
        ("slack.internal.example:443", "dns:///slack.internal.example:443", True),
        ("127.0.0.1:50050", "127.0.0.1:50050", False),
        ("[::1]:50050", "[::1]:50050", False),
        ("unix:///run/parley.sock", "unix:///run/parley.sock", False),
        ("dns:///given:1", "dns:///given:1", True),
    ],
)
def test_only_a_bare_name_is_resolved_to_replicas(address, target, takes_turns):
    dialled_target, options = dialled(address)
    assert dialled_target == target
    assert ("grpc.service_config" in dict(options)) is takes_turns


async def test_calls_spread_over_replicas_and_survive_the_loss_of_one(names, replicas):
    (first, server), (second, lost) = replicas
    client = ServiceClient(f"dns://{names}/orchestrator.example:{server.port}", settings())
    stub = client.stub(agents_pb2_grpc.AgentServiceStub)

    async def call(times):
        first.calls = second.calls = 0
        for _ in range(times):
            await stub.ListAgents(agents_pb2.ListAgentsRequest())
        return first.calls, second.calls

    try:
        async with asyncio.timeout(10):
            while not all(await call(2)):
                continue  # until both connections are up
        assert await call(20) == (10, 10)
        await lost.stop(0)
        with contextlib.suppress(UnavailableError):  # one call may have been on the lost line
            await stub.ListAgents(agents_pb2.ListAgentsRequest())
        async with asyncio.timeout(10):
            assert await call(6) == (6, 0)
    finally:
        await client.close()


async def test_a_serving_service_is_well_and_an_absent_one_is_not():
    server = ServiceServer(settings(service_token="t" * 20), 0, [])
    await server.start()
    address = f"127.0.0.1:{server.port}"
    assert await healthcheck.trouble_of(address, settings()) == ""
    await server.stop(0)
    assert await healthcheck.trouble_of(address, settings())


def test_the_command_answers_by_its_exit_status(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
        assert healthcheck.main([f"http://{address}/healthz"]) == 1
        assert address in capsys.readouterr().err
    assert healthcheck.main([]) == 2
