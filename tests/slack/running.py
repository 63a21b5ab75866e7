"""The Slack service on a free port: in this process, or as one of its own."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
import contextlib
import os
import re
import sys
import uuid

from pydantic import SecretStr
from tests.slack.suite import SECRET

from parley.channel.v1 import channel_pb2_grpc
from parley_kit.clock import utc_now
from parley_kit.rpc import ServiceClient
from parley_kit.store.migrating import create_if_missing
from parley_slack.bootstrap import open_service
from parley_slack.settings import SlackSettings

KEY = "k" * 40


@contextlib.asynccontextmanager
async def serving(settings, clock=utc_now):
    """The service on a free port, as its own process would run it."""
    stopping = asyncio.Event()
    async with open_service(settings, clock) as service:
        task = asyncio.create_task(service.serve_until(stopping))
        while service.server.port == 0:
            await asyncio.sleep(0.005)
        client = ServiceClient(f"127.0.0.1:{service.server.port}", settings)
        try:
            yield service, client.stub(channel_pb2_grpc.ChannelServiceStub)
        finally:
            await client.close()
            stopping.set()
            await task


ENVIRONMENT = {
    "PARLEY_SLACK_PORT": "port",
    "DATABASE_URL": "database_url",
    "PARLEY_MIGRATE_ON_START": "migrate_on_start",
    "PARLEY_SECRET_KEYS": "secret_keys",
    "PARLEY_ORCHESTRATOR": "orchestrator",
    "PARLEY_PUBLIC_URL": "public_url",
    "SLACK_CLIENT_ID": "client_id",
    "SLACK_CLIENT_SECRET": "client_secret",
    "SLACK_SIGNING_SECRET": "signing_secret",
    "SLACK_API_URL": "api_url",
    "SLACK_AUTHORIZE_URL": "authorize_url",
    "PARLEY_LOG_LEVEL": "log_level",
}


def _revealed(value):
    if isinstance(value, list):
        return ",".join(_revealed(item) for item in value)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


@contextlib.asynccontextmanager
async def spawned(folder, *arguments, **environment):
    """The service as a process of its own; gives the process and the lines it wrote so far."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}  # noqa: TID251
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "parley_slack",
        *arguments,
        cwd=folder,
        env=kept | {"PARLEY_SLACK_PORT": "0", "PARLEY_LOG_FORMAT": "json"} | environment,
        stderr=asyncio.subprocess.PIPE,
    )
    lines = []

    async def read():
        async for line in process.stderr:
            lines.append(line.decode())  # noqa: PERF401  # read while it is being written

    reading = asyncio.create_task(read())
    try:
        yield process, lines
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 30)
        await reading


async def port_in(lines):
    async with asyncio.timeout(30):
        while not (found := re.search(r'"port": (\d+)', "".join(lines))):
            await asyncio.sleep(0.02)
    return int(found[1])


@contextlib.asynccontextmanager
async def serving_apart(settings, folder):
    """The service as a process, by the same settings."""
    environment = {name: _revealed(getattr(settings, f)) for name, f in ENVIRONMENT.items()}
    async with spawned(folder, **environment) as (process, lines):
        process.lines = lines
        client = ServiceClient(f"127.0.0.1:{await port_in(lines)}", settings)
        try:
            yield process, client.stub(channel_pb2_grpc.ChannelServiceStub)
        finally:
            await client.close()


def database_url(tmp_path):
    """An SQLite file, or a new database on the server that PARLEY_TEST_SLACK_SERVER names."""
    server = os.environ.get("PARLEY_TEST_SLACK_SERVER")  # noqa: TID251
    if not server:
        return f"sqlite:///{tmp_path}/slack.db"
    url = f"{server}/slack_{uuid.uuid4().hex}"
    create_if_missing(url)
    return url


def slack_settings(tmp_path, url="http://127.0.0.1:9", **values):
    return SlackSettings(
        _env_file=None,
        **{
            "port": 0,
            "database_url": database_url(tmp_path),
            "migrate_on_start": True,
            "secret_keys": [KEY],
            "client_id": "sandbox-slack-client",
            "client_secret": "sandbox-slack-secret",
            "signing_secret": SECRET,
            "api_url": f"{url}/api/",
            "authorize_url": f"{url}/oauth/v2/authorize",
        }
        | values,
    )
