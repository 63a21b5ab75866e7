"""The service as a process, and its commands."""

import asyncio
import json
import os
import signal
import sys

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from parley.channel.v1 import channel_pb2, channel_pb2_grpc

MAIL = (
    b"From: ann@example.com\nIn-Reply-To: <a@b>\nTo: agent+abcdefgh@example.com\n\nApprove\n> no\n"
)


async def run(*arguments, stdin=b"", cwd, **environment):
    process = await start(*arguments, cwd=cwd, **environment)
    out, err = await asyncio.wait_for(process.communicate(stdin), 30)
    return process.returncode, out.decode(), err.decode()


async def start(*arguments, cwd, **environment):
    pipe = asyncio.subprocess.PIPE
    base = {"PATH": os.defpath}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, cwd=cwd, env={**base, **environment},
        stdin=pipe, stdout=pipe, stderr=pipe,
    )  # fmt: skip


async def test_without_keys_it_says_what_to_do(tmp_path):
    status, out, err = await run("parley_gmail", cwd=tmp_path)
    assert status == 2
    assert "PARLEY_SECRET_KEYS" in out + err
    assert "openssl rand" in out + err


async def test_an_unknown_command_is_refused(tmp_path):
    status, _, err = await run("parley_gmail", "dance", cwd=tmp_path)
    assert status == 2
    assert "usage" in err


async def test_it_migrates_serves_without_credentials_and_drains(tmp_path, unused_tcp_port):
    environment = {"PARLEY_SECRET_KEYS": "k" * 40, "PARLEY_GMAIL_PORT": str(unused_tcp_port)}
    assert (await run("parley_gmail", "migrate", cwd=tmp_path, **environment))[0] == 0
    assert (tmp_path / "parley-gmail.db").exists()
    process = await start("parley_gmail", cwd=tmp_path, **environment)
    async with grpc.aio.insecure_channel(f"127.0.0.1:{unused_tcp_port}") as channel:
        health = health_pb2_grpc.HealthStub(channel)
        answer = await health.Check(
            health_pb2.HealthCheckRequest(), wait_for_ready=True, timeout=20
        )
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
        stub = channel_pb2_grpc.ChannelServiceStub(channel)
        state = await stub.CheckHealth(channel_pb2.CheckHealthRequest())
        assert state.status == "not_connected"
        assert "GMAIL_CLIENT_ID and GMAIL_CLIENT_SECRET" in state.detail
        described = await stub.Describe(channel_pb2.DescribeRequest())
        assert (described.channel, list(described.address_keys)) == ("gmail", ["email"])
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 30) == 0


@pytest.mark.parametrize("from_stdin", [True, False])
async def test_parse_prints_what_a_mail_says(tmp_path, from_stdin):
    (tmp_path / "a.eml").write_bytes(MAIL)
    name = "-" if from_stdin else "a.eml"
    status, out, _ = await run(
        "parley_gmail.cli", "parse", name, stdin=MAIL if from_stdin else b"", cwd=tmp_path
    )
    assert status == 0
    assert json.loads(out) == {
        "kind": "reply",
        "text": "Approve",
        "decision": "approved",
        "token": "abcdefgh",
        "from": "ann@example.com",
        "message_id": "",
        "in_reply_to": "<a@b>",
        "references": [],
        "dmarc": "none",
    }


async def test_parse_of_a_missing_file_says_so(tmp_path):
    status, _, err = await run("parley_gmail.cli", "parse", "none.eml", cwd=tmp_path)
    assert status == 2
    assert "none.eml: No such file" in err
