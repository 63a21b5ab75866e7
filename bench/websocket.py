"""Sockets: what an idle one costs, how many frames go out, how long an event takes to arrive.

Each figure stands beside that of a bare Starlette application in the same run. Everything is on this
machine: the services, the database and the thousand clients, which take a core of their own.
"""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import aiohttp
import httpx
import uvloop

from bench.bare_socket import AT_ONCE
from bench.processes import CpuMeter, limit_files, resident_mb
from bench.results import spread, write
from parley_kit.clock import utc_now
from parley_suite.environment import Ports
from parley_suite.suite import Suite

FOLDER = Path(__file__).parent
SOCKETS = 1_000
PEOPLE = 50
FANNED_MESSAGES = 100
RATE, SECONDS = 100, 20
TEXT = "x" * 200
HEADROOM = aiohttp.ClientTimeout(total=60)


def measure():
    limit_files()
    bare = uvloop.run(measured_bare())
    parley = uvloop.run(measured_parley())
    write(
        "websocket",
        {
            "sockets": SOCKETS,
            "idle": {
                **parley["idle"],
                "bare_kb_per_socket": bare["kb_per_socket"],
                "ratio": round(parley["idle"]["kb_per_socket"] / bare["kb_per_socket"], 2),
            },
            "fan_out": {
                **parley["fan_out"],
                "bare_frames_per_s": bare["frames_per_s"],
                "ratio": round(parley["fan_out"]["frames_per_s"] / bare["frames_per_s"], 2),
            },
            "latency": {
                **parley["latency"],
                "bare_echo_ms": bare["echo_ms"],
                "ratio_p50": round(parley["latency"]["ms"]["p50"] / bare["echo_ms"]["p50"], 1),
            },
        },
    )


# --- the yardstick


@contextlib.contextmanager
def bare_server():
    port = Ports.free().gateway
    process = subprocess.Popen([sys.executable, str(FOLDER / "bare_socket.py"), str(port)])
    try:
        for _ in range(200):
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{port}/")
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait()


async def measured_bare():
    with bare_server() as (url, pid):
        async with aiohttp.ClientSession(timeout=HEADROOM, connector=unlimited()) as http:
            before = resident_mb(pid)
            crowd = await asyncio.gather(
                *(Ear.opened(http, f"{url}/crowd") for _ in range(SOCKETS))
            )
            await asyncio.sleep(2)
            after = resident_mb(pid)
            text = json.dumps({"type": "event", "kind": "message.created", "text": TEXT * 3})
            began = time.monotonic()
            await http.post(f"{url}/say?count={FANNED_MESSAGES}", data=text)
            await until(lambda: all(ear.heard >= FANNED_MESSAGES for ear in crowd))
            took = time.monotonic() - began
            await asyncio.gather(*(ear.close() for ear in crowd))
            echo = await echoed(http, f"{url}/echo")
    return {
        "kb_per_socket": round((after - before) * 1024 / SOCKETS, 1),
        "frames_per_s": round(SOCKETS * FANNED_MESSAGES / took),
        "echo_ms": spread(echo),
    }


async def echoed(http, url):
    """Milliseconds of RATE echoes a second, each on the next of a hundred sockets."""
    sockets = [await http.ws_connect(url, compress=0) for _ in range(100)]
    times = []

    async def one(socket):
        began = time.monotonic()
        await socket.send_str(TEXT)
        await socket.receive()
        times.append((time.monotonic() - began) * 1000)

    await paced(lambda n: one(sockets[n % len(sockets)]))
    for socket in sockets:
        await socket.close()
    return times


# --- Parley


class Ear:
    """One socket that counts what it hears, and hands it on."""

    def __init__(self, socket, on_text=None):
        self.socket, self.on_text, self.heard = socket, on_text, 0
        self.listening = asyncio.ensure_future(self._listen())

    @classmethod
    async def opened(cls, http, url, token=None, on_text=None):
        protocols = ["parley.v1", f"bearer.{token}"] if token else []
        socket = await http.ws_connect(url, protocols=protocols, compress=0, autoping=True)
        if token:
            await socket.send_str('{"type":"hello","resume":{}}')
            await socket.receive()  # welcome
        return cls(socket, on_text)

    async def _listen(self):
        async for message in self.socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            if self.on_text is not None:
                self.on_text(self, message.data)
            elif '"message.created"' in message.data:
                self.heard += 1

    async def close(self):
        self.listening.cancel()
        await self.socket.close()


@contextlib.contextmanager
def parley():
    settings = {"PARLEY_LOG_LEVEL": "warning", "PARLEY_ACK_SECONDS": "3600"}
    with tempfile.TemporaryDirectory() as folder:
        suite = Suite(Path(folder), base=os.environ, settings=settings, with_sandbox=False)  # noqa: TID251
        try:
            suite.start(["orchestrator", "gateway"])
            suite.wait_until_ready()
            yield suite
        finally:
            suite.stop()


class Seeded:
    """An agent, and people who are reached by web chat alone."""

    def __init__(self, suite):
        self.http = httpx.Client(base_url=suite.url, timeout=30)
        admin = {"authorization": f"Bearer {suite.secrets.admin_key}"}
        self.agent = {"authorization": f"Bearer {self.post('/api/agents', admin, name='B')['key']}"}

    def post(self, path, headers=None, **body):
        answer = self.http.post(path, json=body, headers=headers or self.agent)
        answer.raise_for_status()
        return answer.json()

    def people(self, count):
        """(user id, token) of new people."""
        ids = [self.post("/api/users", name=f"P{n}")["id"] for n in range(count)]
        return [(one, self.post(f"/api/users/{one}/tokens")["token"]) for one in ids]

    def session(self, *users):
        return self.post("/api/sessions", user_ids=list(users))["id"]


async def measured_parley():
    with parley() as suite:
        seeded = await asyncio.to_thread(Seeded, suite)
        async with aiohttp.ClientSession(
            base_url=suite.url, timeout=HEADROOM, connector=unlimited()
        ) as http:
            idle, fan_out = await crowded(suite, seeded, http)
            latency = await timed(suite, seeded, http)
    return {"idle": idle, "fan_out": fan_out, "latency": latency}


async def crowded(suite, seeded, http):
    """A thousand sockets of fifty people in one conversation: idle, and then told something."""
    pids = {name: process.pid for name, process in suite.processes.items()}
    people = seeded.people(PEOPLE)
    session = seeded.session(*(user for user, _token in people))
    before = resident_mb(pids["gateway"])
    crowd = []
    for start in range(0, SOCKETS, 100):
        tokens = [people[n % PEOPLE][1] for n in range(start, start + 100)]
        crowd += await asyncio.gather(*(Ear.opened(http, "/ws", token) for token in tokens))
    await asyncio.sleep(10)
    after = resident_mb(pids["gateway"])
    idle = {
        "gateway_mb_before": round(before, 1),
        "gateway_mb": round(after, 1),
        "added_mb": round(after - before, 1),
        "kb_per_socket": round((after - before) * 1024 / SOCKETS, 1),
    }
    meter = CpuMeter(pids)
    began = time.monotonic()
    await say_many(http, seeded.agent, session, FANNED_MESSAGES)
    await until(lambda: all(ear.heard >= FANNED_MESSAGES for ear in crowd))
    took = time.monotonic() - began
    frames = SOCKETS * FANNED_MESSAGES
    fan_out = {
        "frames": frames,
        "frames_per_s": round(frames / took),
        "cpu_us_per_frame": {
            name: round(seconds * 1e6 / frames, 1) for name, seconds in meter.used().items()
        },
    }
    await asyncio.gather(*(ear.close() for ear in crowd))
    return idle, fan_out


async def say_many(http, agent, session, count):
    for _ in range(count // AT_ONCE):
        messages = [{"session_id": session, "text": TEXT}] * AT_ONCE
        body = {"messages": messages}
        async with http.post("/api/messages/batch", json=body, headers=agent) as answer:
            answer.raise_for_status()


async def timed(suite, seeded, http):
    """Milliseconds from an event's time in the log until a socket has it, at RATE a second."""
    people = seeded.people(100)
    sessions = [seeded.session(user) for user, _token in people]
    times, texts = [], set()

    def on_text(ear, text):
        arrived = utc_now()
        frame = json.loads(text)
        if frame.get("kind") != "message.created" or frame["data"]["text"] not in texts:
            return
        stored = datetime.fromisoformat(frame["created_at"])
        times.append((arrived - stored).total_seconds() * 1000)
        ack = {"type": "ack", "session_id": frame["session_id"], "seq": frame["seq"]}
        asyncio.ensure_future(ear.socket.send_str(json.dumps(ack)))  # noqa: RUF006  # soon done

    ears = [await Ear.opened(http, "/ws", token, on_text) for _user, token in people]
    await asyncio.sleep(3)

    async def one(number):
        text = f"message {number}"
        texts.add(text)
        path = f"/api/sessions/{sessions[number % len(sessions)]}/messages"
        async with http.post(path, json={"text": text}, headers=seeded.agent) as answer:
            answer.raise_for_status()

    meter = CpuMeter({name: process.pid for name, process in suite.processes.items()})
    await paced(one)
    await until(lambda: len(times) >= RATE * SECONDS)
    busy = {name: round(used / SECONDS * 100) for name, used in meter.used().items()}
    await asyncio.gather(*(ear.close() for ear in ears))
    return {"events_per_s": RATE, "ms": spread(times), "cpu_percent": busy}


# --- what both share


def unlimited():
    """aiohttp opens a hundred connections unless told otherwise."""
    return aiohttp.TCPConnector(limit=0)


async def paced(one):
    """Starts `one(n)` RATE times a second for SECONDS, whatever each of them takes."""
    began, running = time.monotonic(), set()
    for number in range(RATE * SECONDS):
        await asyncio.sleep(max(0, began + number / RATE - time.monotonic()))
        task = asyncio.ensure_future(one(number))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)


async def until(is_so, seconds=60):
    ends = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > ends:
            raise SystemExit("not everything arrived in time")
        await asyncio.sleep(0.005)


if __name__ == "__main__":
    measure()
