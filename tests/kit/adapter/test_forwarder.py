"""The inbox is emptied into an orchestrator that may be away, slow, or unable to take an item."""

import asyncio
import contextlib

import pytest
from tests.migrated import migrate

from parley.orchestrator.v1 import inbox_pb2, inbox_pb2_grpc
from parley_kit.adapter import forwarder as module
from parley_kit.adapter.forwarder import Forwarder
from parley_kit.adapter.service import migrations, open_storage
from parley_kit.errors import DeadlineExceededError, InvalidArgumentError, UnavailableError
from parley_kit.rpc import Registration, ServiceClient, ServiceServer
from parley_kit.sealing import KeyRing, Secret
from parley_kit.settings import ServiceSettings
from parley_kit.store import Database


class Orchestrator(inbox_pb2_grpc.InboxServiceServicer):
    def __init__(self):
        self.taken = []
        self.sizes = []
        self.failures = {}
        self.fails_with = None
        self.later = set()
        self.known = None

    async def Ingest(self, request, context):
        self.sizes.append(len(request.items))
        if self.later:
            ids, self.later = self.later, set()
            verdict = {
                True: inbox_pb2.INGEST_VERDICT_LATER,
                False: inbox_pb2.INGEST_VERDICT_ACCEPTED,
            }
            self.taken += [i.inbound_id for i in request.items if i.inbound_id not in ids]
            return inbox_pb2.IngestResponse(
                results=[
                    inbox_pb2.IngestResult(
                        inbound_id=i.inbound_id, verdict=verdict[i.inbound_id in ids]
                    )
                    for i in request.items
                ]
            )
        if self.fails_with is not None:
            raise self.fails_with
        for item in request.items:
            if item.inbound_id in self.failures:
                raise self.failures[item.inbound_id]
        return inbox_pb2.IngestResponse(results=[self._heard(item) for item in request.items])

    def _heard(self, item):
        if self.known is not None and item.sender.addresses.get("email", "") not in self.known:
            verdict = inbox_pb2.INGEST_VERDICT_UNROUTED
            return inbox_pb2.IngestResult(
                inbound_id=item.inbound_id, verdict=verdict, is_sender_unknown=True
            )
        self.taken.append(item.inbound_id)
        verdict = inbox_pb2.INGEST_VERDICT_ACCEPTED
        return inbox_pb2.IngestResult(inbound_id=item.inbound_id, verdict=verdict)


@pytest.fixture
async def inbox(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/t.db")
    await migrate(database, migrations("fax"))
    yield open_storage("fax", database, KeyRing([Secret("k" * 40)])).inbox
    await database.close()


@contextlib.asynccontextmanager
async def forwarding(inbox, orchestrator, token="", server_token="", identify=None):
    settings = ServiceSettings(_env_file=None, service_token=server_token)
    name = inbox_pb2.DESCRIPTOR.services_by_name["InboxService"].full_name
    add = lambda s: inbox_pb2_grpc.add_InboxServiceServicer_to_server(orchestrator, s)  # noqa: E731
    server = ServiceServer(settings, 0, [Registration(name, add)])
    await server.start()
    caller = ServiceSettings(_env_file=None, service_token=token)
    client = ServiceClient(f"127.0.0.1:{server.port}", caller)
    stub = client.stub(inbox_pb2_grpc.InboxServiceStub)
    task = asyncio.create_task(Forwarder(inbox, stub, identify).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await client.close()
        await server.stop(0)


def _items(*ids):
    return [inbox_pb2.InboundItem(channel="fax", inbound_id=name) for name in ids]


async def _until(is_true, seconds=30.0):
    async with asyncio.timeout(seconds):
        while not await is_true():  # noqa: ASYNC110  # another process is waited for
            await asyncio.sleep(0.01)


def _depth_is(inbox, count):
    async def is_it():
        return (await inbox.depth())[0] == count

    return is_it


async def test_items_go_over_together_in_order_and_once(inbox):
    orchestrator = Orchestrator()
    assert await inbox.put(_items("a", "b", "c")) == 3
    assert await inbox.put(_items("b", "d")) == 1
    async with forwarding(inbox, orchestrator):
        await _until(_depth_is(inbox, 0))
    assert orchestrator.taken == ["a", "b", "c", "d"]
    assert orchestrator.sizes == [4]


@pytest.mark.parametrize(
    "error", [UnavailableError("down"), DeadlineExceededError("slow")], ids=["down", "slow"]
)
async def test_an_absent_orchestrator_costs_one_call_and_no_item(inbox, monkeypatch, error):
    monkeypatch.setattr(module, "_RETRY", module.timedelta(milliseconds=50))
    orchestrator = Orchestrator()
    orchestrator.fails_with = error
    await inbox.put(_items("a", "b", "c"))
    async with forwarding(inbox, orchestrator):

        async def was_asked():
            return bool(orchestrator.sizes)

        await _until(was_asked)
        assert set(orchestrator.sizes) == {3}  # never one by one: each would wait as long
        orchestrator.fails_with = None
        await _until(_depth_is(inbox, 0))
    assert orchestrator.taken == ["a", "b", "c"]


async def test_a_wrong_service_token_drops_nothing(inbox):
    orchestrator = Orchestrator()
    await inbox.put(_items("a"))
    async with forwarding(inbox, orchestrator, token="wrong", server_token="right" * 4):
        await asyncio.sleep(0.3)
        assert (await inbox.depth())[0] == 1
    assert orchestrator.taken == []


async def test_an_invalid_item_ends_and_a_poisonous_one_waits_while_others_flow(inbox):
    orchestrator = Orchestrator()
    orchestrator.failures = {"bad": InvalidArgumentError("no"), "poison": KeyError("defect")}
    await inbox.put(_items("a", "bad", "b", "poison", "c"))
    async with forwarding(inbox, orchestrator):
        await _until(_depth_is(inbox, 1))
    assert orchestrator.taken == ["a", "b", "c"]
    assert await inbox.take() == []  # the poisonous one is not due for a minute


async def test_what_comes_too_early_is_handed_in_again_and_holds_up_nothing(inbox, monkeypatch):
    monkeypatch.setattr(module, "_LATER", module.timedelta(milliseconds=50))
    orchestrator = Orchestrator()
    orchestrator.later = {"b"}
    await inbox.put(_items("a", "b", "c"))
    async with forwarding(inbox, orchestrator):
        await _until(_depth_is(inbox, 0))
    assert orchestrator.taken == ["a", "c", "b"]
    assert orchestrator.sizes == [3, 1]


async def test_who_is_unknown_is_heard_again_with_what_the_channel_finds_out(inbox, monkeypatch):
    monkeypatch.setattr(module, "_LATER", module.timedelta(milliseconds=50))
    orchestrator = Orchestrator()
    orchestrator.known = {"ann@x.example"}
    asked = []

    async def identify(sender):
        asked.append(sender.connection_id)
        if asked.count("slow") == 1 and sender.connection_id == "slow":
            raise UnavailableError("not now")
        return {} if sender.connection_id == "nobody" else {"email": "ann@x.example"}

    items = _items("a", "b", "c", "d")
    for item, name in zip(items, ("ann", "nobody", "slow", "known"), strict=True):
        item.sender.connection_id = name
    items[3].sender.addresses["email"] = "ann@x.example"
    await inbox.put(items)
    async with forwarding(inbox, orchestrator, identify=identify):
        await _until(_depth_is(inbox, 0))
    assert sorted(orchestrator.taken) == ["a", "c", "d"]
    assert sorted(asked) == ["ann", "nobody", "slow", "slow"]


async def test_without_a_way_to_find_out_a_stranger_stays_one(inbox):
    orchestrator = Orchestrator()
    orchestrator.known = set()
    await inbox.put(_items("a"))
    async with forwarding(inbox, orchestrator):
        await _until(_depth_is(inbox, 0))
    assert orchestrator.taken == []
