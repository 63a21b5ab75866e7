"""Agent webhooks: signed, in order, tried again, and never into the network that we are in."""
# ruff: noqa: RUF001  # digits that only look like digits are the point

import asyncio
import contextlib
import json
import socket
from types import SimpleNamespace

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver
from standardwebhooks import Webhook, WebhookVerificationError
from tests.orchestrator.running import agent_caller, orchestrator

from parley_kit.clock import utc_now
from parley_kit.sealing import Secret
from parley_orchestrator.adapters.public_addresses import PublicResolver, is_public
from parley_orchestrator.adapters.webhook_channel import WebhookChannel, judged
from parley_orchestrator.domain.conversation import Event
from parley_orchestrator.domain.delivery import Result

SECRET = "whsec_" + "c2VjcmV0" * 6


class Receiver:
    """An agent's HTTP server; `script` are the next statuses or responses, then 204."""

    def __init__(self):
        self.received, self.script = [], []
        self.heard = asyncio.Condition()

    async def handle(self, request):
        body = (await request.read()).decode()
        self.received.append(
            SimpleNamespace(
                headers={key.lower(): value for key, value in request.headers.items()}, body=body
            )
        )
        async with self.heard:
            self.heard.notify_all()
        answer = self.script.pop(0) if self.script else 204
        return web.Response(status=answer) if isinstance(answer, int) else answer

    async def until(self, count, seconds=15):
        async with asyncio.timeout(seconds), self.heard:
            await self.heard.wait_for(lambda: len(self.received) >= count)
        return [json.loads(one.body) for one in self.received]


@contextlib.asynccontextmanager
async def listening(receiver, host="127.0.0.1"):
    """The receiver on a free port; answers the port."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    try:
        yield site._server.sockets[0].getsockname()[1]
    finally:
        await runner.cleanup()


@pytest.fixture
async def receiver():
    made = Receiver()
    async with listening(made) as port:
        made.port = port
        made.url = f"http://127.0.0.1:{port}/hook"
        yield made


@pytest.fixture
async def parley():
    async with orchestrator(webhook_allow_private=True) as running:
        yield running


async def begun(parley, url):
    created = await parley.agent(webhook_url=url)
    agent = agent_caller(created.agent.id)
    session = await parley.session(agent, await parley.user(agent))
    return created, agent, session


async def test_every_event_is_posted_in_order_and_signed(parley, receiver):
    created, agent, session = await begun(parley, receiver.url)
    for n in range(3):
        await parley.send(agent, session, f"Hello {n}")
    bodies = await receiver.until(4)
    assert [body["type"] for body in bodies] == ["session.created", *["message.created"] * 3]
    assert [body["seq"] for body in bodies] == [1, 2, 3, 4]
    assert bodies[3]["data"]["text"] == "Hello 2"
    assert bodies[3]["session_id"] == session.id
    verifier = Webhook(created.webhook_secret)
    for one in receiver.received:
        assert verifier.verify(one.body, one.headers)
    ids = [one.headers["webhook-id"] for one in receiver.received]
    assert len(set(ids)) == 4
    assert all(one.headers["content-type"] == "application/json" for one in receiver.received)


@pytest.mark.parametrize("tampered", ["body", "webhook-id", "webhook-timestamp", "secret"])
async def test_the_public_verifier_rejects_what_was_changed(parley, receiver, tampered):
    created, _agent, _session = await begun(parley, receiver.url)
    await receiver.until(1)
    one = receiver.received[0]
    body, headers, secret = one.body, dict(one.headers), created.webhook_secret
    if tampered == "body":
        body = body.replace("session.created", "session.deleted")
    elif tampered == "secret":
        secret = SECRET
    else:
        headers[tampered] = headers[tampered][:-1] + ("0" if headers[tampered][-1] != "0" else "1")
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)


async def test_a_failing_receiver_is_tried_again_with_the_same_id_and_order_kept(parley, receiver):
    receiver.script = [500, 503]
    created, agent, session = await begun(parley, receiver.url)
    await parley.send(agent, session)
    bodies = await receiver.until(4)
    assert [body["seq"] for body in bodies] == [1, 1, 1, 2]
    ids = [one.headers["webhook-id"] for one in receiver.received]
    assert len(set(ids[:3])) == 1
    assert ids[3] != ids[0]
    found = await parley.settled("sent", "parked", session_id=session.id, by=agent)
    first = next(d for d in found if d.subject_id.endswith(":1"))
    assert [a.outcome for a in first.attempts] == ["not_sent", "not_sent", "sent"]
    assert [a.code for a in first.attempts] == ["500", "503", "204"]
    assert Webhook(created.webhook_secret).verify(
        receiver.received[-1].body, receiver.received[-1].headers
    )


async def test_one_agents_receiver_never_holds_up_anothers(parley, receiver):
    slow = Receiver()
    async with listening(slow) as port:
        slow.script = [500] * 100
        await begun(parley, f"http://127.0.0.1:{port}/")
        await begun(parley, receiver.url)
        await receiver.until(1, seconds=5)


async def test_redirects_are_not_followed(parley, receiver):
    target = Receiver()
    async with listening(target) as port:
        receiver.script = [
            web.Response(status=307, headers={"location": f"http://127.0.0.1:{port}/"})
        ]
        await begun(parley, receiver.url)
        await receiver.until(2)
        assert target.received == []


async def test_who_wants_no_more_is_left_alone(parley, receiver):
    receiver.script = [410]
    _created, agent, session = await begun(parley, receiver.url)
    found = await parley.settled("dead", session_id=session.id, by=agent)
    assert found[0].attempts[0].code == "410"
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("status", "retry_after", "result", "seconds"),
    [
        (200, "", Result.SENT, None),
        (299, "", Result.SENT, None),
        (301, "", Result.NOT_SENT, None),
        (400, "", Result.NOT_SENT, None),
        (410, "", Result.REJECTED, None),
        (429, "30", Result.NOT_SENT, 30),
        (503, "9" * 5_000, Result.NOT_SENT, 3_600),
        (503, "-1", Result.NOT_SENT, None),
        (503, "٣", Result.NOT_SENT, 3),
        (503, "Wed, 21 Oct 2026 07:28:00 GMT", Result.NOT_SENT, None),
    ],
)
def test_what_an_answer_means(status, retry_after, result, seconds):
    outcome = judged(status, {"retry-after": retry_after})
    assert outcome.result is result
    wait = outcome.retry_after
    assert (wait and wait.total_seconds()) == seconds


PRIVATE_HOSTS = [
    "127.0.0.1",
    "localhost",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:0001::]",
    "[fe80::1]",
    "[fec0::1]",
    "[fd00::1]",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "１２７.0.0.1",
    "169.254.169.254",
    "[::ffff:169.254.169.254]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
]


def port_of(store_url):
    """A webhook channel whose agents all have this address."""

    async def read(_query):
        return store_url, "sealed"

    store = SimpleNamespace(read=read)
    return WebhookChannel(store, lambda *_: Secret(SECRET), utc_now, allow_private=False)


async def posted(channel):
    job = SimpleNamespace(
        session=SimpleNamespace(agent_id="agt_1"),
        delivery=SimpleNamespace(id="dlv_1"),
        event=Event("ses_1", 1, "message.created", {"text": "secret"}, utc_now()),
    )
    try:
        return (await channel.deliver([job]))[0]
    finally:
        await channel.close()


@pytest.mark.parametrize("host", PRIVATE_HOSTS)
async def test_no_address_inside_the_network_is_posted_to(receiver, host):
    outcome = await posted(port_of(f"http://{host}:{receiver.port}/"))
    assert receiver.received == []
    assert outcome.result in (Result.REJECTED, Result.NOT_SENT)
    if outcome.result is Result.NOT_SENT:
        assert outcome.code == "no_answer", "it is no address at all"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_the_receiver_would_have_heard(receiver, host):
    """The same addresses are reached where that is allowed: the table above can fail."""
    channel = port_of(f"http://{host}:{receiver.port}/")
    await channel.close()
    channel = WebhookChannel(channel._store, lambda *_: Secret(SECRET), utc_now, allow_private=True)
    outcome = await posted(channel)
    assert (outcome.result, len(receiver.received)) == (Result.SENT, 1)


class Rebinding(AbstractResolver):
    """Says a public address when asked first, then one inside."""

    def __init__(self):
        self.answers = ["93.184.215.14", "127.0.0.1"]
        self.asked = 0

    async def resolve(self, host, port=0, family=socket.AF_INET):
        address = self.answers[min(self.asked, 1)]
        self.asked += 1
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
        ]

    async def close(self):
        """Nothing to close."""


async def test_a_name_that_turns_inward_between_check_and_connection_gains_nothing(receiver):
    """Resolved once: what was checked is what is connected to. The second answer is refused."""
    channel = port_of(f"http://rebinding.example:{receiver.port}/")
    inner = Rebinding()
    inner.answers = ["127.0.0.1"] * 2
    channel._session.connector._resolver._resolver = inner
    outcome = await posted(channel)
    assert (outcome.result, outcome.code) == (Result.REJECTED, "forbidden_address")
    assert (receiver.received, inner.asked) == ([], 1)


async def test_what_is_connected_to_is_what_was_checked():
    """The resolver is asked once for a name, and hands on exactly what it judged."""
    resolver = PublicResolver()
    resolver._resolver = inner = Rebinding()
    found = await resolver.resolve("rebinding.example", 443)
    assert [one["host"] for one in found] == ["93.184.215.14"]
    with pytest.raises(OSError, match="not public"):
        await resolver.resolve("rebinding.example", 443)
    assert inner.asked == 2


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"]
)
def test_public_addresses(address):
    assert is_public(address)
