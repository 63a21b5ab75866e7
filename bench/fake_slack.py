"""The fastest Slack there could be: accepts, counts, answers. For measuring what is in front of it.

A bare protocol, because its own time is taken from the two cores that are measured.
"""

import asyncio
import itertools
import sys
import time
import zlib
from urllib.parse import parse_qs, urlencode, urlsplit

import httptools
import orjson
import uvloop

KEPT = 500
TEAM = {"id": "T0BENCH", "name": "Bench"}
SCOPES = "chat:write,im:write,im:history,users:read,users:read.email"
BUSY = "busy"
"""A message with this word is told to come again in an hour."""


class Journal:
    """What was posted: how often, when, and the newest."""

    def __init__(self):
        self.serial = itertools.count(1)
        self.newest = []  # (monotonic seconds, body, ts)
        self.clear()

    def clear(self):
        self.posted, self.first, self.last = 0, 0.0, 0.0

    def add(self, body):
        now = time.monotonic()
        self.first = self.first or now
        self.last = now
        self.posted += 1
        number = next(self.serial)
        ts = f"{1_700_000_000 + number // 1_000_000}.{number % 1_000_000:06}"
        self.newest.append((now, body, ts))
        if len(self.newest) > 2 * KEPT:
            del self.newest[:-KEPT]
        return ts

    def counts(self):
        return {"posted": self.posted, "first": self.first, "last": self.last}


journal = Journal()


def post_message(body):
    ts = journal.add(body)
    return {"ok": True, "channel": body.get("channel", "D0"), "ts": ts}


def person(body):
    name = str(body.get("users") or body.get("email") or "x")
    return f"{zlib.crc32(name.encode()) % 10**9:09}"


METHODS = {
    "chat.postMessage": post_message,
    "chat.update": lambda body: {"ok": True, "channel": body.get("channel"), "ts": body.get("ts")},
    "users.lookupByEmail": lambda body: {"ok": True, "user": {"id": f"U{person(body)}"}},
    "conversations.open": lambda body: {"ok": True, "channel": {"id": f"D{person(body)}"}},
    "auth.test": lambda _body: {
        "ok": True,
        "team_id": TEAM["id"],
        "user_id": "U0BOT",
        "bot_id": "B0",
    },
    "oauth.v2.access": lambda _body: {
        "ok": True,
        "access_token": "xoxb-bench",
        "token_type": "bot",
        "scope": SCOPES,
        "bot_user_id": "U0BOT",
        "app_id": "A0BENCH",
        "team": TEAM,
        "enterprise": None,
        "authed_user": {"id": "U0ADMIN"},
        "is_enterprise_install": False,
    },
}


def _authorize(query):
    target = query["redirect_uri"] + "?" + urlencode({"code": "c", "state": query["state"]})
    return 302, f"location: {target}\r\n", {}


def _reset(_query):
    journal.clear()
    return 200, "", {}


OWN = {
    "/counts": lambda _query: (200, "", journal.counts()),
    "/seen": lambda _query: (200, "", journal.newest[-KEPT:]),
    "/reset": _reset,
    "/oauth/v2/authorize": _authorize,
}


def answer(path, query, is_json, body):
    """(status, more header lines, document)."""
    if path in OWN:
        return OWN[path](query)
    if BUSY.encode() in body:
        return 429, "retry-after: 3600\r\n", {"ok": False, "error": "ratelimited"}
    method = METHODS.get(path.removeprefix("/api/"))
    if method is None:
        return 200, "", {"ok": False, "error": "unknown_method"}
    given = orjson.loads(body) if is_json else _fields(body.decode())
    return 200, "", method({**query, **given})


def _fields(text):
    return {key: values[0] for key, values in parse_qs(text).items()}


class Connection(asyncio.Protocol):
    """One HTTP/1.1 line, kept open."""

    def connection_made(self, transport):
        self.transport = transport
        self.parser = httptools.HttpRequestParser(self)
        self.url, self.is_json, self.body = b"", False, b""

    def data_received(self, data):
        self.parser.feed_data(data)

    def on_url(self, url):
        self.url += url

    def on_header(self, name, value):
        if b"json" in value and name.lower() == b"content-type":
            self.is_json = True

    def on_body(self, body):
        self.body += body

    def on_message_complete(self):
        url = urlsplit(self.url.decode())
        query = _fields(url.query) if url.query else {}
        status, more, document = answer(url.path, query, self.is_json, self.body)
        self.url, self.is_json, self.body = b"", False, b""
        content = orjson.dumps(document)
        head = (
            f"HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\n"
            f"content-length: {len(content)}\r\n{more}\r\n"
        )
        self.transport.write(head.encode() + content)


async def serve(port):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
