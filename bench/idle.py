"""Memory of the suite at rest, and of a thousand sockets in the gateway."""

import asyncio
import time

import httpx
from websockets.asyncio.client import connect

from bench.processes import resident_mb
from bench.provider import fake_slack
from bench.results import write
from bench.suites import running_suite

SOCKETS = 1_000
HELLO = '{"type": "hello", "id": 1}'


def measure():
    with fake_slack() as provider, running_suite(provider, people=20) as bench:
        _restart(bench)  # the first start of all also migrates the databases
        time.sleep(3)
        idle = _resident(bench)
        with_sockets = asyncio.run(_with_sockets(bench))
    sockets_mb = with_sockets["gateway"] - idle["gateway"]
    write("idle", {"idle_mb": {**idle, "all": sum(idle.values())}, "sockets_mb": sockets_mb})


def _restart(bench):
    bench.suite.stop()
    bench.suite.start()
    bench.suite.wait_until_ready()


def _resident(bench):
    processes = bench.suite.processes
    return {name: round(resident_mb(process.pid)) for name, process in processes.items()}


async def _with_sockets(bench):
    token = _token(bench)
    url = bench.suite.url.replace("http", "ws", 1) + "/ws"
    protocols = ["parley.v1", f"bearer.{token}"]
    sockets = []
    try:
        for _ in range(SOCKETS // 50):
            opening = (connect(url, subprotocols=protocols, ping_interval=None) for _ in range(50))
            sockets += await asyncio.gather(*opening)
        for socket in sockets:
            await socket.send(HELLO)
            await socket.recv()
        await asyncio.sleep(1)
        return _resident(bench)
    finally:
        for socket in sockets:
            await socket.close()


def _token(bench):
    with httpx.Client(base_url=bench.suite.url, headers=bench.agent) as http:
        session = http.get(f"/api/sessions/{bench.sessions[0]}").json()
        user_id = session["participants"][0]["user_id"]
        return http.post(f"/api/users/{user_id}/tokens", json={}).json()["token"]


if __name__ == "__main__":
    measure()
