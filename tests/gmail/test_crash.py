"""The service is killed between Gmail's acceptance and its own record of it."""

import asyncio
import os
import sys
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import grpc
import pytest

from parley.channel.v1 import channel_pb2, channel_pb2_grpc, recipient_pb2

FOUND = channel_pb2.LOOK_UP_VERDICT_FOUND


class Process:
    """The service as a process on a port, with a database file."""

    def __init__(self, google, port, folder):
        self.address = f"127.0.0.1:{port}"
        self.folder = folder
        self.environment = {
            "PATH": os.defpath,
            "PARLEY_SECRET_KEYS": "k" * 40,
            "PARLEY_GMAIL_PORT": str(port),
            "GMAIL_CLIENT_ID": "sandbox-google-client",
            "GMAIL_CLIENT_SECRET": "sandbox-google-secret",
            "GMAIL_API_URL": google,
            "GOOGLE_AUTHORIZE_URL": f"{google}/o/oauth2/v2/auth",
            "GOOGLE_TOKEN_URL": f"{google}/token",
            "GOOGLE_USERINFO_URL": f"{google}/oauth2/v3/userinfo",
            "GMAIL_POLL_SECONDS": "60",
        }

    async def __aenter__(self):
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "parley_gmail", cwd=self.folder, env=self.environment,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        self.channel = grpc.aio.insecure_channel(self.address)
        self.stub = channel_pb2_grpc.ChannelServiceStub(self.channel)
        await self.stub.Describe(channel_pb2.DescribeRequest(), wait_for_ready=True, timeout=20)
        return self

    async def __aexit__(self, *_):
        await self.channel.close()
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


def message():
    return channel_pb2.SendMessageRequest(
        delivery_id="dlv_crash",
        recipient=recipient_pb2.Recipient(
            user_id="usr", name="Ann", addresses={"email": "ann@example.com"}
        ),
        conversation=recipient_pb2.Conversation(session_id="ses", title="Release"),
        text="Once, please.",
    )


async def connect(stub, http):
    request = channel_pb2.StartAuthorizationRequest(browser_binding="browser")
    url = (await stub.StartAuthorization(request)).authorize_url
    async with http.get(url, allow_redirects=False) as response:
        answer = dict(parse_qsl(urlsplit(response.headers["Location"]).query))
    await stub.CompleteAuthorization(
        channel_pb2.CompleteAuthorizationRequest(parameters=answer, browser_binding="browser")
    )


@pytest.mark.parametrize(
    ("slow_call", "done_call"),
    [("messages.get", "drafts.send"), ("drafts.send", "drafts.create")],
    ids=["after the answer to the send", "before the answer to the send"],
)
async def test_a_killed_send_is_looked_up_and_arrives_once(
    sandbox, tmp_path, unused_tcp_port, slow_call, done_call
):
    google = sandbox.settings.public_url
    box = sandbox.google.mailbox("ann@example.com")
    async with aiohttp.ClientSession() as http:
        async with Process(google, unused_tcp_port, tmp_path) as first:
            await connect(first.stub, http)
            fault = {"channel": "gmail", "kind": "latency", "seconds": 3, "call": slow_call}
            await http.post(f"{google}/faults", json=fault)
            sending = asyncio.ensure_future(first.stub.SendMessage(message()))
            await until(http, google, done_call)
            await asyncio.sleep(0.3)  # the note of the draft is on its way to the disk
            first.process.kill()
            with pytest.raises(grpc.aio.AioRpcError):
                await sending
        await asyncio.sleep(3)  # what had arrived at Google is worked off
        await http.delete(f"{google}/faults")
        assert len(box.messages) == 1
        async with Process(google, unused_tcp_port, tmp_path) as second:
            request = channel_pb2.LookUpDeliveryRequest(delivery_id="dlv_crash")
            assert (await second.stub.LookUpDelivery(request)).verdict == FOUND
            assert (await second.stub.SendMessage(message())).outcome.HasField("sent")
    assert len(box.messages) == 1


async def until(http, google, call):
    async with asyncio.timeout(30):
        while True:
            async with http.get(f"{google}/journal", params={"call": call}) as response:
                if await response.json():
                    return
            await asyncio.sleep(0.02)
