"""What every channel must do, whatever it is written in.

``pytest tests/conformance/channel --channel-address HOST:PORT [--channel-token T]
[--channel-recipient email=ann@example.com]`` (or PARLEY_CONFORMANCE_ADDRESS, _TOKEN, _RECIPIENT)
points the suite at a running channel with a usable connection; it sends a handful of real messages
to that recipient. Without an address it starts Slack and Gmail before the sandbox and checks both.
"""

import itertools
import json
import os
import time
import urllib.request
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.conformance.channel import processes

from parley.channel.v1 import card_pb2, channel_pb2, channel_pb2_grpc, recipient_pb2
from parley.common.v1 import feedback_pb2
from parley_kit.rpc import ServiceClient
from parley_kit.settings import ServiceSettings

OPTIONS = {
    "address": "host:port of a running channel; default: start Slack and Gmail",
    "token": "the service token it wants",
    "recipient": "key=value of somebody who may be written to",
}
BROWSER = "conformance-browser"


def pytest_addoption(parser):
    group = parser.getgroup("channel conformance")
    for name, text in OPTIONS.items():
        group.addoption(f"--channel-{name}", default=None, help=text)


def _option(config, name, default=""):
    given = config.getoption(f"--channel-{name}", default=None)
    return given or os.environ.get(f"PARLEY_CONFORMANCE_{name.upper()}") or default  # noqa: TID251


def pytest_generate_tests(metafunc):
    if "target" in metafunc.fixturenames:
        is_given = _option(metafunc.config, "address")
        names = ["given"] if is_given else ["slack", "gmail"]
        metafunc.parametrize("target", names, indirect=True, scope="session")


@dataclass(frozen=True)
class Target:
    """Where the channel listens; `sandbox` is the outside world's address, empty for a given one."""

    name: str
    address: str
    token: str
    recipient: tuple[str, str]
    sandbox: str = ""


@pytest.fixture(scope="session")
def target(request, tmp_path_factory):
    """The channel under test, started where no address is given."""
    key, _, value = _option(request.config, "recipient", "email=ann@example.com").partition("=")
    if request.param == "given":
        address = _option(request.config, "address")
        yield Target("given", address, _option(request.config, "token"), (key, value))
        return
    folder = tmp_path_factory.mktemp(f"channel-{request.param}")
    with processes.channel(request.param, folder) as (address, sandbox, token):
        yield Target(request.param, address, token, (key, value), sandbox)


class Channel:
    """The channel as a test calls it; ids are new in every run, so that it can be run again."""

    def __init__(self, target, stub, description):
        self.target = target
        self.stub = stub
        self.description = description
        self._run = f"{time.time_ns():x}"
        self._numbers = itertools.count(1)

    def new_id(self, prefix="dlv"):
        return f"{prefix}_conf{self._run}{next(self._numbers)}"

    def recipient(self, **addresses):
        key, value = self.target.recipient
        named = addresses or {key: value}
        return recipient_pb2.Recipient(user_id="usr_conformance", name="Ann", addresses=named)

    def conversation(self, sent=None, session_id=""):
        return recipient_pb2.Conversation(
            session_id=session_id or self.new_id("ses"),
            title="Conformance",
            thread_ref=sent.thread_ref if sent else "",
            connection_id=sent.connection_id if sent else "",
        )

    def message(self, text="Conformance check", **values):
        values = {
            "delivery_id": self.new_id(),
            "message_id": self.new_id("msg"),
            "recipient": self.recipient(),
            "conversation": self.conversation(),
            "author_name": "Conformance",
            "reply_token": "a" * 32,
        } | values
        return channel_pb2.SendMessageRequest(text=text, **values)

    def card(self, **values):
        values = {
            "request_id": self.new_id("fbr"),
            "kind": feedback_pb2.FEEDBACK_KIND_APPROVAL,
            "prompt": "May the **conformance suite** go on?",
            "action_json": json.dumps({"tool": "go_on", "args": {"n": 1}}),
            "digest": "d" * 64,
            "author_name": "Conformance",
            "answer_url": "https://parley.example/f/token",
        } | values
        return card_pb2.Card(**values)

    def question(self, card, **values):
        values = {
            "delivery_id": self.new_id(),
            "recipient": self.recipient(),
            "conversation": self.conversation(),
            "reply_token": "b" * 32,
        } | values
        return channel_pb2.RequestFeedbackRequest(card=card, **values)

    async def send(self, request):
        return (await self.stub.SendMessage(request)).outcome

    async def batch(self, requests):
        request = channel_pb2.SendMessagesRequest(messages=requests)
        return list((await self.stub.SendMessages(request)).outcomes)

    def look_up(self, request, connection_id=""):
        question = channel_pb2.LookUpDeliveryRequest(
            delivery_id=request.delivery_id,
            recipient=request.recipient,
            conversation=request.conversation,
            connection_id=connection_id,
        )
        return self.stub.LookUpDelivery(question)

    def fault(self, **fault):
        """Trouble at the provider, for a channel that this suite started."""
        self._post("/faults", {"channel": self.target.name, **fault})

    def calm(self):
        request = urllib.request.Request(f"{self.target.sandbox}/faults", method="DELETE")
        urllib.request.urlopen(request).close()

    def accepted(self, text):
        """How often the outside world took something that holds the text."""
        url = f"{self.target.sandbox}/journal?channel={self.target.name}"
        with urllib.request.urlopen(url) as answer:
            entries = json.load(answer)
        sends = {"chat.postMessage", "messages.send", "drafts.send"}
        return sum(text in json.dumps(entry) for entry in entries if entry["call"] in sends)

    def _post(self, path, body):
        request = urllib.request.Request(
            self.target.sandbox + path,
            json.dumps(body).encode(),
            {"content-type": "application/json"},
        )
        urllib.request.urlopen(request).close()

    async def connect(self, **values):
        """Consents as a browser would; only where the outside world is the sandbox."""
        begun = await self.stub.StartAuthorization(
            channel_pb2.StartAuthorizationRequest(browser_binding=BROWSER, **values)
        )
        return await self.stub.CompleteAuthorization(
            channel_pb2.CompleteAuthorizationRequest(
                parameters=consented(begun.authorize_url), browser_binding=BROWSER
            )
        )


def consented(url):
    """What the consent page sends the browser back with."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_arguments):
            return None

    try:
        urllib.request.build_opener(Stay).open(url).close()
    except urllib.error.HTTPError as answer:
        with answer:
            return dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    raise AssertionError("the consent page did not redirect")


@pytest.fixture
async def channel(target):
    """A stub of the channel, connected to an account."""
    settings = ServiceSettings(_env_file=None, service_token=target.token)
    client = ServiceClient(target.address, settings)
    stub = client.stub(channel_pb2_grpc.ChannelServiceStub)
    made = Channel(target, stub, await stub.Describe(channel_pb2.DescribeRequest()))
    health = await stub.CheckHealth(channel_pb2.CheckHealthRequest())
    if health.status == "not_connected":
        if not target.sandbox:
            pytest.fail(f"connect the channel first: {health.detail}")
        await made.connect()
    yield made
    if target.sandbox:
        made.calm()
    await client.close()


@pytest.fixture
def sandboxed(channel):
    """The channel, where trouble can be made; skips for a given address."""
    if not channel.target.sandbox:
        pytest.skip("needs the sandbox as the outside world")
    return channel
