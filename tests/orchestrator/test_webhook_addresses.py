"""No webhook reaches into the network that we are in, however its address is written."""
# ruff: noqa: RUF001  # digits that only look like digits are the point

import socket
from types import SimpleNamespace

import pytest
from aiohttp.abc import AbstractResolver

from parley_kit.clock import utc_now
from parley_kit.sealing import Secret
from parley_orchestrator.adapters.public_addresses import PublicResolver, is_public
from parley_orchestrator.adapters.webhook_channel import WebhookChannel
from parley_orchestrator.domain.conversation import Event
from parley_orchestrator.domain.delivery import Result

SECRET = "whsec_" + "c2VjcmV0" * 6


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
