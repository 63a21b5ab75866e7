"""What the service stands between: an orchestrator that listens, and the gateway's webhooks."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
import contextlib

from aiohttp import web

from parley.channel.v1 import webhook_pb2
from parley.orchestrator.v1 import (
    inbox_pb2,
    inbox_pb2_grpc,
    people_overview_pb2,
    people_overview_pb2_grpc,
)
from parley_kit.errors import FailedPreconditionError
from parley_kit.rpc import Registration, ServiceServer
from parley_kit.settings import ServiceSettings


class Orchestrator(inbox_pb2_grpc.InboxServiceServicer):
    """Keeps what it is handed, once an id.

    `judge` may give another result for an item; what is to be chosen is not kept.
    """

    def __init__(self):
        self.items = {}
        self.judge = lambda item: None
        self.overviews = Overviews()
        self.is_there = asyncio.Event()
        self.is_there.set()

    async def Ingest(self, request, context):
        await self.is_there.wait()
        results = []
        for item in request.items:
            given = self.judge(item)
            if given is not None:
                results.append(given)
                if given.verdict == inbox_pb2.INGEST_VERDICT_ACCEPTED:
                    self.items.setdefault(item.inbound_id, item)
                continue
            is_new = item.inbound_id not in self.items
            self.items.setdefault(item.inbound_id, item)
            verdict = (
                inbox_pb2.INGEST_VERDICT_ACCEPTED if is_new else inbox_pb2.INGEST_VERDICT_DUPLICATE
            )
            results.append(inbox_pb2.IngestResult(inbound_id=item.inbound_id, verdict=verdict))
        return inbox_pb2.IngestResponse(results=results)

    def _kept(self, *, is_refused):
        return [i for i in self.items.values() if bool(i.answer.refusal) is is_refused]

    def answers(self):
        """The answers that were handed in as such, not for audit only."""
        return [item for item in self._kept(is_refused=False) if item.HasField("answer")]

    def texts(self):
        """The texts that were taken."""
        return [item for item in self.items.values() if item.HasField("text")]

    def refused(self):
        """What was handed in for audit only."""
        return self._kept(is_refused=True)

    async def heard(self, count=1, seconds=30.0):
        """What came in, without what is for audit only."""
        async with asyncio.timeout(seconds):
            while len(self._kept(is_refused=False)) < count:
                await asyncio.sleep(0.01)
        return self._kept(is_refused=False)


class Overviews(people_overview_pb2_grpc.PeopleOverviewServiceServicer):
    """What each Slack user sees, and the changes that were told."""

    def __init__(self):
        self.by_user = {}
        self.changes = []
        self.asked = []
        self.fails_with = None

    def show(self, user_id, **overview):
        """Changes what a user sees, and says so."""
        values = {"is_known": True} | overview
        self.by_user[user_id] = people_overview_pb2.GetOverviewResponse(**values)
        self.tell(user_id)

    def tell(self, user_id):
        self.changes.append(
            people_overview_pb2.ChangedPerson(
                addresses={"slack_user_id": user_id}, change_id=f"chg_{len(self.changes):05d}"
            )
        )

    async def GetOverview(self, request, context):
        self.asked.append(request.viewer)
        if self.fails_with is not None:
            raise self.fails_with
        given = request.viewer.addresses
        found = self.by_user.get(given["slack_user_id"]) or self.by_user.get(given.get("email"))
        return found or people_overview_pb2.GetOverviewResponse()

    async def ListOverviewChanges(self, request, context):
        if request.cursor == "chg_old":
            raise FailedPreconditionError("too old")
        cursor = f"chg_{max(0, len(self.changes) - 3):05d}"  # it lags, as the real one
        new = [c for c in self.changes if request.cursor and c.change_id >= request.cursor]
        return people_overview_pb2.ListOverviewChangesResponse(people=new, cursor=cursor)


class Bridge:
    """What the gateway does with Slack's requests: passes them on raw."""

    def __init__(self):
        self.stub = None
        self.url = ""
        self.seen = []

    async def handle(self, request):
        message = webhook_pb2.HandleWebhookRequest(
            endpoint=request.match_info["endpoint"],
            headers=[
                webhook_pb2.HttpHeader(name=name.lower(), value=value)
                for name, value in request.headers.items()
            ],
            body=await request.read(),
        )
        self.seen.append(message)
        answer = await self.stub.HandleWebhook(message)
        return web.Response(status=answer.status, body=answer.body)


@contextlib.asynccontextmanager
async def bridged():
    bridge = Bridge()
    app = web.Application()
    app.router.add_post("/api/channels/slack/{endpoint}", bridge.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    bridge.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield bridge
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def listening(orchestrator):
    inbox, overview = inbox_pb2_grpc, people_overview_pb2_grpc
    registrations = [
        Registration(
            "parley.orchestrator.v1.InboxService",
            lambda s: inbox.add_InboxServiceServicer_to_server(orchestrator, s),
        ),
        Registration(
            "parley.orchestrator.v1.PeopleOverviewService",
            lambda s: overview.add_PeopleOverviewServiceServicer_to_server(
                orchestrator.overviews, s
            ),
        ),
    ]
    server = ServiceServer(ServiceSettings(_env_file=None), 0, registrations)
    await server.start()
    try:
        yield f"127.0.0.1:{server.port}"
    finally:
        await server.stop(0)
