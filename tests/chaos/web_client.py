"""A person's web chat that comes back after every break, and shows each event once."""

import json
import socket
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

from tests.chaos.journal import MARK
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

ACK_SECONDS = 0.05
"""A gateway takes 50 frames a second of one client."""


class WebClient(threading.Thread):
    """Resumes from the last seq, acknowledges what it shows, counts the marks that it was sent."""

    def __init__(self, url, token, seen):
        super().__init__(daemon=True)
        self._url = url.replace("http", "ws") + "/ws"
        self._protocols = ["parley.v1", f"bearer.{token}"]
        self._stopping = threading.Event()
        self.seen = dict(seen)
        self.arrived = Counter()
        self.gaps = []
        self.is_there = threading.Event()
        self.breaks = 0
        self.is_silent = False
        self._shown = {}
        self._told_at = 0.0

    def run(self):
        while not self._stopping.is_set():
            try:
                self._converse()
            except (OSError, WebSocketException, TimeoutError):
                self.breaks += 1
                self.is_there.clear()
                time.sleep(0.1)

    def stop(self):
        self._stopping.set()
        self.join(20)

    def _converse(self):
        with connect(self._url, subprotocols=self._protocols, open_timeout=5) as socket:
            socket.send(json.dumps({"type": "hello", "id": 1, "resume": self.seen}))
            while not self._stopping.is_set():
                with suppress(TimeoutError):
                    self._take(json.loads(socket.recv(timeout=ACK_SECONDS)))
                self._acknowledge(socket)

    def _take(self, frame):
        if frame["type"] == "welcome":
            self.is_there.set()
            self._shown = {name: seq for name, seq in self.seen.items() if seq}
        if frame["type"] != "event" or frame["session_id"] is None:
            return  # a channel's health belongs to no session
        session_id, seq = frame["session_id"], frame["seq"]
        if seq != self.seen[session_id] + 1:
            self.gaps.append((session_id, self.seen[session_id], seq))
        self.seen[session_id] = seq
        if frame["kind"] == "message.created":
            self.arrived.update(MARK.findall(frame["data"]["text"]))
            self._shown[session_id] = seq

    def _acknowledge(self, socket):
        """Now and then, and again on each new line: what a dying gateway heard may be lost."""
        if self.is_silent or time.monotonic() - self._told_at < ACK_SECONDS:
            return
        for session_id, seq in self._shown.items():
            socket.send(json.dumps({"type": "ack", "session_id": session_id, "seq": seq}))
        self._shown, self._told_at = {}, time.monotonic()


class SlowClient:
    """A web chat that says hello and then reads nothing."""

    def __init__(self, url, token):
        self._plain = socket.create_connection(urlsplit(url)[1].split(":"))
        self._plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)
        self._closing = ExitStack()
        opened = connect(
            url.replace("http", "ws") + "/ws",
            sock=self._plain,
            subprotocols=["parley.v1", f"bearer.{token}"],
            max_queue=1,
        )
        self._socket = self._closing.enter_context(opened)
        self._socket.send(json.dumps({"type": "hello", "id": 1, "resume": {}}))
        while json.loads(self._socket.recv(timeout=10))["type"] != "welcome":
            continue

    def read_until_closed(self):
        """The seqs that it was sent before it was dropped."""
        self._plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_000_000)
        seqs = []
        try:
            while True:
                frame = json.loads(self._socket.recv(timeout=30))
                if frame["type"] == "event" and frame["session_id"] is not None:
                    seqs.append(frame["seq"])
        except WebSocketException:
            self._closing.close()
            return seqs

    @property
    def close_code(self):
        return self._socket.protocol.close_code
