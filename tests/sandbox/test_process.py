import asyncio
import signal
import sys

import aiohttp


async def test_it_starts_as_a_process_and_stops_at_sigterm(tmp_path):
    environment = {"SANDBOX_PORT": "0"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "parley_sandbox",
        cwd=tmp_path,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    async with asyncio.timeout(20):
        line = (await process.stdout.readline()).decode()
        url = line.split()[-1]
        assert url.startswith("http://127.0.0.1:")
        async with aiohttp.ClientSession() as session, session.get(url + "/healthz") as response:
            assert (await response.json())["status"] == "ok"
        process.send_signal(signal.SIGTERM)
        await process.wait()
